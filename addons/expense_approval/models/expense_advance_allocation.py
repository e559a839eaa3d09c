from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.approval_chain.values import touch_rows

from .expense_advance import MONEY_GROUPS
from .expense_document import OPEN_STATES


class ExpenseAdvanceAllocation(models.Model):
    """How much of an advance a claim uses up (E9).

    One row is one advance in one claim. What all claims use of an advance never exceeds what is open
    of it; when the expenses are posted, an entry sets the row off against what the employee is owed.
    """

    _name = "expense.advance.allocation"
    _description = "Advance Offset in a Claim"
    _inherit = ["approval.stamped"]
    _order = "claim_id, id"
    _check_company_auto = True

    _stamped = frozenset({"move_id", "receipt_id", "company_id", "state"})

    claim_id = fields.Many2one(
        "reimbursement.claim", required=True, index=True, ondelete="cascade", check_company=True
    )
    advance_id = fields.Many2one(
        "expense.advance", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="advance_id.currency_id")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount = fields.Monetary(required=True)
    company_amount = fields.Monetary(
        string="In Company Currency",
        currency_field="company_currency_id",
        compute="_compute_company_amount",
        help="At today's rate, or as it was posted.",
    )
    receipt_id = fields.Many2one(
        "account.move",
        string="Posted Claim",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=MONEY_GROUPS,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Offset Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=MONEY_GROUPS,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("offset", "Offset"), ("void", "Released")],
        compute="_compute_state",
        store=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount offset in a claim must be more than zero."
    )

    # ------------------------------------------------------------------ computes

    @api.depends(
        "claim_id.state",
        "claim_id.expense_ids.account_move_id.state",
        "move_id.state",
        "move_id.reversal_move_ids.state",
    )
    def _compute_state(self):
        for allocation in self:
            move = allocation.move_id
            if move.state == "posted" and "posted" not in move.reversal_move_ids.mapped("state"):
                allocation.state = "offset"
            elif allocation.claim_id.state == "cancelled" or allocation._is_claim_posted():
                allocation.state = "void"
            else:
                allocation.state = "planned"

    def _is_claim_posted(self):
        """Claims are posted as a whole: what was not offset then never will be."""
        own = self.claim_id.expense_ids.filtered(lambda row: row.payment_mode == "own_account")
        return "posted" in own.account_move_id.mapped("state")

    @api.depends("amount", "advance_id", "company_id", "state")
    def _compute_company_amount(self):
        for allocation in self:
            if allocation.state == "offset":
                lines_sudo = allocation.sudo().move_id.line_ids
                allocation.company_amount = sum(
                    line.balance for line in lines_sudo if line.balance > 0
                )
            else:
                allocation.company_amount = allocation._converted()

    def _converted(self, date=None):
        company = self.company_id
        return self.currency_id._convert(
            self.amount, company.currency_id, company, date or company._approval_today()
        )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        allocations = super().create(vals_list)
        allocations._check_open()
        return allocations

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def _check_open(self):
        """A claim in approval is not changed by who wrote it; finance may until it is posted."""
        is_finance = self.env["expense.document"]._is_finance()
        for allocation in self:
            claim = allocation.claim_id
            open_states = (*OPEN_STATES, "submitted", "approved") if is_finance else OPEN_STATES
            if allocation.state == "offset" or claim.state not in open_states:
                raise UserError(
                    self.env._(
                        "Claim %(claim)s is “%(state)s”: what it offsets of advance %(advance)s cannot be "
                        "changed any more.",
                        claim=claim.name,
                        state=claim._state_label(),
                        advance=allocation.advance_id.sudo().name,
                    )
                )

    # ------------------------------------------------------------------ constraints

    @api.constrains("claim_id", "advance_id", "amount")
    def _check_amounts(self):
        advances = self.advance_id.sudo()
        self._check_employee()
        # claims that are made at the same time see each other
        touch_rows(advances)
        advances.invalidate_recordset(["planned_amount", "available_amount", "open_amount"])
        for advance in advances:
            planned = advance.allocation_ids.filtered(lambda row: row.state == "planned")
            left = advance.open_amount - sum(planned.mapped("amount"))
            if advance.currency_id.compare_amounts(left, 0) < 0:
                own = sum((planned & self.sudo()).mapped("amount"))
                raise ValidationError(
                    self.env._(
                        "Only %(left)s of advance %(advance)s is left to be offset; %(asked)s is too much.",
                        left=advance.currency_id.format(max(left + own, 0.0)),
                        advance=advance.name,
                        asked=advance.currency_id.format(own),
                    )
                )
        for claim in self.claim_id:
            if error := claim._offset_error():
                raise ValidationError(error)

    def _check_employee(self):
        for allocation in self.sudo():
            advance, claim = allocation.advance_id, allocation.claim_id
            if advance.employee_id != claim.employee_id:
                raise ValidationError(
                    self.env._(
                        "Advance %(advance)s was paid to %(holder)s and cannot be offset in claim "
                        "%(claim)s of %(claimant)s.",
                        advance=advance.name,
                        holder=advance.employee_id.name,
                        claim=claim.name,
                        claimant=claim.employee_id.name,
                    )
                )

    # ------------------------------------------------------------------ posting

    def _offset(self, receipt, owed):
        """Set this row off against a posted receipt by an entry that is reconciled with both.

        Claims are posted as a whole, so what this one does not owe is free for another.

        :param receipt: ``account.move`` of the claim
        :param owed: what the receipt owes the employee at most, in company currency
        """
        self.ensure_one()
        advance = self.advance_id
        asked = self._converted(receipt.date)
        currency = self.currency_id
        amount = min(self.amount, advance.open_amount)
        if self.company_currency_id.compare_amounts(asked, owed) > 0:
            amount = min(amount, currency.round(self.amount * owed / asked))
        if currency.compare_amounts(amount, 0) <= 0:
            return
        balance = self.company_currency_id.round(asked * amount / self.amount)
        moves = self.env["account.move"].with_company(receipt.company_id)
        move = moves.create(receipt._prepare_offset_vals(self, amount, balance))
        move._post(soft=False)
        self._stamp({"amount": amount, "move_id": move.id, "receipt_id": receipt.id})
        debit, credit = move.line_ids.sorted("balance", reverse=True)
        (debit + receipt._employee_debt_line()).reconcile()
        (credit + advance._open_lines()).reconcile()
