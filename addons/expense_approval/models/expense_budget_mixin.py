from odoo import models
from odoo.exceptions import UserError

from .expense_finding import ExpenseFinding


class ExpenseBudgetMixin(models.AbstractModel):
    """A document that spends money of budgets: judged when it is submitted (E10)."""

    _name = "expense.budget.mixin"
    _description = "Document under Budgets"

    def _budget_wishes(self):
        """Hook: what these documents want to spend.

        :return: list of :class:`~.expense_budget_wish.BudgetWish`
        """
        raise NotImplementedError

    def _budget_findings(self):
        """What goes over a budget, as the policy of each budget says.

        :return: ``{document id: [ExpenseFinding]}``
        """
        budgets_sudo = self.env["expense.budget"].sudo()  # kept by others, judged by everybody
        shortages = budgets_sudo._shortages(self.sudo()._budget_wishes())
        return {
            document.id: [
                ExpenseFinding(
                    "budget", budget._shortage_message(document, over), budget._severity()
                )
                for budget, over in found
            ]
            for document, found in shortages.items()
        }

    def action_approval_submit(self, code=None, chosen=None):
        """Submit for approval; whoever asks for the last of a budget is served one after the other.

        :raise UserError: among others when a budget is exceeded that may not be
        :return: True
        """
        self.check_access("write")
        budgets_sudo = self.env["expense.budget"].sudo()
        concerned = budgets_sudo._concerned(self.sudo()._budget_wishes())
        if not concerned:
            return super().action_approval_submit(code, chosen)
        concerned._lock()
        # what the first takes is not there for the second
        for document in self:
            super(ExpenseBudgetMixin, document).action_approval_submit(code, chosen)
        return True

    def _on_approval_event(self, event):
        """Every other way into approval is judged, too."""
        result = super()._on_approval_event(event)
        if event.verb == "submit":
            stops = [
                finding.message
                for found in self._budget_findings().values()
                for finding in found
                if finding.severity == "stop"
            ]
            if stops:
                raise UserError("\n".join(stops))
        return result
