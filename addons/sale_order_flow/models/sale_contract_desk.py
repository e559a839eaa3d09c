from datetime import datetime, time, timedelta

from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index
from .sale_contract import ARCHIVIST

# a contract that did not come back for so long is a worry
BACK_WITHIN = timedelta(days=7)
DESK_STAGES = {"draft": "contract_send", "out": "contract_sign", "signed": "contract_archive"}


class SaleContract(models.Model):
    """Contracts stand on the desk until they are archived (F9, F11)."""

    _name = "sale.contract"
    _inherit = ["sale.contract", "order.desk.stage"]

    _desk_kind = 2
    _desk_stages = {
        "contract_send": ("sales", "salesperson"),
        "contract_sign": ("customer", "salesperson"),
        "contract_archive": ("assistant", ARCHIVIST),
    }
    _desk_columns = {
        "promised_date": "CASE WHEN d.desk_stage = 'contract_archive' THEN d.desk_worry_date END",
        "amount_total": "d.amount_total",
        "currency_id": "d.currency_id",
    }
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("state", "sent_at", "archive_id.due_date")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        return DESK_STAGES.get(self.state, False)

    def _desk_entered(self):
        return self.signed_at or self.sent_at or self.create_date

    def _desk_worry(self):
        """A week after it went out, or midday of the day it is to be archived by."""
        if self.state == "out":
            return self.sent_at + BACK_WITHIN
        due = self.state == "signed" and self.archive_id.due_date
        return due and datetime.combine(due, time(12))

    def _desk_method(self, stage):
        return {
            "contract_send": ("action_open_contract", self.env._("Send Out the Contract")),
            "contract_sign": ("action_open_contract", self.env._("Record the Signatures")),
            "contract_archive": ("action_open_archive", self.env._("Archive the Contract")),
        }[stage]

    def action_open_contract(self):
        """Open the contract, where it is sent out and its signatures are recorded."""
        return self._desk_open_document()

    def action_open_archive(self):
        """Open the archive of its month, which files all its contracts at once (F9)."""
        self.ensure_one()
        return self.archive_id._get_records_action(name=self.env._("Monthly Archive"))


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"sale.contract": [*STAGE_COLUMNS, "amount_total", "currency_id"]}

    stage = fields.Selection(
        selection_add=[
            ("contract_send", "Contract to Send Out"),
            ("contract_sign", "Contract Out for Signature"),
            ("contract_archive", "Contract to Archive"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "sale.contract"]
