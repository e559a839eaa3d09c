from bisect import bisect_right

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

UNITS = [
    ("day", "Day"),
    ("night", "Night"),
    ("unit", "Unit"),
    ("claim", "Claim"),
]


class ExpenseStandard(models.Model):
    """How much may be spent on a category (费用标准, E5).

    Every condition that is filled must hold. Of the standards that hold, the most specific counts:

    1. that of the company itself, before that of a company above it
    2. one for the grade of the employee, before one for all grades
    3. one for the tier of the city, before one for all tiers
    4. one for the country, before one for all countries

    What one employee spends on a category on the same day shares one standard per day or night; what
    one claim has of a category shares one standard per claim.
    """

    _name = "expense.standard"
    _description = "Expense Standard"
    _order = "product_id, grade_id, tier_id, country_id, date_from desc, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    product_id = fields.Many2one(
        "product.product",
        string="Category",
        required=True,
        index=True,
        check_company=True,
        domain=[("can_be_expensed", "=", True)],
        ondelete="cascade",
    )
    grade_id = fields.Many2one("expense.grade", ondelete="restrict", help="Empty: every grade.")
    tier_id = fields.Many2one(
        "expense.city.tier", string="City Tier", ondelete="restrict", help="Empty: every city."
    )
    country_id = fields.Many2one("res.country", ondelete="restrict", help="Empty: every country.")
    unit = fields.Selection(UNITS, string="Per", required=True, default="day")
    amount = fields.Monetary(
        required=True,
        aggregator=None,
        help="The most that is reimbursed for one unit and one person.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    date_from = fields.Date(string="Valid From", help="Empty: always before.")
    date_to = fields.Date(string="Valid Until", help="Empty: until further notice.")
    active = fields.Boolean(default=True)

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of an expense standard cannot be negative."
    )
    _period = models.Constraint(
        "CHECK (date_to >= date_from)", "An expense standard ends after it begins."
    )
    # ranges of one number, because comparing plain numbers would need an extension of PostgreSQL
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(company_id, company_id, '[]') WITH =,
            int4range(product_id, product_id, '[]') WITH =,
            int4range(COALESCE(grade_id, 0), COALESCE(grade_id, 0), '[]') WITH =,
            int4range(COALESCE(tier_id, 0), COALESCE(tier_id, 0), '[]') WITH =,
            int4range(COALESCE(country_id, 0), COALESCE(country_id, 0), '[]') WITH =,
            daterange(date_from, date_to, '[]') WITH &&
        ) WHERE (active)""",
        "Another standard for the same category, grade, city tier and country is valid on some of these "
        "days. End that one first, or choose other days.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for standard in self:
            standard.currency_id = standard.currency_id or standard.company_id.currency_id

    @api.depends("product_id", "amount", "currency_id", "unit")
    @api.depends_context("lang")
    def _compute_display_name(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        for standard in self:
            standard.display_name = self.env._(
                "%(category)s: %(amount)s per %(unit)s",
                category=standard.product_id.name,
                amount=standard.currency_id.format(standard.amount),
                unit=units.get(standard.unit, "").lower(),
            )

    @api.constrains("product_id")
    def _check_product(self):
        for standard in self:
            if not standard.product_id.can_be_expensed:
                raise ValidationError(
                    self.env._(
                        "%s is not a category of expenses: choose one that can be expensed.",
                        standard.product_id.display_name,
                    )
                )

    # ------------------------------------------------------------------ drafts follow

    @api.model_create_multi
    def create(self, vals_list):
        standards = super().create(vals_list)
        standards._judge_drafts(standards.product_id)
        return standards

    def write(self, vals):
        products = self.product_id
        result = super().write(vals)
        self._judge_drafts(products | self.product_id)
        return result

    def unlink(self):
        products = self.product_id
        result = super().unlink()
        self._judge_drafts(products)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unused_only(self):
        expenses = self.env["hr.expense"].sudo()
        used = [("standard_id", "in", self.ids), ("approval_state", "!=", False)]
        if expense := expenses.search(used, limit=1):
            raise UserError(
                self.env._(
                    "Expenses that were submitted were compared with the standard %s: archive it, so that "
                    "what was decided stays readable.",
                    expense.standard_id.display_name,
                )
            )

    def _judge_drafts(self, products):
        """Expenses that are not submitted follow the standards of today."""
        drafts = self.env["hr.expense"].sudo()
        drafts.search([("product_id", "in", products.ids), ("approval_state", "=", False)])._judge()

    # ------------------------------------------------------------------ which one holds

    @api.model
    def _of_companies(self, companies, products):
        """Standards of these categories in the companies and those above; one query."""
        above = {int(id_) for company in companies for id_ in company.parent_path.split("/") if id_}
        return self.sudo().search(
            [("company_id", "in", list(above)), ("product_id", "in", products.ids)]
        )

    def _best_for(self, expense):
        """The most specific of these standards that holds for an expense, or none."""
        held = self.filtered(lambda standard: standard._holds_for(expense))
        return held.sorted(lambda standard: standard._precedence(), reverse=True)[:1]

    def _holds_for(self, expense):
        city = expense.city_id
        return (
            self._may_hold_for(expense)
            and (not self.tier_id or self.tier_id == city.tier_id)
            and (not self.country_id or self.country_id == city.country_id)
        )

    def _may_hold_for(self, expense):
        """Whether it holds in one city or another."""
        return (
            self.product_id == expense.product_id
            and f"/{self.company_id.id}/" in f"/{expense.company_id.parent_path}"
            and (not self.grade_id or self.grade_id == expense.employee_id.expense_grade_id)
            and (not self.date_from or bool(expense.date and self.date_from <= expense.date))
            and (not self.date_to or bool(expense.date and expense.date <= self.date_to))
        )

    def _precedence(self):
        return (
            len(self.company_id.parent_path),
            bool(self.grade_id),
            bool(self.tier_id),
            bool(self.country_id),
        )

    # ------------------------------------------------------------------ how much it is

    def _rates_for(self, expenses):
        """Currency rates that comparing with these standards needs; at most one query.

        :return: ``{(currency id, company id): (sorted days, rates)}``
        """
        own = expenses.company_currency_id
        if not (self.currency_id - own):
            return {}
        rows = (
            self.env["res.currency.rate"]
            .sudo()
            .search(
                [
                    ("currency_id", "in", (self.currency_id | own).ids),
                    ("company_id", "in", [False, *expenses.company_id.root_id.ids]),
                ],
                order="name",
            )
        )
        rates = {}
        for row in rows:
            days, values = rates.setdefault((row.currency_id.id, row.company_id.id), ([], []))
            days.append(row.name)
            values.append(row.rate)
        return rates

    def _limit_for(self, expense, rates):
        """How much of an expense is within the standard, in the currency of its company.

        An expense in the currency of the standard is compared in that; any other at the rate of its
        day.

        :return: amount, or None when no rate of that day is known
        """
        limit = self.amount * expense._standard_units(self.unit)
        own = expense.company_currency_id
        if self.currency_id == own:
            return own.round(limit)
        if self.currency_id == expense.currency_id and expense.total_amount_currency:
            return own.round(limit * expense.total_amount / expense.total_amount_currency)
        rate = _rate_on(rates, self.currency_id, expense)
        if rate is None:
            return None
        return own.round(limit * (_rate_on(rates, own, expense) or 1.0) / rate)


def _rate_on(rates, currency, expense):
    """The rate of a currency on the day of an expense: the company's own before the common one."""
    for company_id in (expense.company_id.root_id.id, False):
        days, values = rates.get((currency.id, company_id), ((), ()))
        if position := bisect_right(days, expense.date or fields.Date.to_date("1970-01-01")):
            return values[position - 1]
    return None
