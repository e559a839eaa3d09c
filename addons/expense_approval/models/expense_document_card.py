from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date

CLAIMS_SHOWN = 3
# claims whose money is asked for or given; a draft is no habit yet
_CLAIMED = ("submitted", "hand_back", "approved")


class ExpenseDecisionCard(models.AbstractModel):
    """What an approver needs to judge whatever an employee asks money for (A22).

    Everything is of the company of the document, and of the year of its date; amounts are in the
    currency of the company.
    """

    _inherit = "expense.document"

    def _approval_decision_card(self, code):
        return [
            *(group for group in self._card_groups() if group["facts"] or group.get("table")),
            *super()._approval_decision_card(code),
        ]

    def _card_groups(self):
        """Hook: the groups of facts before those of the approval itself; see the decision card."""
        return [self._card_employee()]

    def _card_money(self, amount):
        return self.company_id.currency_id.format(amount)

    def _card_this_year(self, name="date"):
        """Domain on the company and the year of this document."""
        start = fields.Date.start_of(self.date, "year")
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain(name, ">=", start)
            & Domain(name, "<=", fields.Date.end_of(start, "year"))
        )

    # ------------------------------------------------------------------ the employee

    def _card_employee(self):
        """What this employee claimed, went over and still has."""
        return {
            "title": self.employee_id.name,
            "facts": [self._card_claimed(), self._card_over_standard(), self._card_advances()],
            "table": self._card_last_claims(),
        }

    def _card_other_claims(self):
        claims = Domain("employee_id", "=", self.employee_id.id) & Domain("state", "in", _CLAIMED)
        if self._name == "reimbursement.claim":
            claims &= Domain("id", "!=", self.id)
        return claims

    def _card_claimed(self):
        title = self.env._("Claims this year")
        [(count, claimed, sanctioned)] = self.env["reimbursement.claim"]._read_group(
            self._card_other_claims() & self._card_this_year(),
            [],
            ["__count", "amount:sum", "payable_amount:sum"],
        )
        if not count:
            return self._card_fact(title, self.env._("None"))
        text = self.env._(
            "%(count)s, claimed %(claimed)s, sanctioned %(sanctioned)s",
            count=count,
            claimed=self._card_money(claimed),
            sanctioned=self._card_money(sanctioned),
        )
        lowered = self.company_id.currency_id.compare_amounts(sanctioned, claimed) < 0
        return self._card_fact(title, text, "warning" if lowered else "")

    def _card_over_standard(self):
        """Expenses over the standard on submitted claims, those of this one included."""
        title = self.env._("Over the standard this year")
        [(count, excess)] = self.env["hr.expense"]._read_group(
            Domain("employee_id", "=", self.employee_id.id)
            & Domain("excess_amount", ">", 0)
            & Domain("claim_id.state", "in", _CLAIMED)
            & self._card_this_year(),
            [],
            ["__count", "excess_amount:sum"],
        )
        if not count:
            return self._card_fact(title, self.env._("None"), "good")
        text = self.env._(
            "%(amount)s, expenses: %(count)s", count=count, amount=self._card_money(excess)
        )
        return self._card_fact(title, text, "warning")

    def _card_advances(self):
        """Money the employee still has, whenever it was given."""
        title = self.env._("Open advances")
        advances = self.env["expense.advance"].search(
            Domain("employee_id", "=", self.employee_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("open_amount", ">", 0)
        )
        if not advances:
            return self._card_fact(title, self.env._("None"), "good")
        text = self._card_money(sum(advances.mapped("open_company_amount")))
        overdue = advances.filtered("is_overdue")
        if not overdue:
            return self._card_fact(title, text)
        text = self.env._(
            "%(amount)s, of which %(overdue)s overdue since %(date)s",
            amount=text,
            overdue=self._card_money(sum(overdue.mapped("open_company_amount"))),
            date=format_date(self.env, min(overdue.mapped("settle_by"))),
        )
        return self._card_fact(title, text, "danger")

    def _card_last_claims(self):
        claims = self.env["reimbursement.claim"].search(
            self._card_other_claims() & Domain("company_id", "=", self.company_id.id),
            order="date desc, id desc",
            limit=CLAIMS_SHOWN,
        )
        if not claims:
            return None
        stages = dict(claims._fields["stage"]._description_selection(self.env))
        columns = [self.env._("Last claims"), self.env._("Sanctioned"), self.env._("Stage")]
        return {"columns": columns, "rows": [claim._card_row(stages) for claim in claims]}
