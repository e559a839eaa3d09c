from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountMoveInvoice(models.Model):
    """Vendor bills register their tax invoice where claims do, so that none is paid twice (E8)."""

    _inherit = "account.move"

    tax_invoice_ids = fields.One2many("expense.invoice", "move_id", copy=False)
    tax_invoice_code = fields.Char(
        compute="_compute_tax_invoice",
        inverse="_inverse_tax_invoice",
        search="_search_tax_invoice_code",
    )
    tax_invoice_number = fields.Char(
        compute="_compute_tax_invoice",
        inverse="_inverse_tax_invoice",
        search="_search_tax_invoice_number",
    )

    @api.depends("tax_invoice_ids.code", "tax_invoice_ids.number")
    def _compute_tax_invoice(self):
        for move in self:
            invoice = move.sudo().tax_invoice_ids[:1]  # whoever reads the bill reads its number
            move.tax_invoice_code = invoice.code
            move.tax_invoice_number = invoice.number

    def _inverse_tax_invoice(self):
        for move in self:
            registered_sudo = move.sudo().tax_invoice_ids[
                :1
            ]  # whoever writes the bill registers it
            vals = {"code": move.tax_invoice_code, "number": move.tax_invoice_number}
            if not move.tax_invoice_number:
                if move.tax_invoice_code:
                    raise ValidationError(
                        self.env._(
                            "Enter the tax invoice number of %s with its code.", move.display_name
                        )
                    )
                registered_sudo.unlink()
            elif not move.is_purchase_document(include_receipts=True):
                raise ValidationError(
                    self.env._(
                        "%s is no vendor bill or receipt: only these register a tax invoice of a seller.",
                        move.display_name,
                    )
                )
            elif registered_sudo:
                registered_sudo.write(vals)
            else:
                registered_sudo.create({**vals, "move_id": move.id, "kind": "other"})

    def _search_tax_invoice_code(self, operator, value):
        return [("tax_invoice_ids.code", operator, value)]

    def _search_tax_invoice_number(self, operator, value):
        return [("tax_invoice_ids.number", operator, value)]

    def button_draft(self):
        self.sudo().tax_invoice_ids._refuse_taken_again()
        return super().button_draft()
