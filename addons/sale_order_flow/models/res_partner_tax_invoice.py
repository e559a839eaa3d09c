from odoo import api, fields, models

from .sale_tax_invoice_request import BUYER_FIELDS, TAX_NUMBER


class ResPartner(models.Model):
    """What stands on a customer's tax invoices, kept from one request to the next (F24)."""

    _inherit = "res.partner"

    tax_invoice_kind = fields.Selection(
        [
            ("special", "Special VAT Invoice"),
            ("ordinary", "Ordinary Invoice"),
            ("electronic", "Electronic Invoice"),
        ],
        string="Kind of Tax Invoice",
    )
    tax_invoice_title = fields.Char(string="Invoice Title")
    tax_invoice_tax_number = fields.Char(string="Tax Number on Invoices")
    tax_invoice_buyer_address = fields.Char(string="Address on Invoices")
    tax_invoice_buyer_phone = fields.Char(string="Phone on Invoices")
    tax_invoice_bank_name = fields.Char(string="Bank on Invoices")
    tax_invoice_bank_account = fields.Char(string="Bank Account on Invoices")

    @api.model
    def _commercial_fields(self):
        return [
            *super()._commercial_fields(),
            *(f"tax_invoice_{name}" for name in BUYER_FIELDS),
        ]

    def _tax_invoice_buyer(self):
        """What the last request said, else what is known of the customer."""
        self.ensure_one()
        account = self.bank_ids[:1]
        known = {
            "kind": "ordinary",
            "title": self.name,
            "tax_number": self.vat if TAX_NUMBER.fullmatch(self.vat or "") else False,
            "buyer_address": self._display_address(without_company=True).replace("\n", " ").strip(),
            "buyer_phone": self.phone,
            "bank_name": account.bank_id.name,
            "bank_account": account.acc_number,
        }
        return {name: self[f"tax_invoice_{name}"] or value for name, value in known.items()}

    def _keep_tax_invoice_buyer(self, buyer):
        """Keep what was asked for as the customer's default, whoever may not write customers too."""
        customer_sudo = self.commercial_partner_id.sudo()
        changed = {
            f"tax_invoice_{name}": value
            for name, value in buyer.items()
            if customer_sudo[f"tax_invoice_{name}"] != value
        }
        if changed:
            customer_sudo.write(changed)
