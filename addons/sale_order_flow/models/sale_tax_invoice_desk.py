from datetime import datetime, time

from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index

DESK_STAGES = {
    "draft": "tax_return",
    "requested": "tax_issue",
    "issued": "tax_send",
    "sent": "tax_receive",
}


class SaleTaxInvoiceRequest(models.Model):
    """Tax invoices stand on the desk with whoever has the next step (F11, F24)."""

    _name = "sale.tax.invoice.request"
    _inherit = ["sale.tax.invoice.request", "order.desk.stage"]

    _desk_kind = 5
    _desk_stages = {
        "tax_return": ("sales", "salesperson"),
        "tax_issue": ("finance", "finance"),
        "tax_send": ("finance", "finance"),
        "tax_receive": ("sales", "salesperson"),
    }
    _desk_columns = {
        "promised_date": "d.needed_by::timestamp",
        "amount_total": "d.amount_total",
        "currency_id": "d.currency_id",
    }
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("state", "returned_at", "needed_by")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        """A draft waits for nobody, unless finance returned it."""
        if self.state == "draft" and not self.returned_at:
            return False
        return DESK_STAGES.get(self.state, False)

    def _desk_entered(self):
        return self.sent_at or self.issued_at or self.requested_at or self.returned_at

    def _desk_worry(self):
        """Midday of the day the invoice is needed by, or when finance returned the request."""
        day = self.needed_by
        due = day and datetime.combine(day, time(12))
        return {
            "draft": self.returned_at,
            "requested": due,
            "issued": due,
        }.get(self.state, False)

    def _desk_method(self, stage):
        return "action_open_request", {
            "tax_return": self.env._("Correct and Request Again"),
            "tax_issue": self.env._("Issue Tax Invoice"),
            "tax_send": self.env._("Send Tax Invoice"),
            "tax_receive": self.env._("Confirm Receipt of the Invoice"),
        }[stage]

    def action_open_request(self):
        """Open the request, where its next step is done."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {
        "sale.tax.invoice.request": [*STAGE_COLUMNS, "needed_by", "amount_total", "currency_id"],
    }

    stage = fields.Selection(
        selection_add=[
            ("tax_return", "Tax Invoice to Request Again"),
            ("tax_issue", "Tax Invoice to Issue"),
            ("tax_send", "Tax Invoice to Send"),
            ("tax_receive", "Tax Invoice Under Way"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "sale.tax.invoice.request"]
