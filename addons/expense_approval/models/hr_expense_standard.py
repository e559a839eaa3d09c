from dataclasses import dataclass
from itertools import chain

from odoo import api, fields, models
from odoo.exceptions import UserError

_JUDGED = ("standard_id", "standard_amount", "excess_amount")


@dataclass(frozen=True)
class Judgement:
    """What the standards say of one expense.

    :param standard: the ``expense.standard`` that holds, or none
    :param limit: what is within it, in the currency of the company
    :param excess: what is over it, in the currency of the company
    :param missing: ``"city"`` or ``"rate"``: what is not known but needed to say more
    """

    standard: object
    limit: float = 0.0
    excess: float = 0.0
    missing: str = ""


class HrExpenseStandard(models.Model):
    """Expenses compared with the standards; frozen from submission on, so that what was decided stays."""

    _inherit = "hr.expense"

    city_id = fields.Many2one(
        "expense.city", ondelete="restrict", help="Where the money was spent."
    )
    unit_count = fields.Float(
        string="Days or Nights",
        default=1.0,
        required=True,
        help="How many days, nights or units the receipt is for.",
    )
    person_count = fields.Integer(
        string="Persons", default=1, required=True, help="For how many persons it was spent."
    )
    over_standard_reason = fields.Char(
        string="Reason for Going Over", help="Why more than the standard had to be spent."
    )
    standard_id = fields.Many2one(
        "expense.standard",
        compute="_compute_standard",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )
    standard_unit = fields.Selection(related="standard_id.unit", string="Standard Per")
    standard_amount = fields.Monetary(
        string="Within Standard",
        currency_field="company_currency_id",
        compute="_compute_standard",
        store=True,
        help="What the standard allows for these days, nights or units and persons.",
    )
    excess_amount = fields.Monetary(
        string="Over Standard",
        currency_field="company_currency_id",
        compute="_compute_standard",
        store=True,
    )
    has_standards = fields.Boolean(compute="_compute_has_standards")
    over_standard_policy = fields.Selection(
        related="company_id.over_standard_policy", string="Going Over Standard"
    )

    _unit_count_positive = models.Constraint(
        "CHECK (unit_count > 0)", "Enter for how many days, nights or units the expense is."
    )
    _person_count_positive = models.Constraint(
        "CHECK (person_count > 0)", "Enter for how many persons the expense is, at least one."
    )

    @api.depends(
        "approval_state",
        "city_id.country_id",
        "city_id.tier_id",
        "claim_id.expense_ids.city_id",
        "claim_id.expense_ids.date",
        "claim_id.expense_ids.product_id",
        "claim_id.expense_ids.total_amount",
        "claim_id.expense_ids.unit_count",
        "claim_id.expense_ids.person_count",
        "company_id",
        "currency_id",
        "date",
        "employee_id.expense_grade_id",
        "person_count",
        "product_id",
        "quantity",
        "total_amount",
        "total_amount_currency",
        "unit_count",
    )
    def _compute_standard(self):
        open_expenses = self.filtered(lambda expense: not expense.approval_state)
        for expense, judged in open_expenses._judgements().items():
            expense.standard_id = judged.standard
            expense.standard_amount = judged.limit
            expense.excess_amount = judged.excess

    @api.depends("product_id", "company_id")
    def _compute_has_standards(self):
        standards = self.env["expense.standard"]._of_companies(self.company_id, self.product_id)
        known = {(standard.product_id, standard.company_id.id) for standard in standards}
        for expense in self:
            above = map(int, filter(None, (expense.company_id.parent_path or "").split("/")))
            expense.has_standards = any((expense.product_id, id_) in known for id_ in above)

    def _judge(self):
        """Compare expenses that are not submitted with the standards of now."""
        open_expenses = self.filtered(lambda expense: not expense.approval_state)
        for name in _JUDGED:
            self.env.add_to_compute(self._fields[name], open_expenses)
        open_expenses._recompute_recordset(_JUDGED)

    # ------------------------------------------------------------------ comparing

    def _judgements(self):
        """Compare with the standards; the number of queries does not depend on how many expenses.

        :return: ``{expense: Judgement}``
        """
        expenses_sudo = self.sudo()  # grades are known to the personnel department alone
        Standard = self.env["expense.standard"].sudo()
        standards = Standard.browse()
        if expenses_sudo.product_id:
            standards = Standard._of_companies(expenses_sudo.company_id, expenses_sudo.product_id)
        if not standards:
            return {expense: Judgement(Standard) for expense in self}
        best = {expense: standards._best_for(expense) for expense in expenses_sudo}
        rates = standards._rates_for(expenses_sudo)
        limits = {
            expense: standard._limit_for(expense, rates)
            for expense, standard in best.items()
            if standard
        }
        excess = expenses_sudo._excess(best, limits, standards, rates)
        return {
            expense: expense_sudo._judgement(
                standards, best[expense_sudo], limits.get(expense_sudo), excess
            )
            for expense, expense_sudo in zip(self, expenses_sudo, strict=True)
        }

    def _judgement(self, standards, standard, limit, excess):
        if not standard:
            wants_city = not self.city_id and any(row._may_hold_for(self) for row in standards)
            return Judgement(standard, missing="city" if wants_city else "")
        if limit is None:
            return Judgement(standard, missing="rate")
        return Judgement(standard, limit, excess.get(self, 0.0))

    def _excess(self, best, limits, standards, rates):
        """What is over the standards; expenses that share one use it up in the order of their days.

        :return: ``{expense: amount}``
        """
        groups = {}
        for expense, standard in best.items():
            if limits.get(expense) is not None:
                claims = groups.setdefault(expense._shared_key(standard), {})
                claims.setdefault(expense.claim_id or expense, []).append(expense)
        for other in self._sharing(best):
            standard = standards._best_for(other)
            for claim, members in groups.get(other._shared_key(standard), {}).items():
                # what is submitted came first everywhere, what is not counts on its own claim only
                if other.claim_id == claim or other.approval_state:
                    limits[other] = standard._limit_for(other, rates) or 0.0
                    members.append(other)
        excess = {}
        for members in chain.from_iterable(claims.values() for claims in groups.values()):
            left = max(limits[expense] for expense in members)
            for expense in sorted(members, key=lambda row: row._first_come()):
                used = min(max(expense.total_amount, 0.0), left)
                left -= used
                excess[expense] = expense.company_currency_id.round(
                    max(expense.total_amount - used, 0.0)
                )
        return excess

    def _shared_key(self, standard):
        """Expenses with the same key share one standard."""
        if standard.unit == "claim":
            return (standard, self.employee_id, self.claim_id or self)
        if standard.unit in ("day", "night"):
            return (standard, self.employee_id, self.date)
        return (standard, self)

    def _first_come(self):
        return (
            not self.approval_state,
            self.date or fields.Date.to_date("9999-12-31"),
            self._origin.id or float("inf"),
        )

    def _sharing(self, best):
        """Other expenses that may share a standard with these: on the same claims, or submitted."""
        shared = self.filtered(lambda expense: best[expense].unit in ("day", "night", "claim"))
        if not shared:
            return shared
        submitted = [
            "&",
            ("approval_state", "in", ("submitted", "approved")),
            ("date", "in", list(set(shared.mapped("date")))),
        ]
        found = self.search(
            [
                ("employee_id", "in", shared.employee_id.ids),
                ("product_id", "in", shared.product_id.ids),
                ("id", "not in", self._origin.ids),
                "|",
                ("claim_id", "in", shared.claim_id.ids),
                *submitted,
            ]
        )
        return found - self

    def _standard_units(self, unit):
        """For how many units and persons the standard counts."""
        if unit == "claim":
            return 1.0
        by_quantity = unit == "unit" and self.product_has_cost
        return (self.quantity if by_quantity else self.unit_count) * self.person_count

    # ------------------------------------------------------------------ cutting

    def _is_cut(self):
        """Whether the company reimburses the standard at most, and has not paid already."""
        return (
            self.company_id.sudo().over_standard_policy == "cut"
            and self.payment_mode == "own_account"
            and self.company_currency_id.compare_amounts(self.excess_amount, 0) > 0
        )

    def _within_standard(self):
        """What is within the standard, as (amount in currency, amount)."""
        amount = self.company_currency_id.round(self.total_amount - self.excess_amount)
        share = amount / self.total_amount if self.total_amount else 0.0
        return self.currency_id.round(self.total_amount_currency * share), amount

    def _cut_to_standard(self):
        """Lower what is reimbursed to the standard: for the claim at its submission only."""
        for expense in self.filtered(lambda expense: expense._is_cut()):
            amount_currency, amount = expense._within_standard()
            expense._stamp(
                {
                    "is_lowered": True,
                    "sanctioned_amount_currency": amount_currency,
                    "sanctioned_amount": amount,
                    "sanction_reason": self.env._(
                        "Cut to the standard: %s.", expense.standard_id.display_name
                    ),
                }
            )

    def _check_sanction(self, amount, reason):
        result = super()._check_sanction(amount, reason)
        if self._is_cut():
            within, _amount = self._within_standard()
            if self.currency_id.compare_amounts(amount, within) > 0:
                raise UserError(
                    self.env._(
                        "%(company)s reimburses %(within)s of %(expense)s at most: %(standard)s. Change "
                        "the standard, or sanction no more than that.",
                        company=self.company_id.name,
                        within=self.currency_id.format(within),
                        expense=self.name,
                        standard=self.standard_id.sudo().display_name,
                    )
                )
        return result
