from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..order_check import MEANINGS


@dataclass(frozen=True)
class CheckRule:
    """What a finding of one check means in one company, and the company's number."""

    means: str
    limit: float


class SaleOrderCheckPolicy(models.Model):
    """The company's list of what is special (F5): what a finding of each check means.

    =======================  =========================================
    action                   who
    =======================  =========================================
    read                     users of the order flow, in their company
    create, write            administrators of the order flow
    delete                   nobody: set it to Ignored
    =======================  =========================================
    """

    _name = "sale.order.check.policy"
    _description = "Check on Submission"
    _inherit = ["mail.thread"]
    _order = "company_id, sequence, id"
    _rec_name = "code"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=1000)
    code = fields.Selection(selection="_select_code", string="Check", required=True, readonly=True)
    means = fields.Selection(
        selection="_select_means",
        string="A Finding Means",
        required=True,
        default="note",
        tracking=True,
    )
    limit = fields.Float(
        tracking=True,
        digits=(16, 2),
        help="What the number stands for is said beside it.",
    )
    limit_label = fields.Char(compute="_compute_check", string="The Limit Is")
    explanation = fields.Text(compute="_compute_check", string="What Is Looked At")
    is_fixed = fields.Boolean(compute="_compute_check")

    _code_unique = models.Constraint(
        "UNIQUE (company_id, code)",
        "A company decides once what a finding of a check means.",
    )
    _limit_range = models.Constraint(
        'CHECK ("limit" >= 0 AND "limit" <= 3650)',
        "The limit of a check is a number of days or a percentage, from 0 to 3650.",
    )

    @api.model
    def _select_code(self):
        checks = self.env["sale.order"]._order_checks()
        return [(code, str(self.env._(check.label))) for code, check in checks.items()]

    @api.model
    def _select_means(self):
        return [(code, str(self.env._(label))) for code, label in MEANINGS]

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_check(self):
        checks = self.env["sale.order"]._order_checks()
        for policy in self:
            check = checks.get(policy.code)
            policy.limit_label = bool(check and check.limit) and str(self.env._(check.limit))
            policy.explanation = bool(check) and str(self.env._(check.explains))
            policy.is_fixed = bool(check and check.fixed)

    @api.constrains("code", "means")
    def _check_fixed(self):
        """F1: no list of the company opens the check of the data."""
        checks = self.env["sale.order"]._order_checks()
        for policy in self:
            check = checks.get(policy.code)
            if not check:
                raise ValidationError(
                    self.env._(
                        "There is no such check as “%(code)s”: choose one of the list.",
                        code=policy.code,
                    )
                )
            if check.fixed and policy.means != check.means:
                raise ValidationError(
                    self.env._(
                        "%(check)s cannot be switched off: an incomplete order is never submitted. Set "
                        "“%(field)s” to “%(means)s”.",
                        check=self.env._(check.label),
                        field=self.fields_get(["means"], ["string"])["means"]["string"],
                        means=dict(self._select_means())[check.means],
                    )
                )

    @api.model
    def _rules(self, companies):
        """What applies in each company: its own list, and what the checks say where it has none.

        :return: ``{(company id, code): CheckRule}``
        """
        checks = self.env["sale.order"]._order_checks()
        rules = {
            (company.id, code): CheckRule(check.means, 0.0)
            for company in companies
            for code, check in checks.items()
        }
        for policy in self.sudo().search([("company_id", "in", companies.ids)]):
            check = checks.get(policy.code)
            if check and not check.fixed:
                rules[policy.company_id.id, policy.code] = CheckRule(policy.means, policy.limit)
        return rules

    @api.model
    def _complete(self, company):
        """Give a company the rows it has none of yet; what it decided stays.

        :return: the rows that are new
        """
        checks = self.env["sale.order"]._order_checks()
        known = set(self.search([("company_id", "=", company.id)]).mapped("code"))
        return self.create(
            [
                {
                    "company_id": company.id,
                    "code": code,
                    "means": check.means,
                    "sequence": 10 * number,
                }
                for number, (code, check) in enumerate(checks.items(), start=1)
                if code not in known
            ]
        )
