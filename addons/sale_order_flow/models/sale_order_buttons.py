from odoo import api, fields, models


class SaleOrder(models.Model):
    """Odoo shows everybody who may open an order its buttons of the salesperson.

    In the order flow finance, the warehouse and the departments open orders to read them: what they
    cannot use is not shown. Orders outside the flow keep Odoo's buttons.
    """

    _inherit = "sale.order"

    may_sell = fields.Boolean(compute="_compute_may_sell", groups="base.group_user")

    @api.depends("order_flow")
    @api.depends_context("uid")
    def _compute_may_sell(self):
        sells = self.env.user.has_group("sales_team.group_sale_salesman")
        for order in self:
            order.may_sell = sells or not order.order_flow
