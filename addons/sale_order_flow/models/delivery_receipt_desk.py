from datetime import timedelta

from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index


class DeliveryReceipt(models.Model):
    """Receipts that wait for the customer stand on the desk with the salesperson (F15, F11)."""

    _name = "delivery.receipt"
    _inherit = ["delivery.receipt", "order.desk.stage"]

    _desk_kind = 21
    _desk_stages = {"receipt_sign": ("customer", "salesperson")}
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("state", "shipped_at")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        return "receipt_sign" if self.state == "waiting" and self.picking_id else False

    def _desk_entered(self):
        return self.shipped_at

    def _desk_worry(self):
        days = self.company_id.receipt_follow_days
        return days and self.shipped_at and self.shipped_at + timedelta(days=days)

    def _desk_method(self, stage):
        return {"receipt_sign": ("action_open_receipt", self.env._("Get the Receipt"))}[stage]

    def action_open_receipt(self):
        """Open the receipt, where it is signed or recorded."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"delivery.receipt": STAGE_COLUMNS}

    stage = fields.Selection(selection_add=[("receipt_sign", "Receipt to Be Confirmed")])

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "delivery.receipt"]
