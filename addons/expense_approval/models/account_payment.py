from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.approval_chain.values import touch_rows

LIVE = ("draft", "in_process", "paid")


class AccountPayment(models.Model):
    """A payment may pay an advance, or take its rest back (E9)."""

    _inherit = "account.payment"

    advance_id = fields.Many2one(
        "expense.advance",
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="restrict",
        readonly=True,
    )

    # ------------------------------------------------------------------ what counts

    def _effective(self):
        """Those that moved money: posted, and not taken back."""
        return self.filtered(
            lambda payment: (
                payment.state in ("in_process", "paid")
                and payment.move_id.state == "posted"
                and "posted" not in payment.move_id.reversal_move_ids.mapped("state")
            )
        )

    def _advance_lines(self):
        """The lines of the entries that say what the employee has."""
        return self.move_id.line_ids.filtered(
            lambda line: line.account_id == line.move_id.origin_payment_id.destination_account_id
        )

    @api.depends("advance_id")
    def _compute_destination_account_id(self):
        advances = self.filtered("advance_id")
        for payment in advances:
            payment.destination_account_id = payment.company_id.advance_account_id
        return super(AccountPayment, self - advances)._compute_destination_account_id()

    # ------------------------------------------------------------------ CRUD

    def write(self, vals):
        for name in self._paid_fields():
            if name in vals:
                self._refuse_unlinking(name, vals[name])
        return super().write(vals)

    @api.model
    def _paid_fields(self):
        """Hook: the fields that say what a payment pays."""
        return ["advance_id"]

    def _refuse_unlinking(self, name, value):
        """What was paid is open again only when the payment is taken back."""
        for payment in self:
            document_sudo = payment.sudo()[name]
            if (
                document_sudo
                and document_sudo.id != value
                and payment.state in ("in_process", "paid")
            ):
                raise UserError(
                    self.env._(
                        "Payment %(payment)s moved money for %(document)s and stays with it. Set it back to "
                        "draft, or reverse its entry, to pay something else.",
                        payment=payment.display_name,
                        document=document_sudo.display_name,
                    )
                )

    # ------------------------------------------------------------------ constraints

    @api.constrains(
        "advance_id", "amount", "currency_id", "partner_id", "payment_type", "company_id", "state"
    )
    def _check_advance(self):
        payments = self.filtered("advance_id")
        advances = payments.advance_id.sudo()
        # two payments of one advance at the same time see each other
        touch_rows(advances)
        advances.invalidate_recordset(["open_amount"])
        for payment in payments:
            payment._check_advance_kept()
        for advance in advances:
            self._check_advance_total(advance)

    def _check_advance_kept(self):
        advance_sudo = self.advance_id.sudo()
        if self.currency_id != advance_sudo.currency_id:
            raise ValidationError(
                self.env._(
                    "Advance %(advance)s is in %(currency)s and is paid in it; the payment is in "
                    "%(other)s.",
                    advance=advance_sudo.name,
                    currency=advance_sudo.currency_id.name,
                    other=self.currency_id.name,
                )
            )
        if self.partner_id != advance_sudo.employee_id.work_contact_id:
            raise ValidationError(
                self.env._(
                    "Advance %(advance)s is paid to %(employee)s and to nobody else.",
                    advance=advance_sudo.name,
                    employee=advance_sudo.employee_id.name,
                )
            )
        if self.state in LIVE and advance_sudo.state != "approved":
            raise ValidationError(
                self.env._(
                    "Advance %(advance)s is “%(state)s”: only an approved advance is paid.",
                    advance=advance_sudo.name,
                    state=advance_sudo._state_label(),
                )
            )

    @api.model
    def _check_advance_total(self, advance):
        live = advance.payment_ids.filtered(lambda payment: payment.state in LIVE)
        back = live.filtered(lambda payment: payment.payment_type == "inbound")
        reversed_ = live.filtered(lambda payment: payment.state != "draft") - live._effective()
        paid = sum((live - back - reversed_).mapped("amount"))
        if advance.currency_id.compare_amounts(paid, advance.amount) > 0:
            raise ValidationError(
                self.env._(
                    "Advance %(advance)s was approved over %(amount)s; payments of %(paid)s are too much.",
                    advance=advance.name,
                    amount=advance.currency_id.format(advance.amount),
                    paid=advance.currency_id.format(paid),
                )
            )
        # posted receipts are gone from the open amount already
        waiting = sum(back.filtered(lambda payment: payment.state == "draft").mapped("amount"))
        if advance.currency_id.compare_amounts(waiting, advance.open_amount) > 0:
            raise ValidationError(
                self.env._(
                    "%(open)s of advance %(advance)s is open; %(amount)s is too much to take back.",
                    open=advance.currency_id.format(advance.open_amount),
                    advance=advance.name,
                    amount=advance.currency_id.format(waiting),
                )
            )

    def action_post(self):
        for payment in self.filtered("advance_id"):
            payment._check_advance_account()
        return super().action_post()

    def _check_advance_account(self):
        account = self.company_id.sudo().advance_account_id
        if not account.reconcile:
            raise UserError(
                self.env._(
                    "Choose the account for advances of %s in the settings of Reimbursement; it must "
                    "allow reconciliation.",
                    self.company_id.name,
                )
            )
