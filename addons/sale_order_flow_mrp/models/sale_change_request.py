from odoo import models


class SaleChangeRequest(models.Model):
    """What is being made for an order is touched when the order changes (F18)."""

    _inherit = "sale.change.request"

    def _change_effects(self):
        effects = super()._change_effects()
        for request in self:
            products = request._touched_products()
            productions = request.order_id._open_productions().filtered(
                lambda production, products=products: production.product_id in products
            )
            if productions:
                text = self.env._("Manufacturing orders: %s", request._names(productions))
                effects[request.id].append({"role": "vp_production", "text": text})
        return effects
