from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date

from odoo.addons.approval_chain.operation import Operation

from .expense_document import DOCUMENT_STAMPED

_lt = LazyTranslate(__name__)


class ExpenseApplication(models.Model):
    """Money to be spent: asked for and approved before (费用申请单, E1)."""

    _name = "expense.application"
    _description = "Expense Application"
    _inherit = ["expense.document", "analytic.mixin"]
    _order = "id desc"

    _stamped = DOCUMENT_STAMPED.union({"approved_on", "amount", "claimed_amount", "open_amount"})

    event = fields.Char(string="Trip or Event")
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today)
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        help="Expenses after this day need another application.",
    )
    approved_on = fields.Date(
        readonly=True, copy=False, help="Expenses before this day were spent without approval."
    )
    line_ids = fields.One2many(
        "expense.application.line", "application_id", string="Estimate", copy=True
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Estimated Total")
    advance_amount = fields.Monetary(
        string="Advance Wanted", help="How much of it is needed before it is spent."
    )
    expense_ids = fields.One2many("hr.expense", "application_id", string="Expenses")
    claimed_amount = fields.Monetary(
        compute="_compute_claimed_amount",
        store=True,
        string="Claimed",
        help="Expenses on claims that were submitted.",
    )
    open_amount = fields.Monetary(
        compute="_compute_claimed_amount",
        store=True,
        string="Open",
        help="Approved and not claimed yet. Nothing is open once the application is closed.",
    )
    claim_ids = fields.Many2many("reimbursement.claim", string="Claims", copy=False)
    claim_count = fields.Integer(compute="_compute_claim_count", compute_sudo=True)

    _period = models.Constraint(
        "CHECK (date_to >= date_from)", "The period of an application ends after it begins."
    )
    _advance_positive = models.Constraint(
        "CHECK (advance_amount >= 0)", "The advance wanted cannot be negative."
    )

    @api.depends("date_to")
    def _compute_valid_until(self):
        for application in self:
            application.valid_until = application.date_to

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for application in self:
            application.amount = sum(application.line_ids.mapped("amount"))

    @api.depends("state", "amount", "expense_ids.payable_amount", "expense_ids.claim_id.state")
    def _compute_claimed_amount(self):
        for application in self:
            claimed = application.expense_ids.filtered(
                lambda expense: expense.claim_id.state in ("submitted", "hand_back", "approved")
            )
            application.claimed_amount = sum(claimed.mapped("payable_amount"))
            approved = application.amount if application.state == "approved" else 0.0
            application.open_amount = max(approved - application.claimed_amount, 0.0)

    @api.depends("claim_ids")
    def _compute_claim_count(self):
        for application in self:
            application.claim_count = len(application.claim_ids)

    # ------------------------------------------------------------------ approval

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "approve": Operation(
                label=_lt("Approve the application"),
                executed=Domain("state", "in", ("approved", "closed")),
                inputs={"expense.application": ("state",)},
                watch=(
                    "employee_id",
                    "purpose",
                    "event",
                    "date_from",
                    "date_to",
                    "valid_until",
                    "advance_amount",
                ),
                lines={"line_ids": (Domain.TRUE, ("product_id", "name", "amount"))},
                amount="amount",
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _do_approve(self):
        self._stamp({"approved_on": self.company_id._approval_today()})
        return super()._do_approve()

    # ------------------------------------------------------------------ what it covers

    def _over_amount(self, claim):
        """By how much a claim that is submitted now goes over what was approved, else zero."""
        others = self.expense_ids.filtered(
            lambda expense: (
                expense.claim_id != claim
                and expense.claim_id.state in ("submitted", "hand_back", "approved")
            )
        )
        own = self.expense_ids.filtered(lambda expense: expense.claim_id == claim)
        claimed = sum((others | own).mapped("payable_amount"))
        return max(self.currency_id.round(claimed - self.amount), 0.0)

    def _why_not_covered(self, expense):
        """Why an expense is not what this application approved; empty when it is."""
        if expense.date and self.approved_on and expense.date < self.approved_on:
            return self.env._(
                "%(expense)s was spent on %(date)s, before %(application)s was approved on %(approved)s.",
                expense=expense.name,
                date=format_date(self.env, expense.date),
                application=self.name,
                approved=format_date(self.env, self.approved_on),
            )
        if expense.date and self.valid_until and expense.date > self.valid_until:
            return self.env._(
                "%(expense)s was spent on %(date)s; %(application)s was valid until %(until)s.",
                expense=expense.name,
                date=format_date(self.env, expense.date),
                application=self.name,
                until=format_date(self.env, self.valid_until),
            )
        return ""

    def _submission_errors(self):
        errors = super()._submission_errors()
        if not self.line_ids:
            errors.append(
                self.env._("%s has no estimate yet: enter what will be spent on what.", self.name)
            )
        if self.currency_id.compare_amounts(self.advance_amount, self.amount) > 0:
            errors.append(
                self.env._(
                    "The advance wanted in %(application)s is more than the estimate of %(amount)s.",
                    application=self.name,
                    amount=self.currency_id.format(self.amount),
                )
            )
        return errors

    def action_close(self):
        """Nothing more will be claimed under these applications: what is open is given back.

        :raise UserError: for applications that are not approved
        :return: True
        """
        self.check_access("write")
        if kept := self.filtered(lambda application: application.state != "approved"):
            raise UserError(
                self.env._(
                    "%(application)s is “%(state)s”: only approved applications are closed.",
                    application=kept[0].name,
                    state=kept[0]._state_label(),
                )
            )
        self._stamp({"state": "closed"})
        return True

    def action_make_claim(self):
        """Make a claim of the employee's draft expenses of the period, under this application.

        :raise UserError: when the application is not approved
        :return: window action of the claim
        """
        self.ensure_one()
        if self.state != "approved":
            raise UserError(
                self.env._(
                    "%(application)s is “%(state)s”: claims are made of what was approved.",
                    application=self.name,
                    state=self._state_label(),
                )
            )
        expenses = self.env["hr.expense"].search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "draft"),
                ("claim_id", "=", False),
                ("date", ">=", self.date_from),
                ("date", "<=", self.valid_until or self.date_to),
            ]
        )
        claim = self.env["reimbursement.claim"].create(
            {
                "purpose": self.purpose,
                "employee_id": self.employee_id.id,
                "company_id": self.company_id.id,
                "application_ids": [fields.Command.set(self.ids)],
                "expense_ids": [fields.Command.set(expenses.ids)],
            }
        )
        return claim._get_records_action(name=self.env._("Claims"))

    def action_view_claims(self):
        """Open the claims made under these applications."""
        return self.claim_ids._get_records_action(name=self.env._("Claims"))
