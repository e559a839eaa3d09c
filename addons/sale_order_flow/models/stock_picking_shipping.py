from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import without_defaults


class StockPicking(models.Model):
    """The arrangement and the packing of a transfer (F14)."""

    _inherit = "stock.picking"

    shipping_arrangement_id = fields.Many2one(
        "shipping.arrangement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="stock.group_stock_user,sale_order_flow.group_flow_user",
    )
    shipping_missing = fields.Boolean(compute="_compute_shipping_missing")

    @api.depends("state", "move_ids.state")
    def _compute_shipping_missing(self):
        arranged = self.sudo().move_ids._waiting_to_leave()._arranged()
        for picking in self:
            picking.shipping_missing = (
                not picking.sudo().shipping_arrangement_id
                and picking._origin.id in arranged.picking_id.ids
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("shipping_arrangement_id") for vals in vals_list):
            raise self._arranged_by_buttons()
        entered = without_defaults(self, {"shipping_arrangement_id"})
        return super(StockPicking, entered).create(vals_list)

    def write(self, vals):
        if not self.env.su and "shipping_arrangement_id" in vals:
            raise self._arranged_by_buttons()
        return super().write(vals)

    def _arranged_by_buttons(self):
        return AccessError(
            self.env._(
                "Transfers are put on one trip or taken off it with the buttons of the shipping "
                "arrangements."
            )
        )

    def _create_backorder(self, backorder_moves=None):
        backorders = super()._create_backorder(backorder_moves)
        backorders.move_ids._arrange_shipping()
        return backorders

    def action_open_shipping(self):
        """Open the arrangement of this transfer; one that has none gets it (F14).

        :raise UserError: when its deliveries are not arranged
        :return: window action
        """
        self.ensure_one()
        self.check_access("read")
        if self.shipping_missing:
            self.sudo().move_ids._arrange_shipping()
        if not self.shipping_arrangement_id:
            raise UserError(
                self.env._(
                    "%s is not arranged: only deliveries of orders in the order flow are, where the "
                    "company has them arranged.",
                    self.name,
                )
            )
        return self.shipping_arrangement_id._get_records_action()
