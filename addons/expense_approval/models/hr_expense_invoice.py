from odoo import api, fields, models


class HrExpenseInvoice(models.Model):
    """The tax invoices an expense is proved with, typed or read from its files (E8)."""

    _inherit = "hr.expense"

    tax_invoice_ids = fields.One2many(
        "expense.invoice", "expense_id", string="Tax Invoices", copy=False
    )
    uses_claims = fields.Boolean(related="company_id.reimbursement_enabled", string="Uses Claims")

    def write(self, vals):
        if vals.get("claim_id") or vals.get("approval_state", "refused") != "refused":
            self.sudo().tax_invoice_ids._refuse_taken_again()
        return super().write(vals)

    # ------------------------------------------------------------------ reading files

    def action_read_invoices(self):
        """Propose what the attached electronic invoices say: XML, OFD, PDF (E8).

        New invoices are added and empty fields filled; what was typed stays.

        :return: notification that says which files could be read
        """
        self.check_access("write")
        message, good = self._read_invoices(self.attachment_ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if good else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def attach_document(self, **kwargs):
        result = super().attach_document(**kwargs)
        self._read_new(self.env["ir.attachment"].browse(kwargs["attachment_ids"]))
        return result

    @api.model
    def create_expense_from_attachments(self, attachment_ids=None, view_type="list"):
        expense_ids = super().create_expense_from_attachments(attachment_ids, view_type)
        expenses = self.browse(expense_ids)
        expenses._read_new(expenses.attachment_ids)
        return expense_ids

    def _read_new(self, attachments):
        """Read what was just attached, and tell only what was found: most receipts are photographs."""
        expenses = self.filtered(lambda row: row.uses_claims and not row.approval_state)
        message, good = expenses._read_invoices(attachments) if expenses else ("", False)
        if good:
            self.env.user._bus_send("simple_notification", {"type": "success", "message": message})

    def _read_invoices(self, attachments):
        """Read files and propose; whatever is wrong with one is said, never raised.

        :return: (sentences for the person, whether something was read)
        """
        read, unread, sentences = [], [], []
        Invoice = self.env["expense.invoice"]
        for attachment in attachments.filtered(
            lambda file: file.res_model == self._name and file.res_id in self.ids
        ):
            expense = self.browse(attachment.res_id)
            if attachment in expense.tax_invoice_ids.attachment_id:
                continue
            if not (values := Invoice._read_attachment(attachment)):
                unread.append(attachment.name)
            elif taken := expense._propose_invoice(values, attachment):
                sentences.append(taken)
            else:
                read.append(attachment.name)
        if read:
            names = ", ".join(read)
            sentences.append(self.env._("Read: %s. Please compare with the invoice.", names))
        if unread:
            names = ", ".join(unread)
            sentences.append(
                self.env._("No invoice could be read from %s: please type its numbers.", names)
            )
        if not sentences:
            sentences.append(self.env._("There is no new file: attach XML, OFD or PDF invoices."))
        return " ".join(sentences), bool(read)

    def _propose_invoice(self, values, attachment):
        """Add what a file says, to the invoice of the same number if there is one.

        :return: sentence that says who holds the invoice already, else empty
        """
        self.ensure_one()
        number, code = values["number"], values.get("code", "")
        same = self.tax_invoice_ids.filtered(
            lambda row: (row.number, row.code or "") == (number, code)
        )
        if same:
            filled = same._propose({**values, "attachment_id": attachment.id})
            if set(filled) - {"attachment_id"}:
                same.is_proposed = True
        elif same._find_live(self.company_id.id, code, number):
            return same._taken_sentence(self.company_id.id, code, number)
        else:
            proposal = {"expense_id": self.id, "attachment_id": attachment.id, "is_proposed": True}
            same.create({**values, **proposal})
        total = values.get("amount_total")
        if total and not self.total_amount_currency and self.currency_id.name == "CNY":
            self.total_amount_currency = total
        return ""
