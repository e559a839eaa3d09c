from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows


class SupplyShortage(models.Model):
    """Goods that purchasing has to bring: reported by the warehouse from a delivery notice, or
    ordered by the sales assistant for a stocking request (S3, S4).

    Purchasing turns it into a real request for quotation; the date of the purchase line is the
    answer that warehouse, assistant, salesperson and customer see (S5).
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
    expected_date = fields.Datetime(
        related="purchase_line_id.date_planned",
        store=True,
        string="Expected Arrival",
        tracking=True,
    )
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

    @api.depends("product_id", "quantity", "product_uom_id")
    def _compute_display_name(self):
        for shortage in self:
            shortage.display_name = f"{shortage.product_id.display_name} · {shortage.quantity:g} {shortage.product_uom_id.name}"

    def action_order(self):
        """Purchasing asks the vendors: one request for quotation for each vendor (S4).

        Open requests for quotation of the same vendor that were made from shortages are continued.

        :raise AccessError: for anybody who does not hold the purchasing role
        :raise UserError: for a product without a vendor, or a shortage that is ordered already
        :return: the ``purchase.order`` records
        """
        self._check_purchasing()
        self._lock_open()
        orders = self.env["purchase.order"]
        by_vendor = defaultdict(self.browse)
        for shortage in self:
            by_vendor[shortage.company_id, shortage.warehouse_id, shortage._vendor()] += shortage
        for (company, warehouse, vendor), shortages in by_vendor.items():
            order = orders._for_shortages(company, warehouse, vendor)
            for shortage in shortages:
                line = self.env["purchase.order.line"].create(
                    {
                        "order_id": order.id,
                        "product_id": shortage.product_id.id,
                        "product_qty": shortage.quantity,
                        "product_uom_id": shortage.product_uom_id.id,
                    }
                )
                # the shortage itself is written by nobody by hand
                shortage.sudo().purchase_line_id = line
            orders |= order
        return orders

    def action_order_and_open(self):
        """Make the requests for quotation and open them."""
        orders = self.action_order()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase.purchase_rfq")
        if len(orders) == 1:
            return {**action, "views": [(False, "form")], "res_id": orders.id}
        return {**action, "domain": [("id", "in", orders.ids)], "context": {}}

    def action_open_purchase_order(self):
        """Open the purchase order that brings these goods."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.order",
            "res_id": self.purchase_order_id.id,
            "views": [(False, "form")],
        }

    def _check_purchasing(self):
        for company in self.company_id:
            if not self.env.user._holds_role("purchasing", company):
                raise AccessError(
                    self.env._(
                        "Only purchasing orders missing goods. Ask an administrator to make you a holder "
                        "of the role Purchasing in %s.",
                        company.name,
                    )
                )

    def _lock_open(self):
        """Two buyers must not order the same shortage: wait for the rows, then look again."""
        lock_rows(self)
        if ordered := self.filtered(lambda shortage: shortage.state != "open"):
            raise UserError(
                self.env._(
                    "%(shortage)s is ordered already (%(order)s).",
                    shortage=ordered[0].display_name,
                    order=ordered[0].purchase_order_id.name,
                )
            )

    def _vendor(self):
        """Who sells the product, by Odoo's own vendor price lists."""
        seller = (
            self.product_id.with_company(self.company_id)._select_seller(
                quantity=self.product_uom_id._compute_quantity(
                    self.quantity, self.product_id.uom_id
                ),
            )
            or self.product_id.with_company(self.company_id)._prepare_sellers()[:1]
        )
        if not seller:
            raise UserError(
                self.env._(
                    "%s has no vendor: add one on the Purchase tab of the product, then order again.",
                    self.product_id.display_name,
                )
            )
        return seller.partner_id
