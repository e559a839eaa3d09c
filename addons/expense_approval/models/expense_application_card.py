from odoo import models


class ExpenseApplication(models.Model):
    """What else the employee claims, and what the budgets still hold (A22)."""

    _inherit = "expense.application"

    def _card_groups(self):
        findings = self._application_findings()[self.id]
        return [
            *super()._card_groups(),
            self._card_budgets(self._budget_wishes()),
            self._card_findings(findings),
        ]
