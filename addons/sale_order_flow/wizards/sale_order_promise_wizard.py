from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrderPromiseWizard(models.TransientModel):
    """Promise the customer another date for an order or some of its lines, saying why (F12)."""

    _name = "sale.order.promise.wizard"
    _description = "Promise Another Date"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    line_ids = fields.Many2many(
        "sale.order.line",
        string="Order Lines",
        domain="[('order_id', '=', order_id), ('display_type', '=', False)]",
        help="Leave empty to promise all of the order anew.",
    )
    promised_date = fields.Datetime(related="order_id.flow_promised_date", string="Promised")
    expected_date = fields.Datetime(related="order_id.flow_expected_date", string="Expected")
    new_date = fields.Datetime(required=True, string="Promise Now")
    reason = fields.Text(required=True)

    def action_promise(self):
        """Write the promise down; its news waits to be passed on to salesperson and customer.

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: for an order not confirmed, a date in the past, or lines of another order
        :return: closes the form
        """
        self.ensure_one()
        order = self.order_id
        order._flow_check_role("sales_assistant")
        if not order._is_in_flow() or order.state != "sale":
            raise UserError(
                self.env._(
                    "%s is not confirmed, or does not follow the order flow: change its delivery date "
                    "instead.",
                    order.name,
                )
            )
        if self.new_date < fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%s: “Promise Now” lies in the past. Enter a date that can still be kept.",
                    order.name,
                )
            )
        if not self.reason.strip():
            raise UserError(
                self.env._("%s: “Reason” is empty. Say why another date is promised.", order.name)
            )
        if wrong := self.line_ids.filtered(
            lambda line: line.order_id != order or not line._needs_delivery()
        ):
            raise UserError(
                self.env._(
                    "%(order)s: %(line)s is no goods of this order, so no delivery can be promised "
                    "for it.",
                    order=order.name,
                    line=wrong[0].display_name,
                )
            )
        self.env["sale.order.promise"]._promise(
            order, self.line_ids, self.new_date, self.reason.strip()
        )
        return {"type": "ir.actions.act_window_close"}
