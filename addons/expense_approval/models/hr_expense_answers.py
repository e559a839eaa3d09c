from odoo import models
from odoo.exceptions import UserError


class HrExpenseAnswers(models.Model):
    """What those who check a claim answer to its expenses: marks to correct, sanctioned amounts (E5)."""

    _inherit = "hr.expense"

    def _mark(self, marks):
        """Mark lines to be corrected.

        :param marks: ``{expense id: reason}``; ids come as text over RPC
        """
        reasons = {int(id_): (text or "").strip() for id_, text in (marks or {}).items()}
        if unknown := set(reasons) - set(self.ids):
            raise UserError(
                self.env._(
                    "Only expenses of the claim itself can be marked (%s). Reload the page.",
                    ", ".join(map(str, sorted(unknown))),
                )
            )
        for expense in self:
            if reason := reasons.get(expense.id):
                expense._stamp({"correction": reason})

    def _clear_answers(self):
        """A claim submitted anew is checked anew."""
        answered = self.filtered(lambda expense: expense.correction or expense.is_lowered)
        if answered:
            answered._stamp(
                {
                    "correction": False,
                    "is_lowered": False,
                    "sanctioned_amount": 0.0,
                    "sanctioned_amount_currency": 0.0,
                    "sanction_reason": False,
                    "sanctioned_by_id": False,
                }
            )

    def action_sanction(self, amount, reason=""):
        """Finance lowers what is reimbursed of an expense, when the chain asks finance (E5).

        :param amount: what is sanctioned, in the currency of the receipt, at most what was claimed;
            exactly what was claimed takes an earlier lowering back
        :param reason: why, needed to lower; the claimant reads it
        :raise UserError: for anybody but finance or out of turn, without a reason, for more than was
            claimed, and for what the company paid already
        :return: True
        """
        self.ensure_one()
        claim = self.claim_id
        claim._check_finance()
        claim.sudo().approval_request_id.sudo(False)._locked()._slot_for_me()
        reason = (reason or "").strip()
        currency = self.currency_id
        amount = currency.round(amount)
        self._check_sanction(amount, reason)
        lowered = currency.compare_amounts(amount, self.total_amount_currency) < 0
        share = amount / self.total_amount_currency
        expense_sudo = self.sudo()  # finance writes nothing else of what others claim
        expense_sudo._stamp(
            {
                "is_lowered": lowered,
                "sanctioned_amount_currency": amount if lowered else 0.0,
                "sanctioned_amount": self.company_currency_id.round(self.total_amount * share)
                if lowered
                else 0.0,
                "sanction_reason": reason if lowered else False,
                "sanctioned_by_id": self.env.uid if lowered else False,
            }
        )
        claim.sudo()._tell_employee(
            self.env._(
                "%(user)s sanctioned %(amount)s of %(claimed)s for %(expense)s. %(reason)s",
                user=self.env.user.name,
                amount=currency.format(amount),
                claimed=currency.format(self.total_amount_currency),
                expense=self.name,
                reason=reason,
            )
        )
        return True

    def _check_sanction(self, amount, reason):
        currency = self.currency_id
        if (
            currency.compare_amounts(amount, 0) < 0
            or currency.compare_amounts(amount, self.total_amount_currency) > 0
        ):
            raise UserError(
                self.env._(
                    "%(expense)s was claimed with %(claimed)s: finance may sanction anything from zero to "
                    "that, not %(amount)s.",
                    expense=self.name,
                    claimed=currency.format(self.total_amount_currency),
                    amount=currency.format(amount),
                )
            )
        if currency.compare_amounts(amount, self.total_amount_currency) == 0:
            return
        if not reason:
            raise UserError(
                self.env._(
                    "Please write why less is sanctioned for %s: the claimant reads it.", self.name
                )
            )
        if self.payment_mode == "company_account":
            raise UserError(
                self.env._(
                    "%s was paid by the company, so nothing can be kept back. Return the claim and agree "
                    "with the claimant how the rest is paid back.",
                    self.name,
                )
            )
