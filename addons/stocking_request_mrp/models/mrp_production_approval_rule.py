from odoo import models


class StockRule(models.Model):
    """Procurements and productions that people decide on (S8)."""

    _inherit = "stock.rule"

    def _should_auto_confirm_procurement_mo(self, p):
        """A production that has to be decided on waits as a draft: no sales order fails for it."""
        return super()._should_auto_confirm_procurement_mo(p) and not any(
            p._approval_reasons("confirm").values()
        )

    def _make_mo_get_domain(self, procurement, bom):
        """Nothing is added to what was, or is being, decided on."""
        domain = super()._make_mo_get_domain(procurement, bom)
        if self.env["mrp.production"]._approval_codes():
            domain = (
                ("state", "=", "draft"),
                ("approval_state", "not in", ("pending", "approved")),
                *domain,
            )
        return domain
