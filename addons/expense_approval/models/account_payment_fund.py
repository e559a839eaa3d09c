from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.approval_chain.values import touch_rows

from .account_payment import LIVE


class AccountPayment(models.Model):
    """A payment may carry out an instalment of a fund request (E11)."""

    _inherit = "account.payment"

    fund_instalment_id = fields.Many2one(
        "fund.request.instalment",
        string="Instalment",
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="restrict",
        readonly=True,
    )

    @api.model
    def _paid_fields(self):
        return [*super()._paid_fields(), "fund_instalment_id"]

    @api.constrains(
        "fund_instalment_id",
        "amount",
        "currency_id",
        "partner_id",
        "payment_type",
        "company_id",
        "state",
    )
    def _check_fund_instalment(self):
        payments = self.filtered("fund_instalment_id")
        requests = payments.fund_instalment_id.sudo().request_id
        # two payments of one request at the same time see each other
        touch_rows(requests)
        for payment in payments:
            payment._check_fund_kept(payment.fund_instalment_id.sudo().request_id)
        for instalment in payments.fund_instalment_id.sudo():
            self._check_fund_total(instalment)

    @api.model
    def _check_fund_total(self, instalment):
        """What is paid or prepared of one instalment is at most what was approved for its day."""
        live = instalment.payment_ids.filtered(lambda payment: payment.state in LIVE)
        undone = live.filtered(lambda payment: payment.state != "draft") - live._effective()
        total = sum((live - undone).mapped("amount"))
        if instalment.currency_id.compare_amounts(total, instalment.amount) > 0:
            raise ValidationError(
                self.env._(
                    "The instalment %(instalment)s was approved over %(amount)s; payments of %(total)s are "
                    "too much. What is due on another day is paid as the instalment of that day.",
                    instalment=instalment.display_name,
                    amount=instalment.currency_id.format(instalment.amount),
                    total=instalment.currency_id.format(total),
                )
            )

    def _check_fund_kept(self, request):
        if self.state in LIVE and request.state != "approved":
            raise ValidationError(
                self.env._(
                    "%(request)s is “%(state)s”: money moves only for approved fund requests.",
                    request=request.name,
                    state=request._state_label(),
                )
            )
        if self.currency_id != request.currency_id:
            raise ValidationError(
                self.env._(
                    "%(request)s is in %(currency)s and is carried out in it; the payment is in "
                    "%(other)s.",
                    request=request.name,
                    currency=request.currency_id.name,
                    other=self.currency_id.name,
                )
            )
        if self.partner_id != request.partner_id or self.payment_type != request.direction:
            raise ValidationError(
                self.env._(
                    "%(request)s was approved with %(partner)s and in one direction; the payment says "
                    "otherwise.",
                    request=request.name,
                    partner=request.partner_id.name,
                )
            )
