from odoo import api, models


class PurchaseOrder(models.Model):
    """What a plan was not approved for was asked for by nobody: it is decided on again (P5, S6)."""

    _inherit = "purchase.order"

    @api.depends("order_line.purchase_plan_line_id")
    def _compute_review(self):
        return super()._compute_review()

    def _findings_unplanned(self, company):
        found = super()._findings_unplanned(company)
        if not company.purchase_review_unplanned:
            return found
        for line in self._demanded_lines():
            found.setdefault(line.order_id, []).extend(
                ("unplanned", sentence) for sentence in line._against_plan()
            )
        return found
