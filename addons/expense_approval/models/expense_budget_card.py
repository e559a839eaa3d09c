from odoo import models

_TONES = {"warn": "warning", "step": "danger", "stop": "danger"}


class ExpenseBudgetCard(models.AbstractModel):
    """What is left of the budgets a document falls under, and what its checks find now (A22, E10)."""

    _inherit = "expense.budget.mixin"

    def _card_budgets(self, wishes):
        """Free amount of each budget; a document in approval is in the figures already."""
        budgets = self.env["expense.budget"]._concerned(wishes)
        budgets = budgets.filtered(lambda budget: any(budget._covers(wish) for wish in wishes))
        return {
            "title": self.env._("Budgets"),
            "facts": [
                self._card_fact(
                    budget.name,
                    self.env._(
                        "%(free)s of %(amount)s left",
                        free=budget.currency_id.format(budget.free),
                        amount=budget.currency_id.format(budget.amount),
                    ),
                    "danger" if budget.currency_id.compare_amounts(budget.free, 0) < 0 else "good",
                )
                for budget in budgets
            ],
        }

    def _card_findings(self, findings):
        """Each finding a fact: that of an expense is labelled with the expense."""
        return {
            "title": self.env._("Findings"),
            "facts": [
                self._card_fact(
                    finding.expense.name if finding.expense else self.name,
                    finding.message,
                    _TONES[finding.severity],
                )
                for finding in findings
            ]
            or [self._card_fact(self.env._("Checks"), self.env._("Nothing found"), "good")],
        }
