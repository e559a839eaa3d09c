from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

from .expense_document import DOCUMENT_STAMPED, OPEN_STATES

_lt = LazyTranslate(__name__)

# an expense that is approved, by any of the fields that say so
SETTLED = (
    Domain("approval_state", "=", "approved")
    | Domain("account_move_id", "!=", False)
    | Domain("state", "in", ("approved", "posted", "in_payment", "paid"))
)
STAGES = [
    ("draft", "Draft"),
    ("returned", "To Correct"),
    ("submitted", "In Approval"),
    ("hand_back", "To Hand Back"),
    ("approved", "To Post"),
    ("posted", "To Pay"),
    ("paid", "Paid"),
    ("cancelled", "Cancelled"),
]


class ReimbursementClaim(models.Model):
    """Expenses of one employee, claimed and approved together (报销单, E1-E7).

    ============================  ==================================================
    action                        who
    ============================  ==================================================
    write, submit, cancel         the employee; finance for those who cannot log in
    decide, return, mark lines    whoever the chain asks
    receive originals, lower      finance, when the chain asks it
    hand back after a refusal     finance
    post, pay, reopen             finance
    ============================  ==================================================

    The ``state`` is the decision; the ``stage`` derives what became of it in accounting.
    """

    _name = "reimbursement.claim"
    _description = "Reimbursement Claim"
    _inherit = ["expense.document"]
    _order = "id desc"

    _stamped = DOCUMENT_STAMPED.union(
        {
            # derived from the expenses: the limits of the chain are compared with them
            "expense_count",
            "amount",
            "payable_amount",
            "stage",
            "needs_extra_step",
            "originals_received_at",
            "originals_received_by_id",
            "paid_told_at",
            "excess_amount",
            "over_standard",
        }
    )

    state = fields.Selection(
        selection_add=[("hand_back", "To Hand Back"), ("approved",)],
        ondelete={"hand_back": "set default"},
    )
    # before the expenses: what is written first is there when they look for their application
    application_ids = fields.Many2many(
        "expense.application",
        string="Applications",
        check_company=True,
        copy=False,
        help="Approved before the money was spent.",
    )
    expense_ids = fields.One2many("hr.expense", "claim_id", string="Expenses", copy=False)
    expense_count = fields.Integer(compute="_compute_amounts", store=True)
    amount = fields.Monetary(compute="_compute_amounts", store=True, string="Claimed")
    payable_amount = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        string="Sanctioned",
        help="What finance found right; the same as claimed unless it was lowered.",
    )
    needs_extra_step = fields.Boolean(
        readonly=True,
        copy=False,
        help="A check at submission asked for the extra step of the chain.",
    )
    originals_received_at = fields.Datetime(readonly=True, copy=False)
    originals_received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    paid_told_at = fields.Datetime(
        readonly=True, copy=False, help="When the employee was told of the payment."
    )
    stage = fields.Selection(
        STAGES, compute="_compute_stage", store=True, index=True, tracking=True
    )

    # ------------------------------------------------------------------ computes

    @api.depends("expense_ids.total_amount", "expense_ids.payable_amount")
    def _compute_amounts(self):
        for claim in self:
            claim.expense_count = len(claim.expense_ids)
            claim.amount = sum(claim.expense_ids.mapped("total_amount"))
            claim.payable_amount = sum(claim.expense_ids.mapped("payable_amount"))

    @api.depends("state", "expense_ids.state", "expense_ids.account_move_id.state")
    def _compute_stage(self):
        for claim in self:
            claim.stage = claim._stage_of()

    def _stage_of(self):
        """Where the claim stands; accounting is read from the entries, never remembered."""
        if self.state != "approved":
            return "draft" if self.state == "closed" else self.state
        expenses = self.expense_ids
        # Odoo calls an expense paid whose entry was cancelled
        if not expenses or any(
            not expense.account_move_id or expense.account_move_id.state == "cancel"
            for expense in expenses.sudo()
        ):
            return "approved"
        return "paid" if all(expense.state == "paid" for expense in expenses) else "posted"

    # ------------------------------------------------------------------ approval

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "reimburse": Operation(
                label=_lt("Reimburse the expenses"),
                executed=Domain("expense_ids", "any", SETTLED),
                inputs={"hr.expense": ("approval_state", "account_move_id", "state")},
                watch=("purpose", "employee_id", "application_ids"),
                lines={
                    "expense_ids": (
                        Domain.TRUE,
                        (
                            "date",
                            "product_id",
                            "name",
                            "total_amount_currency",
                            "currency_id",
                            "total_amount",
                            "payment_mode",
                            "employee_id",
                        ),
                    )
                },
                parts={"expense_ids": SETTLED},
                amount="amount",
                run="_do_reimburse",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def action_approval_submit(self, code=None, chosen=None):
        """Submit claims for approval; what the checks find is judged first (E1, E5).

        :raise UserError: naming, claim by claim, what keeps it from being submitted
        :return: True
        """
        self.check_access("write")
        findings = self._claim_findings()
        for claim in self.filtered(lambda claim: claim.state in OPEN_STATES):
            extra = any(finding.severity == "step" for finding in findings[claim.id])
            if claim.needs_extra_step != extra:
                claim._stamp({"needs_extra_step": extra})
        return super().action_approval_submit(code, chosen)

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for claim_id, findings in self._claim_findings().items():
            if stops := [row.message for row in findings if row.severity == "stop"]:
                missing.setdefault(claim_id, []).extend(stops)
        return missing

    def _approval_sheet_notes(self, code):
        notes = super()._approval_sheet_notes(code)
        levels = {"warn": "warning", "step": "danger", "stop": "danger"}
        for claim_id, findings in self._claim_findings().items():
            if findings:
                notes.setdefault(claim_id, []).extend(
                    {"level": levels[row.severity], "text": row.message} for row in findings
                )
        return notes

    def _do_reimburse(self):
        # the chain decided, while the claimant may not approve expenses; all at once, because the
        # approval is good for one execution
        self.sudo().expense_ids._drive("approved", fields.Datetime.now())
        self._stamp({"state": "approved"})

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        if event.verb in ("submit", "reopen"):
            self.expense_ids._clear_answers()
            self._forget_originals()
            self.expense_ids._drive("submitted")
        elif event.verb == "handle":
            self._stamp(
                {
                    "originals_received_at": fields.Datetime.now(),
                    "originals_received_by_id": event.actor.id,
                }
            )
        elif self.state in (*OPEN_STATES, "hand_back") and self._state_after(event):
            self.expense_ids._drive(False)
            if self.state != "hand_back":
                self._forget_originals()
        return result

    def _state_after(self, event):
        """Whoever refuses what finance holds the originals of gives it back through finance (E6)."""
        state = super()._state_after(event)
        if (
            state == "returned"
            and self.originals_received_at
            and not event.actor.has_group("expense_approval.group_expense_finance")
        ):
            return "hand_back"
        return state

    def _forget_originals(self):
        if received := self.filtered("originals_received_at"):
            received._stamp({"originals_received_at": False, "originals_received_by_id": False})

    # ------------------------------------------------------------------ returning

    def action_return(self, opinion, marks=None):
        """Return a claim to whoever made it, with the lines to correct (E2, E3, E5, D15 14-21).

        Whoever is asked returns it while it is in approval; finance hands back what was refused
        after finance had received the originals.

        :param opinion: why, needed
        :param marks: ``{expense id: what is to be corrected}``
        :raise UserError: it is not the user's turn, or something is missing
        :return: True
        """
        self.ensure_one()
        opinion = (opinion or "").strip()
        if not opinion:
            raise UserError(self.env._("Please write why %s is returned.", self.name))
        lock_rows(self)
        claim_sudo = self.sudo()  # whoever is asked may not write the claim
        if self.state == "hand_back":
            self._check_finance()
            claim_sudo.expense_ids._mark(marks)
            claim_sudo._forget_originals()
            claim_sudo._stamp({"state": "returned"})
            claim_sudo._tell_employee(
                self.env._(
                    "%(claim)s was handed back by finance: %(opinion)s",
                    claim=self.name,
                    opinion=opinion,
                )
            )
            return True
        request = claim_sudo.approval_request_id.sudo(False)
        request._locked()._slot_for_me("return")
        claim_sudo.expense_ids._mark(marks)
        return request.action_decide("return", opinion)

    def _check_finance(self):
        if not self._is_finance():
            raise UserError(
                self.env._(
                    "%s is with finance: only whoever works there can do this.", self[:1].name
                )
            )

    def _tell_employee(self, body):
        """Tell the employee in the chatter of the claim."""
        for claim in self:
            claim.message_post(
                body=body,
                partner_ids=claim.user_id.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )

    # ------------------------------------------------------------------ cancelling

    def action_cancel(self):
        """The employee gives the claim up; its expenses are free for another claim."""
        result = super().action_cancel()
        for claim in self.sudo():
            expenses = claim.expense_ids
            expenses._drive(False)
            expenses._leave_claim()
        return result

    def _check_open_for_expenses(self):
        """Whoever adds expenses must be allowed to write the claim, and it must be open."""
        if not self:
            return
        self.check_access("write")
        if closed := self.sudo().filtered(lambda claim: claim.state not in OPEN_STATES):
            raise UserError(
                self.env._(
                    "%(claim)s is “%(stage)s”: expenses can only be added to a claim that is not "
                    "submitted.",
                    claim=closed[0].name,
                    stage=closed[0]._stage_label(),
                )
            )
