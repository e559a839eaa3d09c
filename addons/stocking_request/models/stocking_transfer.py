from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class StockingTransfer(models.Model):
    """What may leave a warehouse for another one, or for another company (S8).

    Approved are quantities; the transfer and its backorders only ask for them. What Odoo rewrites on
    a transfer while it is picked, split and packed changes no decision.
    """

    _name = "stocking.transfer"
    _description = "Transfer Application"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset({"name", "state"})

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        required=True,
        index=True,
        ondelete="cascade",
        copy=False,
        check_company=True,
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Applicant", required=True, default=lambda self: self.env.user
    )
    location_id = fields.Many2one(
        related="picking_id.location_id", store=True, readonly=True, string="From"
    )
    location_dest_id = fields.Many2one(
        related="picking_id.location_dest_id", store=True, readonly=True, string="To"
    )
    reason = fields.Char(help="Why the goods are moved.")
    line_ids = fields.One2many("stocking.transfer.line", "transfer_id", string="Products")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Value", help="At cost.")
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        copy=False,
        readonly=True,
        index=True,
        tracking=True,
    )

    @api.depends("line_ids.value")
    def _compute_amount(self):
        for transfer in self:
            transfer.amount = sum(transfer.line_ids.mapped("value"))

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "approve": Operation(
                label=_lt("Move goods to another warehouse"),
                executed=Domain("state", "=", "approved"),
                inputs={"stocking.transfer": ("state",)},
                watch=("picking_id", "location_id", "location_dest_id"),
                lines={"line_ids": (Domain.TRUE, ("product_id", "quantity"))},
                amount="amount",
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _do_approve(self):
        self._stamp({"state": "approved"})

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for transfer in self:
            found = missing.setdefault(transfer.id, [])
            if not transfer.line_ids.filtered("quantity"):
                found.append(self.env._("%s moves nothing: add products.", transfer.name))
            if not transfer.reason:
                found.append(self.env._("%s: say why the goods are moved.", transfer.name))
        return missing

    @api.model_create_multi
    def create(self, vals_list):
        transfers = super().create(vals_list)
        for transfer in transfers:
            sequence = self.env["ir.sequence"].with_company(transfer.company_id)
            transfer._stamp({"name": sequence.next_by_code(self._name) or "/"})
        return transfers

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if kept := self.filtered(lambda transfer: transfer.state == "approved"):
            raise UserError(
                self.env._("%s is approved: goods may have left for it, so it stays.", kept[0].name)
            )

    def action_cancel(self):
        """Take applications back; goods that have not left do not leave for them any more.

        :return: True
        """
        self.check_access("write")
        self._stamp({"state": "cancelled"})
        return True

    @api.model
    def _apply_for(self, picking):
        """An application over what a transfer is to move and is not covered yet."""
        wanted = {}
        for move in picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            quantity = move.product_uom._compute_quantity(
                move.product_uom_qty, move.product_id.uom_id
            )
            wanted[move.product_id] = wanted.get(move.product_id, 0.0) + quantity
        return self.create(
            {
                "picking_id": picking.id,
                "line_ids": [
                    Command.create({"product_id": product.id, "quantity": quantity})
                    for product, quantity in wanted.items()
                ],
            }
        )
