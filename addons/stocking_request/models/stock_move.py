from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

# written by the supply of a request alone; parts split off keep them, copies do not
LINKS = ("stocking_allocation_id", "supply_shortage_id")


class StockMove(models.Model):
    """What a transfer does for a stocking request, and which missing goods it waits for (S3, S4)."""

    _inherit = "stock.move"

    stocking_allocation_id = fields.Many2one(
        "stocking.allocation",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
        string="For Stocking Request",
        help="The quantity of a stocking request that this transfer puts aside, or takes from what "
        "was put aside.",
    )
    supply_shortage_id = fields.Many2one(
        "supply.shortage",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
        string="Waits For",
        help="The missing goods that were ordered for this transfer alone.",
    )

    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), *LINKS]

    def _prepare_move_split_vals(self, qty):
        return {
            **super()._prepare_move_split_vals(qty),
            **{name: self[name].id for name in LINKS},
        }

    @api.model_create_multi
    def create(self, vals_list):
        for name in LINKS if not self.env.su else ():
            self._check_splits(name, vals_list)
        return super().create(vals_list)

    def _check_splits(self, name, vals_list):
        """Odoo splits moves with the rights of whoever ships: a part has the link of another move."""
        asked = {(vals[name], vals.get("product_id")) for vals in vals_list if vals.get(name)}
        if not asked:
            return
        linked = self.sudo().search([(name, "in", [link for link, _product in asked])])
        if asked - {(move[name].id, move.product_id.id) for move in linked}:
            raise self._linked_by_supply(name)

    def _linked_by_supply(self, name):
        return AccessError(
            self.env._(
                "“%s” of a stock move is set when the assistant orders the goods, and cannot be entered by "
                "hand.",
                self._fields[name]._description_string(self.env),
            )
        )

    def write(self, vals):
        for name in LINKS if not self.env.su else ():
            if name in vals:
                raise self._linked_by_supply(name)
        if "date" not in vals or vals.get("state") in ("done", "cancel"):
            return super().write(vals)
        with self.sudo().purchase_line_id.shortage_ids._watched_dates():
            return super().write(vals)

    def _is_open(self):
        self.ensure_one()
        return self.state not in ("draft", "done", "cancel")

    def _carve(self, quantity, vals):
        """Split a quantity off open moves and write ``vals`` on it; nothing stays reserved.

        The caller reserves again what it wants reserved.

        :param quantity: in the unit of the product; no more than the moves ask for is taken
        :param vals: values of the part split off: its source, what it waits for
        :return: the moves that were split off, or taken whole
        """
        self._do_unreserve()
        carved = self.browse()
        for move in self:
            take, unit = min(quantity, move.product_qty), move.product_id.uom_id
            if unit.compare(take, 0.0) <= 0:
                continue
            part = move
            if unit.compare(take, move.product_qty) < 0:
                part = self.create(move._split(take))
                part._action_confirm(merge=False)
                part._do_unreserve()
            carved |= part
            quantity -= take
        carved.write(vals)
        carved._recompute_state()
        return carved

    def _uncarve(self):
        """Make moves that were carved ordinary ones of the stock again, merged with their like."""
        for kind, moves in self.grouped("picking_type_id").items():
            moves._do_unreserve()
            moves.write(
                {
                    "location_id": kind.warehouse_id.lot_stock_id.id,
                    "procure_method": "make_to_stock",
                    "stocking_allocation_id": False,
                    "supply_shortage_id": False,
                    "created_purchase_line_ids": [Command.clear()],
                    "move_orig_ids": [Command.clear()],
                }
            )
            moves._recompute_state()
            moves._merge_moves()
