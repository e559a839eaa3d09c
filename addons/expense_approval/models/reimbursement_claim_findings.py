from odoo import models
from odoo.tools import format_date

from .expense_finding import ExpenseFinding


class ReimbursementClaimFindings(models.Model):
    """What is not as it should be with a claim: the checks every claim goes through."""

    _inherit = "reimbursement.claim"

    def _claim_findings(self):
        """Hook: what is not as it should be with these claims; extend with ``super()``.

        Called at submission and whenever a claim is shown to those who decide, so it must change
        nothing and cost no query for each expense.

        :return: ``{claim id: [ExpenseFinding]}``, one key for each claim
        """
        # those who decide may not read all that is compared
        claims_sudo = self.sudo()
        rates = claims_sudo._known_rates()
        duplicates = claims_sudo._duplicate_expenses()
        analytic = claims_sudo.expense_ids._analytic_findings()
        return {
            claim.id: [
                *claim._value_findings(rates),
                *claim._application_findings(),
                *claim._duplicate_findings(duplicates),
                *(row for expense in claim.expense_ids for row in analytic.get(expense, ())),
            ]
            for claim in claims_sudo
        }

    def _value_findings(self, rates):
        """Expenses that nobody could decide on: no category, no amount, no rate."""
        if not self.expense_ids:
            message = self.env._(
                "%s has no expenses yet: add those that are to be reimbursed.", self.name
            )
            return [ExpenseFinding("empty", message, "stop")]
        found = []
        for expense in self.expense_ids:
            name = expense.name
            if not expense.product_id:
                found.append(
                    ExpenseFinding(
                        "category",
                        self.env._("%s has no category: choose one.", name),
                        "stop",
                        expense,
                    )
                )
            if not expense.date:
                found.append(
                    ExpenseFinding(
                        "date",
                        self.env._("%s has no date: enter that of the receipt.", name),
                        "stop",
                        expense,
                    )
                )
            if min(expense.total_amount, expense.total_amount_currency) <= 0:
                found.append(
                    ExpenseFinding(
                        "amount",
                        self.env._(
                            "%(expense)s amounts to %(amount)s: only amounts above zero are reimbursed.",
                            expense=name,
                            amount=expense.currency_id.format(expense.total_amount_currency),
                        ),
                        "stop",
                        expense,
                    )
                )
            elif expense._lacks_rate(rates):
                found.append(
                    ExpenseFinding(
                        "rate",
                        self.env._(
                            "%(expense)s is in %(currency)s, for which no rate is known on %(date)s. "
                            "Enter the total in %(own)s as your bank converted it, or ask finance to "
                            "enter the rate.",
                            expense=name,
                            currency=expense.currency_id.name,
                            date=format_date(self.env, expense.date),
                            own=expense.company_currency_id.name,
                        ),
                        "stop",
                        expense,
                    )
                )
        return found

    def _known_rates(self):
        """``{(currency id, company id): first day with a rate}`` of the foreign currencies; one query."""
        expenses = self.expense_ids
        foreign = expenses.currency_id - expenses.company_currency_id
        if not foreign:
            return {}
        groups = self.env["res.currency.rate"]._read_group(
            [("currency_id", "in", foreign.ids)], ["currency_id", "company_id"], ["name:min"]
        )
        return {(currency.id, company.id): day for currency, company, day in groups}

    # ------------------------------------------------------------------ applications

    def _application_findings(self):
        """E1: spent as approved before: by whom, until when, and how much."""
        found = []
        for application in self.application_ids:
            if application.employee_id != self.employee_id:
                message = self.env._(
                    "%(application)s is an application of %(other)s: attach the own applications of "
                    "%(employee)s.",
                    application=application.name,
                    other=application.employee_id.name,
                    employee=self.employee_id.name,
                )
                found.append(ExpenseFinding("application_owner", message, "stop"))
            elif application.state != "approved":
                message = self.env._(
                    "%(application)s is “%(state)s”: only approved applications can be attached.",
                    application=application.name,
                    state=application._state_label(),
                )
                found.append(ExpenseFinding("application_state", message, "stop"))
            elif over := application._over_amount(self):
                message = self.env._(
                    "%(application)s approved %(approved)s; with this claim %(over)s more is claimed.",
                    application=application.name,
                    approved=self.currency_id.format(application.amount),
                    over=self.currency_id.format(over),
                )
                found.append(ExpenseFinding("application_amount", message, "warn"))
        return found + self._unapproved_findings()

    def _unapproved_findings(self):
        """Expenses that no application approved before they were spent, as the company wants it."""
        policy = self.company_id.claim_without_application
        if policy == "allow":
            return []
        found = []
        for expense in self.expense_ids:
            application = expense.application_id
            if not application:
                message = self.env._("%s was spent without an approved application.", expense.name)
                found.append(ExpenseFinding("application_missing", message, policy, expense))
            elif application.state == "approved" and (
                late := application._why_not_covered(expense)
            ):
                found.append(ExpenseFinding("application_date", late, policy, expense))
        return found

    # ------------------------------------------------------------------ duplicates

    def _duplicate_expenses(self):
        """``{expense id: expenses like it that are claimed elsewhere or twice}``; one query."""
        expenses = self.expense_ids
        likely = {}
        for expense in expenses:
            others = expense.duplicate_expense_ids - expense
            claimed = others.filtered(
                lambda other: other in expenses or other.approval_state not in (False, "refused")
            )
            if claimed:
                likely[expense.id] = claimed
        return likely

    def _duplicate_findings(self, duplicates):
        found = []
        for expense in self.expense_ids:
            if others := duplicates.get(expense.id):
                message = self.env._(
                    "%(expense)s of %(date)s looks like an expense claimed already: same category, day "
                    "and amount as %(others)s.",
                    expense=expense.name,
                    date=format_date(self.env, expense.date),
                    others=", ".join(
                        filter(None, (other.claim_id.name or other.name for other in others))
                    ),
                )
                found.append(ExpenseFinding("duplicate", message, "warn", expense))
        return found
