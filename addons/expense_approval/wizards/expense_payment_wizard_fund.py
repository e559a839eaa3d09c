from odoo import api, fields, models


class ExpensePaymentWizard(models.TransientModel):
    """An instalment of a fund request is prepared here; the accountant completes and posts it (E11)."""

    _inherit = "expense.payment.wizard"

    instalment_id = fields.Many2one("fund.request.instalment", readonly=True)
    account_id = fields.Many2one(
        "account.account",
        string="Counterpart Account",
        check_company=True,
        help="Such as loans, investments or profit payable; empty: that of the partner.",
    )

    def _document(self):
        return self.instalment_id.request_id or super()._document()

    def _partner(self):
        return self.instalment_id.partner_id or super()._partner()

    @api.depends("instalment_id")
    def _compute_document(self):
        return super()._compute_document()

    @api.depends("instalment_id")
    def _compute_memo(self):
        return super()._compute_memo()

    def _prepare_payment_vals(self):
        vals = super()._prepare_payment_vals()
        if self.instalment_id:
            vals["fund_instalment_id"] = self.instalment_id.id
        if self.account_id:
            vals["destination_account_id"] = self.account_id.id
        return vals

    def _after_creation(self, payment):
        if not self.instalment_id:
            return super()._after_creation(payment)
        return payment._get_records_action()
