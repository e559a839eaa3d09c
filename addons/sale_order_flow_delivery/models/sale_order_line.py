from odoo import models

# methods whose price the system knows by itself; others are asked over the network
KNOWN = ("fixed", "base_on_rule")


class SaleOrderLine(models.Model):
    """Delivery costs are usual when they are what the delivery method costs (F5)."""

    _inherit = "sale.order.line"

    def _list_price_unit(self):
        usual = self._carrier_price_unit()
        return super()._list_price_unit() if usual is None else usual

    def _carrier_price_unit(self):
        """What the delivery method of the order costs, in the currency of the order.

        :return: None where the line is no delivery, or the method cannot say
        """
        self.ensure_one()
        carrier = self.order_id.carrier_id.sudo()
        if not self.is_delivery or self.product_id != carrier.product_id:
            return None
        if carrier.delivery_type in KNOWN:
            rate = carrier.rate_shipment(self.order_id.sudo())
            return rate["price"] if rate["success"] else None
        # the carrier said this price when the method was chosen; free of charge it did not say
        return self.price_unit or None

    def _may_be_free(self):
        return self.is_delivery or super()._may_be_free()
