from odoo import api, fields, models

from .expense_budget_wish import BudgetWish


class ExpenseApplication(models.Model):
    """Applications commit budgets before the money is spent (E10)."""

    _name = "expense.application"
    _inherit = ["expense.budget.mixin", "expense.application"]

    over_budget = fields.Boolean(
        compute="_compute_over_budget",
        help="It goes over a budget that asks for the extra step of the chain then.",
    )

    @api.depends("line_ids.amount", "line_ids.product_id", "date_from", "department_id", "state")
    def _compute_over_budget(self):
        findings = self._origin._application_findings()
        for application in self:
            application.over_budget = any(
                finding.severity == "step" for finding in findings.get(application._origin.id, ())
            )

    def _budget_wishes(self):
        return [
            BudgetWish(
                document=application,
                company=application.company_id,
                department=application.department_id,
                product=line.product_id,
                date=application.date_from,
                amount=line.amount,
                application=self.browse(),
                counted=application.state in ("submitted", "approved"),
            )
            for application in self
            for line in application.line_ids
        ]

    def _application_findings(self):
        """Hook: what is not as it should be with these applications; extend with ``super()``.

        Called at submission and whenever an application is shown to those who decide, so it must
        change nothing and cost no query for each line.

        :return: ``{application id: [ExpenseFinding]}``, one key for each application
        """
        found = self._budget_findings()
        return {application.id: found.get(application.id, []) for application in self}

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for application_id, findings in self._application_findings().items():
            if stops := [row.message for row in findings if row.severity == "stop"]:
                missing.setdefault(application_id, []).extend(stops)
        return missing

    def _approval_sheet_notes(self, code):
        notes = super()._approval_sheet_notes(code)
        for application_id, findings in self._application_findings().items():
            if findings:
                notes.setdefault(application_id, []).extend(
                    {
                        "level": "warning" if row.severity == "warn" else "danger",
                        "text": row.message,
                    }
                    for row in findings
                )
        return notes
