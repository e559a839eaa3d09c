from odoo import models
from odoo.tools import format_date


class ReimbursementClaim(models.Model):
    """Last claims, over the standards, advances, budgets and findings of a claim (A22)."""

    _inherit = "reimbursement.claim"

    def _card_groups(self):
        findings = self._claim_findings()[self.id]
        return [
            *super()._card_groups(),
            self._card_budgets(self._budget_wishes()),
            self._card_findings(findings),
        ]

    def _card_row(self, stages):
        """This claim in the table of the last claims of its employee."""
        lowered = self.currency_id.compare_amounts(self.payable_amount, self.amount) < 0
        return [
            {"value": f"{self.purpose} · {format_date(self.env, self.date)}", "tone": ""},
            {
                "value": self.currency_id.format(self.payable_amount),
                "tone": "warning" if lowered else "",
            },
            {"value": stages[self.stage], "tone": "muted"},
        ]
