from odoo import models


class StockMove(models.Model):
    """Goods are arranged when they are ordered from the warehouse, and leave packed (F14)."""

    _inherit = "stock.move"

    def _arranged(self):
        """Those of the moves that take goods of an order in the flow to a customer, in a company
        that arranges its deliveries.
        """
        return self._leaving_customers().filtered(
            lambda move: (
                move.company_id.shipping_arranged
                and move.sale_line_id
                and move.picking_id
                and move.sale_line_id.order_id._is_in_flow()
            )
        )

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        moves._arrange_shipping()
        return moves

    def _arrange_shipping(self):
        """Have what is about to leave arranged, and say what has to be packed with it."""
        waiting = self._arranged()._waiting_to_leave()
        if waiting:
            self.env["shipping.arrangement"]._ensure(waiting.picking_id)
            self.env["shipping.checklist.item"]._ensure(waiting)

    def _weight_to_come(self):
        """What the goods weigh that are not set aside yet; Odoo weighs those that are."""
        self.ensure_one()
        if self.state in ("draft", "done", "cancel"):
            return 0.0
        missing = self.product_uom._compute_quantity(
            max(self.product_uom_qty - self.quantity, 0.0), self.product_id.uom_id, round=False
        )
        return missing * self.product_id.weight

    def _release_reasons(self, leaving=None):
        reasons = super()._release_reasons(leaving)
        arranged = self._arranged()
        missing = arranged._unpacked() if arranged else {}
        return [
            *reasons,
            *(
                self.env._(
                    "%(picking)s: not packed yet: %(items)s. The warehouse ticks them on the shipping "
                    "arrangement.",
                    picking=picking.name,
                    items=", ".join(names),
                )
                for picking, names in missing.items()
            ),
        ]

    def _unpacked(self):
        """What has to be packed with the goods and was not ticked; made or not, it counts.

        :return: ``{stock.picking: [names]}``; transfers left out are packed
        """
        unpacked = {}
        for company, group in self.grouped("company_id").items():
            points = self.env["shipping.checklist.point"]._in_force(company)
            points = points.filtered("is_required")
            wanted = points._wanted(group) if points else {}
            ticked = (
                self.env["shipping.checklist.item"]
                .sudo()
                .search([("picking_id", "in", group.picking_id.ids), ("is_ticked", "=", True)])
            )
            there = {(item.picking_id, item.point_id, item.product_id) for item in ticked}
            for picking, asked in wanted.items():
                names = [
                    f"{point.name} ({product.display_name})" if product else point.name
                    for point, product in asked
                    if (picking, point, product) not in there
                ]
                if names:
                    unpacked[picking] = names
        return unpacked


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _release_gates(self):
        """The mark of packing, on orders whose goods have something to be packed (F14)."""
        gates = super()._release_gates()
        orders = self.browse(gates).sudo()
        moves = orders.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("draft", "done", "cancel")
        )._arranged()
        if not moves:
            return gates
        items = (
            self.env["shipping.checklist.item"]
            .sudo()
            .search([("picking_id", "in", moves.picking_id.ids)])
            .grouped(lambda item: item.picking_id.sale_id)
        )
        unpacked = moves._unpacked()
        names = self.env["approval.role.holder"]._names_by_role(orders.company_id)
        for order in moves.sale_line_id.order_id:
            missing = [name for picking in order.picking_ids for name in unpacked.get(picking, ())]
            if missing or items.get(order):
                gates[order.id].append(
                    order._gate_packing(missing, names[order.company_id.id].get("warehouse"))
                )
        return gates

    def _gate_packing(self, missing, owner):
        label = self.env._("Packing")
        if not missing:
            return self._gate(
                "packing", label, "done", self.env._("Packing and accessories are complete.")
            )
        reason = self.env._("Not packed yet: %s.", ", ".join(missing))
        return self._gate("packing", label, "waiting", reason, owner)
