from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """Advances and budgets of a company: accounts, reminders, policies, and who decides (E9-E11)."""

    _inherit = "res.company"

    advance_account_id = fields.Many2one(
        "account.account",
        string="Account for Advances",
        check_company=True,
        domain="[('reconcile', '=', True), ('account_type', 'in', ('asset_receivable', 'asset_current'))]",
        help="Where it stands what employees have got in advance.",
    )
    advance_journal_id = fields.Many2one(
        "account.journal",
        string="Journal for Offset Advances",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Where advances are set off against claims; empty: the first journal for miscellaneous entries.",
    )
    advance_overdue_limit = fields.Monetary(
        string="New Advance While One Is Overdue",
        help="An employee with an overdue advance can ask for this much at most.",
    )
    advance_reminder_days = fields.Integer(
        string="Days Between Reminders",
        default=7,
        help="An employee is reminded of overdue advances once in so many days; zero: never.",
    )

    budget_policy = fields.Selection(
        [
            ("warn", "Is shown to those who decide"),
            ("step", "Needs the extra step of the chain"),
            ("stop", "Is refused"),
        ],
        string="When a Budget Is Exceeded",
        required=True,
        default="warn",
        help="What happens to applications and claims that go over a budget.",
    )

    _advance_limit_positive = models.Constraint(
        "CHECK (advance_overdue_limit >= 0 AND advance_reminder_days >= 0)",
        "Limits and days of advances cannot be negative.",
    )

    @api.constrains("advance_account_id")
    def _check_advance_account(self):
        for company in self:
            account = company.advance_account_id
            if account and not account.reconcile:
                raise ValidationError(
                    self.env._(
                        "Account %s cannot hold advances: what is open could not be told. Allow "
                        "reconciliation on it, or choose another.",
                        account.display_name,
                    )
                )

    def _advance_journal(self):
        """The journal in which advances are set off."""
        self.ensure_one()
        if self.advance_journal_id:
            return self.advance_journal_id
        journals = self.env["account.journal"]
        # those that Odoo keeps for itself are no place for it
        own = self.currency_exchange_journal_id | self.tax_cash_basis_journal_id
        journal = journals.search(
            [
                *journals._check_company_domain(self),
                ("type", "=", "general"),
                ("id", "not in", own.ids),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no journal to set advances off in. Choose one in the settings of Reimbursement.",
                    self.name,
                )
            )
        return journal

    def _set_up_rulebook(self):
        """E9: an advance goes through the department, finance and, if high, the general manager."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "expense.advance",
            _lt("Advance"),
            [
                (_lt("Department manager: is it needed"), "decide", {"approver": "manager"}),
                (_lt("Finance decides"), "decide", "finance"),
                (
                    _lt("General manager, over the limit of finance"),
                    "decide",
                    {"role": "general_manager", "limit_step": 1},
                ),
            ],
            operation="approve",
        )
        if not self.advance_account_id:
            self._set_up_advance_account()
        self._set_up_fund_chain()
        return result

    def _set_up_fund_chain(self):
        """E11: what binds the company for long goes up to the president, operating use over a limit."""
        self._rulebook_chain(
            "fund.request",
            _lt("Fund request"),
            [
                (_lt("Finance director: is it sound"), "decide", "finance_director"),
                (_lt("General manager decides"), "decide", "general_manager"),
                (
                    _lt("President: raising, investment and distribution of profit"),
                    "decide",
                    {"role": "president", "domain": "[('kind', '!=', 'operating')]"},
                ),
                (
                    _lt("President: operating use over the limit of the general manager"),
                    "decide",
                    {
                        "role": "president",
                        "domain": "[('kind', '=', 'operating')]",
                        "limit_step": 1,
                    },
                ),
            ],
            operation="approve",
        )

    def _set_up_advance_account(self):
        """The account that a Chinese chart keeps for it (1221 其他应收款), if there is one."""
        charts = self.env["account.chart.template"].with_company(self)
        account = charts.ref("l10n_cn_common_account_1221", raise_if_not_found=False)
        if account:
            account.reconcile = True
            self.advance_account_id = account
