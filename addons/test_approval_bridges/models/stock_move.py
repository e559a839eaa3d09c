from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import forget_overtaken

_NOTED = "test_approval_bridges.moves"
# what makes goods leave, or more of them, or others
_WATCHED = frozenset(
    {"state", "quantity", "product_uom", "product_id", "picking_id", "location_id"}
    | {"location_dest_id", "company_id"}
)


class StockMove(models.Model):
    """Goods leave in released quantities only, in companies with a chain for deliveries.

    The early door says so before anything happens; the last door notes the rows that were written
    and judges them when the transaction is flushed, whichever way the move became done.
    """

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        leaving = self.filtered(lambda move: move.picked and move.state not in ("done", "cancel"))
        leaving._check_released({move.id for move in leaving})
        return super()._action_done(cancel_backorder=cancel_backorder)

    @api.model
    def _create(self, data_list):
        moves = super()._create(data_list)
        moves._note_released()
        return moves

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        rows = zip(self._ids, vals_list, strict=True)
        written = self.browse(id_ for id_, vals in rows if not _WATCHED.isdisjoint(vals))
        if written._note_released():
            forget_overtaken(self, vals_list, _WATCHED)
        return result

    def _note_released(self):
        if not self or not self._approval_companies():
            return False
        precommit = self.env.cr.precommit
        if _NOTED not in precommit.data:
            precommit.data[_NOTED] = set()
            precommit.add(self.env(su=True, context={})["stock.move"]._judge_released)
        precommit.data[_NOTED].update(self._ids)
        return True

    @api.model
    def _judge_released(self):
        moves = self.browse(sorted(self.env.cr.precommit.data.pop(_NOTED, ()))).exists()
        try:
            moves._check_released()
        except Exception:
            # whoever catches this does not get it committed either
            moves._note_released()
            raise

    @api.model
    def _approval_companies(self):
        """Companies whose deliveries need approval: no query as long as there are none."""
        Chain = self.env["approval.chain"].sudo()
        return Chain.browse(Chain._ordered_ids("test.approval.delivery", "release")).company_id

    def _check_released(self, leaving=()):
        """Refuse goods that left, or are ``leaving``, without a released delivery.

        :raise UserError: naming transfer and product
        """
        companies = self._approval_companies()
        gone = self.sudo().filtered(
            lambda move: (
                companies & move.company_id.parent_ids
                and (move.id in leaving or move.state == "done")
                and move.location_dest_id.usage == "customer"
                and move.location_id.usage != "customer"
            )
        )
        released = gone._released_quantities()
        for picking, product in {(move.picking_id, move.product_id) for move in gone}:
            moves = (picking.move_ids if picking else gone).filtered(
                lambda move, product=product: (
                    move.product_id == product and (move.id in leaving or move.state == "done")
                )
            )
            left = sum(
                move.product_uom._compute_quantity(move.quantity, product.uom_id) for move in moves
            )
            limit = released.get((picking.id, product.id), 0.0)
            if product.uom_id.compare(left, limit) > 0:
                raise UserError(
                    self.env._(
                        "%(picking)s: %(left)s of %(product)s would leave, but %(limit)s are "
                        "released. Have the quantities of the delivery approved first.",
                        picking=picking.name or "-",
                        left=left,
                        product=product.display_name,
                        limit=limit,
                    )
                )

    def _released_quantities(self):
        groups = (
            self.env["test.approval.delivery.line"]
            .sudo()
            ._read_group(
                [
                    ("delivery_id.picking_id", "in", self.picking_id.ids),
                    ("delivery_id.state", "=", "released"),
                ],
                ["delivery_id", "product_id"],
                ["quantity:sum"],
            )
        )
        released = {}
        for delivery, product, quantity in groups:
            key = (delivery.picking_id.id, product.id)
            released[key] = released.get(key, 0.0) + quantity
        return released
