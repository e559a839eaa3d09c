from odoo import api, fields, models

from odoo.addons.approval_chain.values import lock_rows


class SaleOrderLine(models.Model):
    """Goods that were put aside for a request are used first when an order is released (S3, S4)."""

    _inherit = "sale.order.line"

    stocking_line_ids = fields.One2many(
        "stocking.request.line",
        "sale_line_id",
        groups="stocking_request.group_stocking_user",
    )

    def _quantities_without_payment(self):
        """Only what was approved may leave unpaid, not the whole order (D9 2)."""
        allowed = super()._quantities_without_payment()
        for line in self:
            approved = line.sudo().stocking_line_ids.filtered(
                lambda row: row.request_id.state == "approved"
            )
            if approved:
                allowed[line.id] = sum(
                    row.product_uom_id._compute_quantity(
                        row.quantity - row.short_closed,
                        line.product_uom_id,
                    )
                    for row in approved
                )
        return allowed

    # ------------------------------------------------------------------ release

    def _launch_supply(self):
        lines = self._held_lines()
        lines._give_back_carved()
        result = super()._launch_supply()
        lines._take_held()
        return result

    def _held_lines(self):
        return self.sudo().filtered(
            lambda line: line.state == "sale" and line.product_id.is_storable
        )

    def _carvable_moves(self):
        """The open first transfers of a line, as far as nothing else is decided about them."""
        self.ensure_one()
        source = self.order_id.warehouse_id.lot_stock_id
        return self.move_ids.filtered(
            lambda move: (
                move._is_open()
                and not move.picked
                and move.product_id == self.product_id
                and move.location_id == source
                and move.procure_method == "make_to_stock"
                and not move.stocking_allocation_id
                and not move.supply_shortage_id
            )
        )

    # ------------------------------------------------------------------ held stock

    def _take_held(self):
        """Let the released goods come from what was put aside for them."""
        if not self:
            return
        rows = self.env["stocking.allocation"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("notice_line_id", "=", False),
                ("request_id.state", "=", "approved"),
            ]
        )
        if not rows:
            return
        # two orders released at once must not take the same goods
        lock_rows(rows)
        held = rows._held()
        for line in self:
            moves = line._carvable_moves()
            left = sum(moves.mapped("product_qty"))
            for row in line._rows_held_for(rows):
                left -= line._take_row(row, moves, left, held)
            line.move_ids.filtered(lambda move: move._is_open())._action_assign()

    def _rows_held_for(self, rows):
        """What stands aside for this order: for itself first, then its customer, then its people."""
        order = self.order_id
        fit = rows.filtered(
            lambda row: (
                row.product_id == self.product_id
                and row.request_id.warehouse_id == order.warehouse_id
                and row.request_id._holds_for(order)
            )
        )
        return fit.sorted(
            lambda row: (
                row.request_id.sale_order_id != order,
                not row.request_id.partner_id,
                row.request_id.id,
                row.id,
            )
        )

    def _take_row(self, row, moves, left, held):
        """Take from one row what stands aside, then what is reserved to be put aside.

        :param held: ``{allocation id: quantity}`` in the held stock, brought up to date
        :return: the quantity taken, in the unit of the product
        """
        unit, place = self.product_id.uom_id, row.request_id.warehouse_id.held_location_id
        taken = min(left, max(held.get(row.id, 0.0), 0.0))
        if unit.compare(taken, 0.0) > 0:
            moves._carve(taken, {"location_id": place.id, "stocking_allocation_id": row.id})
            held[row.id] -= taken
        waiting = row._waiting_moves().filtered(lambda move: move.quantity and not move.picked)
        for move in waiting:
            reserved = move.product_uom._compute_quantity(move.quantity, unit)
            more = min(left - taken, reserved)
            if unit.compare(more, 0.0) <= 0:
                continue
            rest = move.product_qty - more
            move._do_unreserve()
            if unit.compare(rest, 0.0) > 0:
                move.product_uom_qty = unit._compute_quantity(rest, move.product_uom)
            else:
                move._action_cancel()
            part = self._carvable_moves()._carve(more, {"stocking_allocation_id": row.id})
            part._action_assign()
            if move._is_open():
                move._action_assign()
            taken += more
        return taken

    def _give_back_carved(self):
        """Less is to leave than was launched: goods return to where they were taken from first."""
        moves = self.move_ids.filtered(
            lambda move: (
                move._is_open() and (move.stocking_allocation_id or move.supply_shortage_id)
            )
        )
        if not moves:
            return
        launchable = self._launchable_quantities()
        lines = moves.sale_line_id.filtered(
            lambda line: (
                line.product_uom_id.compare(launchable[line.id], line._supplied_quantity()) < 0
            )
        )
        back = moves.filtered(lambda move: move.sale_line_id in lines)
        for move in back:
            row = move.stocking_allocation_id
            if row and move.location_id != row.request_id.warehouse_id.held_location_id:
                row._give_up(move.product_qty)
        back._uncarve()
        lines.move_ids.filtered(lambda move: move._is_open())._action_assign()

    # ------------------------------------------------------------------ dates

    @api.depends(
        "delivery_notice_line_ids.shortage_ids.expected_date",
        "delivery_notice_line_ids.shortage_ids.state",
    )
    def _compute_planned_date(self):
        return super()._compute_planned_date()

    def _flow_expected_dates(self):
        """Goods that are missing leave when they have arrived (S5)."""
        dates = super()._flow_expected_dates()
        shortages = self.sudo().delivery_notice_line_ids.shortage_ids
        for shortage in shortages.filtered(
            lambda shortage: shortage.state != "arrived" and shortage.expected_date
        ):
            line_id = shortage.notice_line_id.order_line_id.id
            dates[line_id] = max(dates.get(line_id, shortage.expected_date), shortage.expected_date)
        return dates
