from odoo import models


class PurchaseOrderLine(models.Model):
    """Alternatives are planned as far as the one that was asked for first is (S6)."""

    _inherit = "purchase.order.line"

    def _procured_quantities(self):
        """What one of several alternatives was asked for may be bought from any of them, once."""
        together = self.order_id.purchase_group_id.order_ids.order_line.filtered("product_id")
        procured = super(PurchaseOrderLine, self | together)._procured_quantities()
        result = {}
        for line in self:
            alike = together.filtered(
                lambda other, line=line: (
                    other.order_id.purchase_group_id == line.order_id.purchase_group_id
                    and other.product_id == line.product_id
                    and other != line
                )
            )
            quantity = procured[line]
            for other in alike:
                bought = other.product_qty if other.order_id.state == "purchase" else 0.0
                quantity += other.product_uom_id._compute_quantity(
                    procured[other] - bought, line.product_uom_id, round=False
                )
            result[line] = max(quantity, 0.0)
        return result
