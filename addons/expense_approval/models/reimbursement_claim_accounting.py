from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows


class ReimbursementClaimAccounting(models.Model):
    """From the approved claim to the money: entries, payment, and back (E7, D15 22)."""

    _inherit = "reimbursement.claim"

    def action_post(self):
        """Finance posts the expenses of approved claims together, as Odoo does.

        What the company paid becomes a payment each; what is owed to an employee becomes one receipt
        for each claim, with the sanctioned amounts.

        :raise UserError: for anybody but finance, and for claims with nothing to post
        :return: True, or the window action that asks for journal and date
        """
        self._check_finance()
        lock_rows(self)
        if kept := self.filtered(lambda claim: claim.stage != "approved"):
            raise UserError(
                self.env._(
                    "%(claim)s is “%(stage)s”: there is nothing to post.",
                    claim=kept[0].name,
                    stage=kept[0]._stage_label(),
                )
            )
        for employee in self.employee_id.sudo():
            if not employee.work_contact_id:
                raise UserError(
                    self.env._(
                        "%s has no contact to whom anything could be owed. Ask the personnel department to "
                        "enter the work contact of the employee.",
                        employee.name,
                    )
                )
        expenses = self.expense_ids.filtered(lambda expense: not expense.account_move_id)
        result = expenses.with_company(self.company_id[:1]).action_post() or True
        self._tell_paid()
        return result

    def action_pay(self):
        """Finance registers the payment of posted claims, all at once if several are chosen.

        :raise UserError: for anybody but finance, and for claims that are not posted
        :return: the window action of Odoo's payment wizard
        """
        self._check_finance()
        if kept := self.filtered(lambda claim: claim.stage != "posted"):
            raise UserError(
                self.env._(
                    "%(claim)s is “%(stage)s”: only posted claims that are not paid can be paid.",
                    claim=kept[0].name,
                    stage=kept[0]._stage_label(),
                )
            )
        owed = self.expense_ids.filtered(lambda expense: expense.payment_mode == "own_account")
        action = owed.action_pay()
        # whoever pays goes on with the claims, as many as there are
        return {**action, "context": {**action["context"], "dont_redirect_to_payments": True}}

    def action_reopen(self, reason):
        """Finance takes an approved claim that is not posted back, to be made again (E7).

        :param reason: why, told to the employee
        :raise UserError: for anybody but finance, without a reason, or when it is posted
        :return: True
        """
        self.ensure_one()
        self._check_finance()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Please write why %s is opened again.", self.name))
        lock_rows(self)
        if self.stage != "approved":
            raise UserError(
                self.env._(
                    "%(claim)s is “%(stage)s” and cannot be opened again. Reverse the journal entry of a "
                    "posted claim first.",
                    claim=self.name,
                    stage=self._stage_label(),
                )
            )
        if posted := self.expense_ids.account_move_id or next(
            iter(self.expense_ids._standing_entries().values()), None
        ):
            raise UserError(
                self.env._(
                    "A part of %(claim)s is posted as %(entry)s: reverse that first.",
                    claim=self.name,
                    entry=posted[0].display_name,
                )
            )
        claim_sudo = self.sudo()  # finance does not write what others claim
        claim_sudo.expense_ids._drive(False)
        claim_sudo._stamp({"state": "returned", "paid_told_at": False})
        claim_sudo._tell_employee(
            self.env._(
                "%(claim)s was opened again by finance: %(reason)s", claim=self.name, reason=reason
            )
        )
        return True

    def action_view_entries(self):
        """Open the journal entries of these claims."""
        moves = self.expense_ids.account_move_id
        return moves._get_records_action(name=self.env._("Journal Entries"))

    def _stage_label(self):
        return dict(self._fields["stage"]._description_selection(self.env))[self.stage]

    def _tell_paid(self):
        """Tell those whose claims are paid, once (E7)."""
        told = self.sudo().filtered(lambda claim: claim.stage == "paid" and not claim.paid_told_at)
        for claim in told:
            claim._stamp({"paid_told_at": fields.Datetime.now()})
            claim._tell_employee(
                self.env._(
                    "%(claim)s is paid: %(amount)s.",
                    claim=claim.name,
                    amount=claim.currency_id.format(claim.payable_amount),
                )
            )
