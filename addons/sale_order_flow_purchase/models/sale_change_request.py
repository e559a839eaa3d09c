from odoo import models


class SaleChangeRequest(models.Model):
    """What was bought for an order is touched when the order changes (F18)."""

    _inherit = "sale.change.request"

    def _change_effects(self):
        effects = super()._change_effects()
        for request in self:
            lines, products = request._touched_order_lines(), request._touched_products()
            purchases = lines.order_id._get_purchase_orders().filtered(
                lambda purchase, lines=lines, products=products: (
                    purchase.state != "cancel"
                    and (
                        purchase.order_line.sale_line_id & lines
                        or purchase.order_line.product_id & products
                    )
                )
            )
            if purchases:
                text = self.env._("Purchase orders: %s", request._names(purchases))
                effects[request.id].append({"role": "purchasing", "text": text})
        return effects
