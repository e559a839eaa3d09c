from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SaleDeliveryNotice(models.Model):
    """The assistant's word to the warehouse: these goods may ship (F10, D9).

    Written only by issuing one from its order, which checks the gates.
    """

    _name = "sale.delivery.notice"
    _description = "Delivery Notice"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(string="Number", readonly=True, copy=False)
    order_id = fields.Many2one("sale.order", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, string="Customer")
    issued_by_id = fields.Many2one("res.users", readonly=True)
    issued_at = fields.Datetime(readonly=True)
    basis = fields.Char(readonly=True, string="Ships Without Payment By",
                        help="Empty when the payment was verified.")
    state = fields.Selection(
        [("issued", "Issued"), ("cancelled", "Cancelled")], required=True, readonly=True, tracking=True,
    )
    stage = fields.Selection(
        [("issued", "To Ship"), ("partial", "Partly Shipped"), ("shipped", "Shipped"),
         ("cancelled", "Cancelled")],
        compute="_compute_stage", store=True, index=True, string="Status",
    )
    line_ids = fields.One2many("sale.delivery.notice.line", "notice_id", readonly=True)

    @api.depends("state", "line_ids.quantity", "line_ids.shipped_quantity")
    def _compute_stage(self):
        for notice in self:
            lines = notice.line_ids
            if notice.state == "cancelled":
                notice.stage = "cancelled"
            elif lines and all(line.shipped_quantity >= line.quantity for line in lines):
                notice.stage = "shipped"
            else:
                notice.stage = "partial" if any(lines.mapped("shipped_quantity")) else "issued"

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_the_order()

    def write(self, vals):
        if not {"order_id", "state", "line_ids", "basis", "issued_by_id", "issued_at", "name"}.isdisjoint(vals):
            raise self._by_the_order()
        return super().write(vals)

    def unlink(self):
        raise self._by_the_order()

    def _by_the_order(self):
        return AccessError(self.env._(
            "A delivery notice is issued from its order by the sales assistant, when the gates are open; "
            "it can be cancelled, not changed or deleted.",
        ))

    @api.model
    def _issue(self, order, quantities, basis):
        """Write the notice; the order has checked everything."""
        notice = super().create([{
            "name": self.env["ir.sequence"].with_company(order.company_id).next_by_code("sale.delivery.notice"),
            "order_id": order.id, "state": "issued", "basis": basis, "issued_by_id": self.env.uid,
            "issued_at": fields.Datetime.now(),
        }])
        self.env["sale.delivery.notice.line"]._add(notice, quantities)
        order.invalidate_recordset(["delivery_notice_ids"])
        return notice

    def action_cancel(self):
        """Take notices back: what has not shipped yet may not ship any more.

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: when everything was shipped
        :return: True
        """
        self.order_id._check_role("sales_assistant")
        if shipped := self.filtered(lambda notice: notice.stage != "issued"):
            raise UserError(self.env._(
                "%s was shipped, at least partly, or is cancelled already. Goods that are back go through "
                "a return.", shipped[0].name,
            ))
        super().write({"state": "cancelled"})
        return True

    def action_open_pickings(self):
        """Open the deliveries that ship these notices."""
        pickings = self.line_ids.order_line_id.move_ids.picking_id
        action = self.env["ir.actions.actions"]._for_xml_id("stock.action_picking_tree_all")
        if len(pickings) == 1:
            return {**action, "views": [(False, "form")], "res_id": pickings.id}
        return {**action, "domain": [("id", "in", pickings.ids)], "context": {}}
