from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index
from .shipping_arrangement import ARRANGER
from .shipping_vehicle import DISPATCHER

DESK_STAGES = {"draft": "shipping_arrange", "requested": "vehicle_assign"}


class ShippingArrangement(models.Model):
    """Deliveries to be arranged stand on the desk, with the assistant or the dispatcher (F14, F11)."""

    _name = "shipping.arrangement"
    _inherit = ["shipping.arrangement", "order.desk.stage"]

    _desk_kind = 20
    _desk_stages = {
        "shipping_arrange": ("assistant", ARRANGER),
        "vehicle_assign": ("shipping", DISPATCHER),
    }
    _desk_columns = {"promised_date": "d.departure"}
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("state", "departure")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        return DESK_STAGES.get(self.state, False)

    def _desk_entered(self):
        return self.requested_at if self.state == "requested" else self.create_date

    def _desk_worry(self):
        """When it is to leave; without a plan, from the beginning."""
        return self.departure or self.create_date or fields.Datetime.now()

    def _desk_method(self, stage):
        return {
            "shipping_arrange": ("action_open_arrangement", self.env._("Arrange the Shipping")),
            "vehicle_assign": ("action_open_arrangement", self.env._("Assign a Vehicle")),
        }[stage]

    def action_open_arrangement(self):
        """Open the arrangement, where the next step is done."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"shipping.arrangement": [*STAGE_COLUMNS, "departure"]}

    stage = fields.Selection(
        selection_add=[
            ("shipping_arrange", "Shipping to Arrange"),
            ("vehicle_assign", "Vehicle Requested"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "shipping.arrangement"]
