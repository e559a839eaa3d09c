from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError


class SupplyShortage(models.Model):
    """Goods that somebody has to bring: reported by the warehouse from a delivery notice, or
    ordered by the sales assistant for a stocking request (S3, S4).

    A real request for quotation (or, in other addons, a production) brings it; the date of that
    document is the answer that warehouse, assistant, salesperson and customer see (S5).
    """

    _name = "supply.shortage"
    _description = "Shortage"
    _inherit = ["mail.thread"]
    _order = "date_needed, id"
    _check_company_auto = True
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    warehouse_id = fields.Many2one("stock.warehouse", required=True, check_company=True)
    product_id = fields.Many2one("product.product", required=True, index=True)
    quantity = fields.Float(required=True, digits="Product Unit")
    product_uom_id = fields.Many2one("uom.uom", string="Unit", required=True)
    date_needed = fields.Datetime(string="Needed By")
    source = fields.Selection(
        [("purchase", "Purchasing")],
        string="Brought By",
        required=True,
        default="purchase",
        readonly=True,
    )
    notice_line_id = fields.Many2one(
        "sale.delivery.notice.line",
        index="btree_not_null",
        ondelete="cascade",
    )
    sale_order_id = fields.Many2one(
        related="notice_line_id.notice_id.order_id",
        store=True,
        index="btree_not_null",
        string="Sales Order",
    )
    request_line_id = fields.Many2one(
        "stocking.request.line",
        index="btree_not_null",
        ondelete="cascade",
    )
    request_id = fields.Many2one(
        related="request_line_id.request_id",
        store=True,
        index="btree_not_null",
        string="Stocking Request",
    )
    reported_by_id = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.user)
    reported_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    move_dest_ids = fields.One2many(
        "stock.move",
        "supply_shortage_id",
        string="Waiting Transfers",
        help="Transfers that get these goods and nobody else does.",
    )
    purchase_line_id = fields.Many2one(
        "purchase.order.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    purchase_order_id = fields.Many2one(
        related="purchase_line_id.order_id",
        store=True,
        string="Purchase Order",
    )
    vendor_id = fields.Many2one(related="purchase_order_id.partner_id", string="Vendor")
    document_name = fields.Char(compute="_compute_document_name", string="Document")
    expected_date = fields.Datetime(
        compute="_compute_expected_date",
        store=True,
        string="Expected Arrival",
        tracking=True,
        help="The date of the open receipt, else of the purchase line.",
    )
    date_change_ids = fields.One2many("supply.date.change", "shortage_id", string="Moved Dates")
    state = fields.Selection(
        [
            ("open", "With Purchasing"),
            ("rfq", "Quotation Asked"),
            ("ordered", "Ordered"),
            ("arrived", "Arrived"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A shortage needs a quantity.")

    @api.depends(
        "purchase_line_id.state",
        "purchase_line_id.qty_received",
        "purchase_line_id.product_qty",
    )
    def _compute_state(self):
        for shortage in self:
            line = shortage.purchase_line_id
            if not line or line.state == "cancel":
                shortage.state = "open"
            elif line.state != "purchase":
                shortage.state = "rfq"
            else:
                shortage.state = "arrived" if line.qty_received >= line.product_qty else "ordered"

    @api.depends(
        "purchase_line_id.state",
        "purchase_line_id.date_planned",
        "purchase_line_id.move_ids.date",
        "purchase_line_id.move_ids.state",
    )
    def _compute_expected_date(self):
        for shortage in self:
            line = shortage.purchase_line_id
            coming = line.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            dates = coming.mapped("date") or [line.date_planned]
            shortage.expected_date = line.state != "cancel" and max(
                filter(None, dates), default=False
            )

    @api.depends("purchase_order_id.name")
    def _compute_document_name(self):
        for shortage in self:
            shortage.document_name = shortage.sudo().purchase_order_id.name or False

    @api.depends("product_id", "quantity", "product_uom_id")
    def _compute_display_name(self):
        for shortage in self:
            shortage.display_name = shortage._goods_text()

    def _goods_text(self):
        """What is missing, in the language of the context."""
        self.ensure_one()
        unit = self.product_uom_id.name
        return f"{self.product_id.display_name} · {self.quantity:.12g} {unit}"

    # ------------------------------------------------------------------ moved dates

    @contextmanager
    def _watched_dates(self):
        """Whatever moves an answered arrival date inside the block is noted and told (S5)."""
        answered = self.sudo().filtered(lambda shortage: shortage.state == "ordered")
        before = {shortage: shortage.expected_date for shortage in answered}
        yield
        moved = answered.filtered(
            lambda shortage: (
                shortage.state == "ordered"
                and shortage.expected_date
                and shortage.expected_date.date()
                != (before[shortage] or shortage.expected_date).date()
            )
        )
        if moved:
            self.env["supply.date.change"]._note(moved, before)
            moved._pass_on_dates()

    def _concerned_transfers(self):
        """The open transfers that wait for these goods: the warehouse reads the news there."""
        moves = self.move_dest_ids | self.notice_line_id.order_line_id.move_ids
        return moves.filtered(lambda move: move._is_open()).picking_id

    def _pass_on_dates(self):
        """Note the arrival dates of missing goods, so that the sales assistant passes them on to
        salesperson and customer, late or not (S5, F12).
        """
        shortages = self.sudo().filtered(
            lambda shortage: shortage.sale_order_id and shortage.expected_date
        )
        if shortages:
            self.env["sale.order.feedback"]._note(
                [
                    {
                        "order_id": shortage.sale_order_id.id,
                        "kind": "date",
                        "document_name": shortage.document_name,
                        "date": shortage.expected_date,
                    }
                    for shortage in shortages
                ]
            )

    def action_move_date(self):
        """Purchasing says that goods arrive on another day, and why (S5)."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "supply.date.wizard",
            "name": self.env._("Move the Arrival Date"),
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_shortage_ids": self.ids},
        }

    def _move_date(self, new_date, reason):
        """Let the documents that bring these goods say another day.

        :param new_date: datetime
        :param reason: text
        :raise AccessError: for anybody who does not hold the purchasing role
        :raise UserError: for goods that nobody has ordered yet
        """
        self._check_purchasing()
        self._set_arrival(new_date, reason)

    def _set_arrival(self, new_date, reason):
        """Hook: write the date on the documents that bring these goods, see :meth:`_move_date`."""
        for shortage in self:
            if not shortage.purchase_line_id:
                raise UserError(
                    self.env._(
                        "%s is not ordered yet: ask a vendor first, the date stands on the purchase.",
                        shortage.display_name,
                    )
                )
        lines = self.purchase_line_id.with_context(supply_date_reason=reason)
        lines.write({"date_planned": new_date})
