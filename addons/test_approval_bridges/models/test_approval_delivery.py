from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class ApprovalTestDelivery(models.Model):
    """Which quantities may leave with a transfer: approved are these, the transfer only asks."""

    _name = "test.approval.delivery"
    _inherit = ["approval.mixin"]
    _description = "Test Delivery"

    name = fields.Char(required=True)
    picking_id = fields.Many2one("stock.picking", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="picking_id.company_id", store=True)
    note = fields.Text()
    line_ids = fields.One2many("test.approval.delivery.line", "delivery_id")
    state = fields.Selection(
        [("draft", "Draft"), ("released", "Released"), ("cancel", "Cancelled")],
        default="draft",
        required=True,
    )

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "release": Operation(
                label=_lt("Release the quantities"),
                executed=Domain("state", "=", "released"),
                inputs={"test.approval.delivery": ("state",)},
                watch=("picking_id",),
                lines={"line_ids": (Domain.TRUE, ("product_id", "quantity"))},
                run="_release",
                dead=Domain("state", "=", "cancel"),
            ),
        }

    def _release(self):
        self.state = "released"
