from odoo import api, fields, models
from odoo.exceptions import UserError

_NOTED = "stocking_request.moves"
# what makes goods move, or more of them, or others, or elsewhere
_WATCHED = frozenset(
    {"state", "quantity", "product_uom", "product_id", "location_id", "location_dest_id"}
    | {"count_line_id", "scrap_id", "picking_id", "company_id"}
)


class StockMove(models.Model):
    """Goods that are scrapped, adjusted or taken to another warehouse only as decided (S8).

    The early door says so before anything happens; the last door notes what is written to moves and
    judges it when the transaction is flushed, whichever way the move became done. Companies that
    look at none of it cost no query.
    """

    _inherit = "stock.move"

    count_line_id = fields.Many2one(
        "stocking.count.line", readonly=True, copy=False, index="btree_not_null"
    )

    # ------------------------------------------------------------------ doors

    def _action_done(self, cancel_backorder=False):
        if self.env["res.company"]._stock_review_ids():
            todo = self.filtered(
                lambda move: (
                    move.state not in ("done", "cancel") and (move.picked or move.is_inventory)
                )
            )
            todo._check_review(todo)
        return super()._action_done(cancel_backorder=cancel_backorder)

    @api.model
    def _create(self, data_list):
        moves = super()._create(data_list)
        moves._note_review()
        return moves

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        rows = zip(self._ids, vals_list, strict=True)
        self.browse(id_ for id_, vals in rows if not _WATCHED.isdisjoint(vals))._note_review()
        return result

    def _note_review(self):
        if not self or not self.env["res.company"]._stock_review_ids():
            return
        precommit = self.env.cr.precommit
        if _NOTED not in precommit.data:
            precommit.data[_NOTED] = set()
            precommit.add(self.env(su=True, context={})["stock.move"]._judge_review)
        precommit.data[_NOTED].update(self._ids)

    @api.model
    def _judge_review(self):
        moves = self.browse(sorted(self.env.cr.precommit.data.pop(_NOTED, ()))).exists()
        try:
            moves._check_review()
        except Exception:
            # whoever catches this does not get it committed either
            moves._note_review()
            raise

    def _check_review(self, leaving=None):
        """:raise UserError: for goods that moved, or are ``leaving``, without the decision"""
        moves = self.sudo()
        leaving = moves.browse() if leaving is None else leaving.sudo()
        done = moves.filtered(lambda move: move.state == "done" or move in leaving)
        reasons = [
            *done._adjustment_reasons(leaving),
            *(sentence for _move, sentence in done._transfer_reasons(leaving)),
        ]
        if reasons:
            raise UserError("\n".join(dict.fromkeys(reasons)))

    # ------------------------------------------------------------------ scrap and counts

    def _adjustment_reasons(self, leaving):
        """What is taken out of stock, or put into it, by no count and no scrap order decided on.

        What is worth no more than the company lets pass, all of one go together, passes.
        """
        reviewing = self.env["res.company"]._stock_review_ids("count")
        adjusted = self.filtered(
            lambda move: (
                move.company_id.id in reviewing
                and "inventory" in (move.location_id.usage, move.location_dest_id.usage)
                and move.location_id.usage != move.location_dest_id.usage
            )
        )
        adjusted -= adjusted._covered_by_scrap(leaving) | adjusted._covered_by_count(leaving)
        reasons = []
        for company, moves in adjusted.grouped("company_id").items():
            value = sum(moves.mapped(lambda move: move._moved_value()))
            limit = company.stock_count_amount
            if company.currency_id.compare_amounts(value, limit) > 0:
                reasons.append(
                    self.env._(
                        "%(products)s: the stock would be adjusted by %(value)s, more than %(limit)s. "
                        "Collect what was counted in an inventory count, or make a scrap order, and "
                        "have it approved.",
                        products=", ".join(moves.product_id.mapped("display_name")[:3]),
                        value=company.currency_id.format(value),
                        limit=company.currency_id.format(limit),
                    )
                )
        return reasons

    def _moved_value(self):
        """What the move takes or brings, at cost, in company currency."""
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        return self._moved_quantity() * product.standard_price

    def _moved_quantity(self):
        """In the unit of the product."""
        return self.product_uom._compute_quantity(
            self.quantity, self.product_id.uom_id, rounding_method="HALF-UP"
        )

    def _covered_by_scrap(self, leaving):
        """Moves of scrap orders that take no more, and nothing else, than these say.

        Whether the scrap order may be done is for its own door.
        """
        covered = self.browse()
        for scrap, moves in self.filtered("scrap_id").grouped("scrap_id").items():
            own = scrap.move_ids.filtered(lambda move: move.state == "done" or move in leaving)
            wanted = scrap.product_uom_id._compute_quantity(
                scrap.scrap_qty, scrap.product_id.uom_id, rounding_method="HALF-UP"
            )
            moved = sum(move._moved_quantity() for move in own)
            if (
                own.product_id == scrap.product_id
                and own.location_id == scrap.location_id
                and own.location_dest_id == scrap.scrap_location_id
                and scrap.product_id.uom_id.compare(moved, wanted) <= 0
                and (scrap.state == "done" or moves <= leaving)
            ):
                covered |= moves
        return covered

    def _covered_by_count(self, leaving):
        """Moves that apply a count: the same goods, in the same direction, and no more of them."""
        covered = self.browse()
        for line, moves in self.filtered("count_line_id").grouped("count_line_id").items():
            own = line.move_ids.filtered(lambda move: move.state == "done" or move in leaving)
            brought = sum(
                move._moved_quantity() * (1 if move.location_dest_id == line.location_id else -1)
                for move in own
            )
            places = own.location_id | own.location_dest_id
            stock = places.filtered(lambda place: place.usage != "inventory")
            unit = line.product_id.uom_id
            if (
                line.count_id.state == "done"
                and own.product_id == line.product_id
                and stock == line.location_id
                and not unit.compare(brought, line.difference)
            ):
                covered |= moves
        return covered

    # ------------------------------------------------------------------ other warehouses

    def _transfer_reasons(self, leaving=None, planned=False):
        """Goods that go to another warehouse or company without an approved application.

        :param leaving: moves about to be done, besides those that are
        :param planned: ask about all that the transfers are going to move
        :return: list of ``(move, sentence)``
        """
        reviewing = self.env["res.company"]._stock_review_ids("transfer")
        if not reviewing:
            return []
        leaving = self.browse() if leaving is None else leaving
        crossing = self.filtered(
            lambda move: move.company_id.id in reviewing and move._leaves_warehouse()
        )
        reasons = []
        for picking, moves in crossing.grouped("picking_id").items():
            allowed = picking._transfer_family()._approved_transfers() if picking else {}
            gone = picking._crossed(leaving, planned) if picking else {}
            for move in moves:
                product = move.product_id
                quantity = gone.get(product, move._moved_quantity())
                if product.uom_id.compare(quantity, allowed.get(product, 0.0)) > 0:
                    sentence = self.env._(
                        "%(picking)s: %(quantity)s %(unit)s of %(product)s go to %(place)s, and "
                        "%(allowed)s are approved. Have a transfer application approved first.",
                        picking=picking.name or move.display_name,
                        quantity=quantity,
                        unit=product.uom_id.name,
                        product=product.display_name,
                        place=move.location_dest_id.display_name,
                        allowed=allowed.get(product, 0.0),
                    )
                    reasons.append((move, sentence))
        return reasons

    def _leaves_warehouse(self):
        """Whether goods go from a warehouse to another one, or on their way to one.

        What comes from a place in no warehouse, as from a subcontractor, leaves none.
        """
        self.ensure_one()
        start, end = self.location_id, self.location_dest_id
        places = {
            (place.usage, place.warehouse_id) for place in self.move_line_ids.location_dest_id
        }
        places.add((end.usage, end.warehouse_id))
        return bool(start.usage == "internal" and start.warehouse_id) and any(
            usage == "transit" or (usage == "internal" and warehouse != start.warehouse_id)
            for usage, warehouse in places
        )
