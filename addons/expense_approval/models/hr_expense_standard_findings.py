from odoo import models

from .expense_finding import ExpenseFinding


class HrExpenseStandardFindings(models.Model):
    """What the standards say of an expense, in sentences."""

    _inherit = "hr.expense"

    def _what_standards_miss(self):
        """``{expense: "city" or "rate"}`` of those that cannot be compared yet."""
        judged = self.filtered(lambda expense: not expense.approval_state)._judgements()
        return {expense: row.missing for expense, row in judged.items() if row.missing}

    def _standard_finding(self, missing):
        if missing == "city":
            message = self.env._(
                "The standard of %(category)s depends on the city: enter where %(expense)s was spent. "
                "Finance adds cities that are not in the list.",
                category=self.product_id.display_name,
                expense=self.name,
            )
            return ExpenseFinding("standard_city", message, "stop", self)
        if missing == "rate":
            message = self.env._(
                "%(expense)s could not be compared with its standard in %(currency)s, for which no rate "
                "is known on that day.",
                expense=self.name,
                currency=self.standard_id.currency_id.name,
            )
            return ExpenseFinding("standard_rate", message, "warn", self)
        if self.company_currency_id.compare_amounts(self.excess_amount, 0) <= 0:
            return None
        return self._over_standard_finding()

    def _over_standard_finding(self):
        policy = self.company_id.over_standard_policy
        reason = (self.over_standard_reason or "").strip()
        facts = {
            "expense": self.name,
            "excess": self.company_currency_id.format(self.excess_amount),
            "standard": self.standard_id.display_name,
            "reason": reason,
        }
        if policy == "stop":
            message = self.env._(
                "%(expense)s is %(excess)s over the standard (%(standard)s), which is not reimbursed "
                "here. Claim what is within the standard.",
                **facts,
            )
            return ExpenseFinding("over_standard", message, "stop", self)
        if self._is_cut():
            message = self.env._(
                "%(expense)s is %(excess)s over the standard (%(standard)s) and is cut to it.",
                **facts,
            )
            return ExpenseFinding("over_standard", message, "warn", self)
        if policy != "warn" and not reason:
            message = self.env._(
                "%(expense)s is %(excess)s over the standard (%(standard)s): write the reason on the "
                "expense.",
                **facts,
            )
            return ExpenseFinding("over_standard_reason", message, "stop", self)
        message = self.env._(
            "%(expense)s is %(excess)s over the standard (%(standard)s). %(reason)s", **facts
        )
        severity = "warn" if policy == "warn" else "step"
        return ExpenseFinding("over_standard", message.strip(), severity, self)
