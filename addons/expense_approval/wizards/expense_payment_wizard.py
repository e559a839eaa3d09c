from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ExpensePaymentWizard(models.TransientModel):
    """Finance pays or takes in what was approved, by a real payment (E9)."""

    _name = "expense.payment.wizard"
    _description = "Register a Payment"
    _check_company_auto = True

    advance_id = fields.Many2one("expense.advance", readonly=True)
    direction = fields.Selection(
        [("outbound", "Pay"), ("inbound", "Receive")], required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", compute="_compute_document")
    partner_id = fields.Many2one("res.partner", compute="_compute_document")
    currency_id = fields.Many2one("res.currency", compute="_compute_document")
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit')), ('company_id', '=', company_id)]",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(required=True)
    memo = fields.Char(compute="_compute_memo", store=True, readonly=False)

    def _document(self):
        """Hook: what is paid."""
        return self.advance_id

    @api.depends("advance_id")
    def _compute_document(self):
        for wizard in self:
            document = wizard._document()
            wizard.company_id = document.company_id
            wizard.currency_id = document.currency_id
            wizard.partner_id = wizard._partner()

    def _partner(self):
        """Hook: who is paid, or pays."""
        return self.advance_id.employee_id.sudo().work_contact_id

    @api.depends("company_id")
    def _compute_journal_id(self):
        for wizard in self:
            journals = self.env["account.journal"].search(
                [("company_id", "=", wizard.company_id.id), ("type", "in", ("bank", "cash"))]
            )
            same = journals.filtered(
                lambda journal, wizard=wizard: (
                    (journal.currency_id or journal.company_id.currency_id) == wizard.currency_id
                )
            )
            wizard.journal_id = (same or journals)[:1]

    @api.depends("advance_id")
    def _compute_memo(self):
        for wizard in self:
            document = wizard._document()
            wizard.memo = f"{document.name} {document.purpose}"

    @api.model
    def _action_for(self, name, **vals):
        """Open the form of the payment for a document.

        :param name: title of the window
        :param vals: values of the wizard
        :return: action
        """
        self._check_finance()
        wizard = self.create(vals)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _check_finance(self):
        if not self.env["expense.document"]._is_finance():
            raise AccessError(self.env._("Only finance pays or takes in money."))

    def action_create_payment(self):
        """Create the payment that the form describes.

        :raise AccessError: for others than finance
        :raise UserError: when nothing is to be paid, or more than was approved
        :return: True, or the action that opens a payment to be completed
        """
        self.ensure_one()
        self._check_finance()
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(
                self.env._("The amount paid for %s must be more than zero.", self._document().name)
            )
        payment = self.env["account.payment"].create(self._prepare_payment_vals())
        return self._after_creation(payment)

    def _prepare_payment_vals(self):
        """Hook: values of the payment."""
        return {
            "payment_type": self.direction,
            "partner_type": "supplier",
            "partner_id": self.partner_id.id,
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "amount": self.amount,
            "date": self.date,
            "memo": self.memo,
            "advance_id": self.advance_id.id,
        }

    def _after_creation(self, payment):
        """Hook: an advance is paid at once."""
        payment.action_post()
        return True
