from odoo import models


class PurchaseOrderLine(models.Model):
    """The purchase plan that the VP of production approved asked for what it orders (P5, S6)."""

    _inherit = "purchase.order.line"

    def _procured_quantities(self):
        procured = super()._procured_quantities()
        for line in self:
            # sudo: whoever orders reads no plans
            planned = line.sudo().purchase_plan_line_id
            if planned and planned.product_id == line.product_id:
                procured[line] += line.sudo()._planned_share(planned)
        return procured

    def _planned_share(self, planned):
        """What is left of a line of the plan for this line, in its unit."""
        others = planned.purchase_line_ids.filtered(
            lambda row: row != self and row.order_id.state != "cancel"
        )
        ordered = sum(
            row.product_uom_id._compute_quantity(
                row.product_qty, planned.purchase_uom_id, round=False
            )
            for row in others
        )
        return planned.purchase_uom_id._compute_quantity(
            max(planned.quantity - ordered, 0.0), self.product_uom_id, round=False
        )
