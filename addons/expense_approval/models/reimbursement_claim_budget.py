from odoo import models

from .expense_budget_wish import BudgetWish


class ReimbursementClaim(models.Model):
    """Claims take from the budgets what no application committed before (E10)."""

    _name = "reimbursement.claim"
    _inherit = ["expense.budget.mixin", "reimbursement.claim"]

    def _budget_wishes(self):
        return [
            BudgetWish(
                document=claim,
                company=claim.company_id,
                department=expense.department_id,
                product=expense.product_id,
                date=expense.date,
                amount=expense.payable_amount,
                application=expense.application_id.filtered(lambda row: row.state == "approved"),
                counted=claim.state in ("submitted", "hand_back", "approved"),
            )
            for claim in self
            for expense in claim.expense_ids
        ]

    def _claim_findings(self):
        findings = super()._claim_findings()
        for claim_id, found in self._budget_findings().items():
            findings[claim_id].extend(found)
        return findings
