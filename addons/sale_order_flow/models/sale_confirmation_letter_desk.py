from datetime import timedelta

from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index

# a customer who has not confirmed for so long is asked again
ANSWER_WITHIN = timedelta(days=3)
DESK_STAGES = {"draft": "letter_send", "sent": "letter_confirm"}


class SaleConfirmationLetter(models.Model):
    """Letters stand on the desk until the customer has confirmed, while the order is under way (F8)."""

    _name = "sale.confirmation.letter"
    _inherit = ["sale.confirmation.letter", "order.desk.stage"]

    _desk_kind = 3
    _desk_stages = {
        "letter_send": ("sales", "salesperson"),
        "letter_confirm": ("customer", "salesperson"),
    }
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    user_id = fields.Many2one(store=True)

    @api.depends("state", "sent_at", "order_id.desk_open")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        return self.order_id.desk_open and DESK_STAGES.get(self.state, False)

    def _desk_entered(self):
        return self.sent_at or self.create_date

    def _desk_worry(self):
        """Some days after it was sent."""
        return self.state == "sent" and self.sent_at + ANSWER_WITHIN

    def _desk_method(self, stage):
        return "action_open_letter", {
            "letter_send": self.env._("Send the Letter"),
            "letter_confirm": self.env._("Record the Confirmation"),
        }[stage]

    def action_open_letter(self):
        """Open the letter, where it is sent and the customer's word is recorded."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"sale.confirmation.letter": STAGE_COLUMNS}

    stage = fields.Selection(
        selection_add=[
            ("letter_send", "Confirmation Letter to Send"),
            ("letter_confirm", "Confirmation Letter to Be Confirmed"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "sale.confirmation.letter"]
