from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows


class SaleDeliveryNotice(models.Model):
    """The assistant's order to the warehouse: these goods may leave for this customer (F10, D9 1).

    ``state`` is what a person decided; how far the goods are is derived from the transfers
    (``progress``).

    ===================  =====================================================
    action               who
    ===================  =====================================================
    prepare, issue,      holders of the role Sales Assistant in the company
    cancel
    read                 everybody in the order flow, the warehouse
    ===================  =====================================================
    """

    _name = "sale.delivery.notice"
    _description = "Delivery Notice"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "company_id",
            "partner_id",
            "progress",
            "issued_by_id",
            "issued_at",
            "basis",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, string="Customer")
    partner_shipping_id = fields.Many2one(related="order_id.partner_shipping_id")
    delivery_way = fields.Selection(related="order_id.delivery_way")
    promised_date = fields.Datetime(related="order_id.commitment_date", string="Promised Date")
    line_ids = fields.One2many("sale.delivery.notice.line", "notice_id", copy=False)
    note = fields.Text(string="Note to the Warehouse")
    basis = fields.Char(
        readonly=True,
        copy=False,
        help="What allows the goods to leave: verified payment, or an approved stocking request.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "Issued"), ("cancelled", "Cancelled")],
        required=True,
        default="draft",
        copy=False,
        tracking=True,
        index=True,
    )
    progress = fields.Selection(
        [("none", "Nothing Shipped"), ("partial", "Partly Shipped"), ("shipped", "Shipped")],
        compute="_compute_progress",
        store=True,
        string="Shipping",
    )
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    issued_at = fields.Datetime(readonly=True, copy=False)
    picking_count = fields.Integer(compute="_compute_picking_count")
    may_issue = fields.Boolean(compute="_compute_may_issue")

    @api.depends("state", "line_ids.quantity", "line_ids.shipped_quantity")
    def _compute_progress(self):
        for notice in self:
            lines = notice.line_ids
            if notice.state == "issued" and lines and all(line._is_shipped() for line in lines):
                notice.progress = "shipped"
            elif any(line.shipped_quantity for line in lines):
                notice.progress = "partial"
            else:
                notice.progress = "none"

    @api.depends("line_ids.order_line_id.move_ids")
    def _compute_picking_count(self):
        for notice in self:
            notice.picking_count = len(notice._pickings())

    @api.depends_context("uid")
    def _compute_may_issue(self):
        holds = {
            company: self.env.user._holds_role("sales_assistant", company)
            for company in self.company_id
        }
        for notice in self:
            notice.may_issue = holds.get(notice.company_id, False)

    def _pickings(self):
        return self.sudo().line_ids.order_line_id.move_ids.picking_id.filtered(
            lambda picking: picking.state != "cancel"
        )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        notices = super().create(vals_list)
        notices._flow_check_role("sales_assistant")
        for notice in notices:
            sequence = self.env["ir.sequence"].with_company(notice.company_id)
            notice._stamp({"name": sequence.next_by_code("sale.delivery.notice") or "/"})
        return notices

    def write(self, vals):
        if {"order_id", "line_ids"} & set(vals):
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        if issued := self.filtered(lambda notice: notice.state != "draft"):
            raise UserError(
                self.env._(
                    "%s was issued: its goods and quantities stand. Cancel it and issue another one.",
                    issued[0].name,
                )
            )

    # ------------------------------------------------------------------ actions

    def action_issue(self):
        """Order the goods from the warehouse and start the supply (F10, F11).

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: when the order is not confirmed, the payment is not verified, or more
            would be noticed than was ordered
        :return: True
        """
        self._flow_check_role("sales_assistant")
        lock_rows(self.sudo().order_id)
        for notice in self:
            if notice.state != "draft":
                raise UserError(self.env._("%s was issued already.", notice.name))
            notice._check_lines()
            order = notice.order_id
            basis = notice.basis or order.sudo()._notice_basis(notice)
            notice._stamp(
                {
                    "state": "issued",
                    "issued_by_id": self.env.uid,
                    "issued_at": fields.Datetime.now(),
                    "basis": basis,
                }
            )
            order.sudo()._supply_started(self.env.user)
            notice.line_ids.order_line_id._launch_supply()
            notice._tell_order()
        return True

    def _check_lines(self):
        """Goods of this order, quantities still open."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.quantity > 0)
        if not lines:
            raise UserError(
                self.env._(
                    "%s has no quantity to ship. Enter at least one.",
                    self.name,
                )
            )
        (self.line_ids - lines).unlink()
        open_quantities = self.order_id.order_line._unnoticed_quantities()
        for order_line, group in lines.grouped("order_line_id").items():
            if order_line.order_id != self.order_id or not order_line._needs_delivery():
                raise UserError(
                    self.env._(
                        "%(notice)s: %(product)s is no goods of %(order)s.",
                        notice=self.name,
                        product=order_line.product_id.display_name,
                        order=self.order_id.name,
                    )
                )
            asked = sum(group.mapped("quantity"))
            left = open_quantities.get(order_line.id, 0.0)
            if order_line.product_uom_id.compare(asked, left) > 0:
                raise UserError(
                    self.env._(
                        "%(notice)s: %(asked)s %(unit)s of %(product)s would be shipped, but only "
                        "%(left)s are ordered and not yet in a delivery notice. Lower the quantity.",
                        notice=self.name,
                        asked=asked,
                        left=left,
                        product=order_line.product_id.display_name,
                        unit=order_line.product_uom_id.name,
                    )
                )

    def action_cancel(self):
        """Take a notice back; what was not shipped is withdrawn from the warehouse.

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: when goods of it left already
        :return: True
        """
        self._flow_check_role("sales_assistant")
        lock_rows(self.sudo().order_id)
        for notice in self:
            if notice.state == "cancelled" or notice.progress != "none":
                raise UserError(
                    self.env._(
                        "%s was cancelled already, or goods of it have left: it cannot be cancelled.",
                        notice.name,
                    )
                )
            launched = notice.state == "issued"
            notice._stamp({"state": "cancelled"})
            if launched:
                notice.line_ids.order_line_id._launch_supply()
        return True

    def _withdraw(self):
        """The order is taken back: what did not leave may not leave any more on these notices."""
        open_notices = self.filtered(
            lambda notice: notice.state != "cancelled" and notice.progress != "shipped"
        )
        open_notices._stamp({"state": "cancelled"})

    def action_view_pickings(self):
        """Open the transfers that ship this notice."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("stock.action_picking_tree_all")
        return {**action, "domain": [("id", "in", self._pickings().ids)], "context": {}}

    def _tell_order(self):
        self.order_id.sudo().message_post(
            body=self.env._(
                "Delivery notice %(notice)s issued by %(user)s (%(basis)s).",
                notice=self.name,
                user=self.env.user.name,
                basis=self.basis or "-",
            )
        )
