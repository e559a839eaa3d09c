from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class ApprovalTestOrder(models.Model):
    """A document whose state is written directly, as that of a sales order."""

    _name = "test.approval.order"
    _inherit = ["approval.mixin"]
    _description = "Test Order"

    name = fields.Char(required=True)
    partner_name = fields.Char()
    note = fields.Text()
    promised = fields.Date()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
    owner_id = fields.Many2one("res.users")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done"), ("cancel", "Cancelled")],
        default="draft",
    )
    line_ids = fields.One2many("test.approval.line", "order_id")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    fails = fields.Boolean()
    waits = fields.Boolean()
    objects_to = fields.Char(help="The event that the document refuses.")
    events = fields.Text(copy=False)

    @api.depends("line_ids.quantity", "line_ids.price")
    def _compute_amount(self):
        for order in self:
            order.amount = sum(line.quantity * line.price for line in order.line_ids)

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "finish": Operation(
                label=_lt("Finish the order"),
                executed=Domain("state", "=", "done"),
                inputs={"test.approval.order": ("state",)},
                watch=("partner_name", "promised"),
                lines={
                    "line_ids": (Domain("comment", "=", False), ("product", "quantity", "price"))
                },
                amount="amount",
                run="action_finish",
                dead=Domain("state", "=", "cancel"),
                better={"line_ids": {"price": "up", "quantity": "down"}},
            ),
        }

    def action_finish(self):
        if any(self.mapped("fails")):
            raise UserError(self.env._("There is no paper in the printer."))
        self.state = "done"

    def _approval_check_submission(self, code):
        return {
            order.id: [self.env._("%s: Partner Name is missing.", order.name)]
            for order in self
            if not order.partner_name
        }

    def _approval_may_execute(self, code):
        return {order.id: self.env._("The customer signs first.") for order in self if order.waits}

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        for order in self:
            if event.verb == order.objects_to:
                raise UserError(order.env._("%s objects.", order.name))
            order.events = f"{order.events or ''}{event.verb}:{event.before}>{event.after}\n"
        return result
