from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class ApprovalTestShipment(models.Model):
    """A document whose state is computed and stored, as that of a transfer or an expense."""

    _name = "test.approval.shipment"
    _inherit = ["approval.mixin"]
    _description = "Test Shipment"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    piece_ids = fields.One2many("test.approval.piece", "shipment_id")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done")],
        compute="_compute_state",
        store=True,
    )

    @api.depends("piece_ids.shipped")
    def _compute_state(self):
        for shipment in self:
            pieces = shipment.piece_ids
            shipment.state = "done" if pieces and all(pieces.mapped("shipped")) else "draft"

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "ship": Operation(
                label=_lt("Ship"),
                executed=Domain("state", "=", "done"),
                inputs={"test.approval.shipment": ("state",), "test.approval.piece": ("shipped",)},
                lines={"piece_ids": (Domain.TRUE, ("product",))},
                run="action_ship",
            ),
        }

    def action_ship(self):
        self.piece_ids.shipped = True
