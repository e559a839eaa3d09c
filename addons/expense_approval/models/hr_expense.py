from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .expense_document import OPEN_STATES

# what the claimant says of an expense; once submitted, nobody says it otherwise
_CLAIMED = frozenset(
    {
        "claim_id",
        "application_id",
        "city_id",
        "company_id",
        "currency_id",
        "date",
        "description",
        "employee_id",
        "name",
        "over_standard_reason",
        "payment_mode",
        "person_count",
        "price_unit",
        "product_id",
        "product_uom_id",
        "quantity",
        "total_amount",
        "total_amount_currency",
        "unit_count",
        "vendor_id",
    }
)
# what Odoo's own approval writes; of an expense on a claim the claim does
_DRIVEN = frozenset({"approval_state", "approval_date", "state"})


class HrExpense(models.Model):
    """An expense of a claim is approved with the claim; any other as in plain Odoo.

    =======================  =====================================================
    of an expense on a claim
    =======================  =====================================================
    approval state           written by the claim alone, whoever asks
    what the claimant wrote  locked from submission on
    sanctioned amount        lowered by finance with a reason, never raised
    entry                    all expenses of the claim together
    =======================  =====================================================
    """

    _name = "hr.expense"
    _inherit = ["hr.expense", "approval.stamped", "approval.line.mixin"]

    _approval_parent = "claim_id"
    _stamps_derived = False
    _stamped = frozenset(
        {
            "correction",
            "excess_amount",
            "is_lowered",
            "payable_amount",
            "sanctioned_amount",
            "sanctioned_amount_currency",
            "sanction_reason",
            "sanctioned_by_id",
            "standard_amount",
            "standard_id",
        }
    )

    claim_id = fields.Many2one(
        "reimbursement.claim",
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="set null",
    )
    # the claim's own chatter says it once, not each of its expenses again
    claim_stage = fields.Selection(
        related="claim_id.stage", string="Stage of the Claim", tracking=False
    )
    application_id = fields.Many2one(
        "expense.application",
        compute="_compute_application_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="The application under which the money was spent.",
    )
    correction = fields.Char(
        string="To Correct",
        readonly=True,
        copy=False,
        help="Why this line was marked when the claim was returned.",
    )
    is_lowered = fields.Boolean(readonly=True, copy=False)
    sanctioned_amount = fields.Monetary(
        currency_field="company_currency_id", readonly=True, copy=False
    )
    sanctioned_amount_currency = fields.Monetary(
        string="Sanctioned in Currency", currency_field="currency_id", readonly=True, copy=False
    )
    sanction_reason = fields.Char(string="Reason for Lowering", readonly=True, copy=False)
    sanctioned_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    payable_amount = fields.Monetary(
        string="Sanctioned",
        currency_field="company_currency_id",
        compute="_compute_payable_amount",
        store=True,
        help="What is reimbursed: the amount claimed, or what finance sanctioned of it.",
    )

    # ------------------------------------------------------------------ computes and checks

    @api.depends("total_amount", "is_lowered", "sanctioned_amount")
    def _compute_payable_amount(self):
        for expense in self:
            expense.payable_amount = (
                expense.sanctioned_amount if expense.is_lowered else expense.total_amount
            )

    @api.depends("claim_id", "claim_id.application_ids", "product_id")
    def _compute_application_id(self):
        """The application of the claim that estimated this category, or else its only one."""
        for expense in self:
            applications = expense.claim_id.application_ids
            if expense.application_id in applications and expense.application_id:
                continue
            estimated = applications.filtered(
                lambda application, expense=expense: (
                    expense.product_id in application.line_ids.product_id
                )
            )
            only = applications if len(applications) == 1 else applications.browse()
            expense.application_id = estimated[:1] or only

    @api.constrains("claim_id", "employee_id", "company_id")
    def _check_claim(self):
        for expense in self.filtered("claim_id"):
            claim = expense.claim_id
            if expense.employee_id != claim.employee_id or expense.company_id != claim.company_id:
                raise ValidationError(
                    self.env._(
                        "%(expense)s belongs to %(employee)s in %(company)s: %(claim)s groups the expenses "
                        "of %(claimant)s in %(claim_company)s only.",
                        expense=expense.name,
                        employee=expense.employee_id.sudo().name,
                        company=expense.company_id.name,
                        claim=claim.sudo().name,
                        claimant=claim.sudo().employee_id.name,
                        claim_company=claim.sudo().company_id.name,
                    )
                )
            if claim.sudo().state in OPEN_STATES and (
                expense.approval_state or expense.sudo().account_move_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(expense)s was submitted by itself already and cannot join %(claim)s. Reset it "
                        "to draft first.",
                        expense=expense.name,
                        claim=claim.sudo().name,
                    )
                )

    # ------------------------------------------------------------------ doors

    @api.model_create_multi
    def create(self, vals_list):
        given = self.env.context.get("default_claim_id")
        claim_ids = {vals.get("claim_id", given) for vals in vals_list} - {False, None}
        self.env["reimbursement.claim"].browse(claim_ids)._check_open_for_expenses()
        expenses = super().create(vals_list)
        expenses.filtered("approval_state")._check_demanded_claim()
        return expenses

    def write(self, vals):
        if not _DRIVEN.isdisjoint(vals):
            self._refuse_driven(vals)
            if vals.get("approval_state") or vals.get("state"):
                self.filtered(
                    lambda expense: expense.approval_state in (False, "refused")
                )._check_demanded_claim()
        if not _CLAIMED.isdisjoint(vals):
            self._refuse_locked(vals)
        if "claim_id" in vals:
            self._check_moves_to(self.env["reimbursement.claim"].browse(vals["claim_id"] or ()))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        self._refuse_locked({"claim_id": False})

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self.env.context.get("from_split_wizard"):
            # the parts of a split expense stay together; the claim says whether it may be changed
            for expense, vals in zip(self, vals_list, strict=True):
                vals["claim_id"] = expense.claim_id.id
        return vals_list

    # pylint: disable=super-method-mismatch
    def _drive(self, approval_state, moment=False):
        """Write the approval state of expenses on claims: for the claims only."""
        # what follows the documents until submission follows them as they are now
        self._recompute_recordset()
        expenses = self.filtered(lambda expense: expense.approval_state != approval_state)
        vals = {"approval_state": approval_state, "approval_date": moment}
        return not expenses or super(HrExpense, expenses).write(vals)

    # pylint: disable=super-method-mismatch
    def _leave_claim(self):
        """Free the expenses of a cancelled claim: for the claim only."""
        return super().write({"claim_id": False})

    def _refuse_driven(self, vals):
        """What Odoo's own approval would write differs from what the claim says."""
        names = _DRIVEN.intersection(vals)
        for expense in self.filtered("claim_id"):
            if any((vals[name] or False) != expense[name] for name in names):
                raise UserError(
                    self.env._(
                        "%(expense)s is part of %(claim)s and is submitted, approved, refused and reset "
                        "with it. Open the claim instead.",
                        expense=expense.name,
                        claim=expense.claim_id.sudo().name,
                    )
                )

    def _refuse_locked(self, vals):
        """What was submitted stays as the claimant wrote it."""
        for expense in self.filtered("claim_id"):
            claim = expense.claim_id.sudo()
            if claim.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(expense)s is part of %(claim)s, which is “%(stage)s”: what was claimed cannot be "
                        "changed. Finance may lower what is reimbursed; anything else the claimant "
                        "corrects after the claim is returned or withdrawn.",
                        expense=expense.name,
                        claim=claim.name,
                        stage=claim._stage_label(),
                    )
                )

    def _check_moves_to(self, claim):
        """An expense leaves one claim before it joins another, and joins only what is open."""
        claim._check_open_for_expenses()
        if taken := self.filtered(lambda expense: expense.claim_id and expense.claim_id != claim):
            if claim:
                raise UserError(
                    self.env._(
                        "%(expense)s is on %(claim)s already. Remove it there first.",
                        expense=taken[0].name,
                        claim=taken[0].claim_id.sudo().name,
                    )
                )

    def _check_demanded_claim(self):
        """The company may demand that every expense is claimed; those submitted before go on."""
        for expense in self:
            company = expense.company_id.sudo()
            if (
                company.reimbursement_enabled
                and company.expense_needs_claim
                and not expense.claim_id
            ):
                raise UserError(
                    self.env._(
                        "In %(company)s expenses are reimbursed by claims: add %(expense)s to a claim and "
                        "submit that.",
                        company=company.name,
                        expense=expense.name,
                    )
                )

    # ------------------------------------------------------------------ claiming

    def action_create_claim(self):
        """Group chosen expenses in new claims, one for each employee and company.

        :raise UserError: for expenses on a claim, or that were submitted by themselves
        :return: window action of the claims
        """
        if taken := self.filtered(lambda expense: expense.claim_id or expense.state != "draft"):
            raise UserError(
                self.env._(
                    "%(expense)s is on a claim or was submitted already. Choose expenses in draft only.",
                    expense=taken[0].name,
                )
            )
        claims = self.env["reimbursement.claim"].create(
            [
                {
                    "purpose": ", ".join(dict.fromkeys(expenses.mapped("name")))[:120],
                    "employee_id": employee.id,
                    "company_id": company.id,
                    "expense_ids": [fields.Command.set(expenses.ids)],
                }
                for (employee, company), expenses in self.grouped(
                    lambda expense: (expense.employee_id, expense.company_id)
                ).items()
            ]
        )
        return claims._get_records_action(name=self.env._("Claims"))

    def _lacks_rate(self, rates):
        """Whether the amount in company currency is only the other amount repeated.

        :param rates: as from ``_known_rates`` of the claim
        """
        own = self.company_currency_id
        if self.currency_id == own or not self.date:
            return False
        days = [
            rates.get((self.currency_id.id, id_)) for id_ in (False, self.company_id.root_id.id)
        ]
        if any(day and day <= self.date for day in days):
            return False
        # entered by hand as the bank converted it
        return own.compare_amounts(self.total_amount, self.total_amount_currency) == 0
