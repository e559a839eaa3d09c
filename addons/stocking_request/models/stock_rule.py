from odoo import models

from .purchase_order_review import TAKES_MORE


class StockRule(models.Model):
    """Replenishment and purchase orders that people decide on (S6, A9)."""

    _inherit = "stock.rule"

    def _make_po_get_domain(self, company_id, values, partner):
        """What somebody decides on is not added to: it would be refused, or the approval void."""
        domain = super()._make_po_get_domain(company_id, values, partner)
        if self.env["purchase.order"]._approval_codes():
            domain += (TAKES_MORE,)
        return domain

    def _update_purchase_order_line(
        self, product_id, product_qty, product_uom, company_id, values, line
    ):
        vals = super()._update_purchase_order_line(
            product_id, product_qty, product_uom, company_id, values, line
        )
        procured = product_uom._compute_quantity(product_qty, product_id.uom_id)
        return {**vals, "procured_quantity": line.procured_quantity + procured}
