from collections import defaultdict

from odoo import models


class StockMove(models.Model):
    """Goods leave as far as they were inspected and accepted, where points ask for it (F13)."""

    _inherit = "stock.move"

    def _waiting_to_leave(self):
        """Those of the moves that take goods of an order in the flow to a customer, and are not done."""
        return self.filtered(
            lambda move: move.state not in ("draft", "done", "cancel") and move.sale_line_id
        )._leaving_customers()

    def _uninspected(self, points):
        """What is about to leave, or left, beyond what was inspected or is to be.

        Goods that came back and leave again are inspected again: returns give nothing back.

        :param points: the points in force for outgoing goods of one company
        :return: ``{(sale.order.line, product): quantity in the product's unit}``
        """
        keys = {
            (move.sale_line_id, move.product_id)
            for move in self
            if points._for_goods(move.product_id, move.sale_line_id.order_id.partner_id)
        }
        if not keys:
            return {}
        lines = self.env["sale.order.line"].concat(*dict.fromkeys(line for line, _good in keys))
        needed = defaultdict(float)
        moves = lines.sudo().move_ids.filtered(lambda move: move.state not in ("draft", "cancel"))
        for move in moves._leaving_customers():
            done = move.state == "done"
            needed[move.sale_line_id, move.product_id] += move.product_uom._compute_quantity(
                move.quantity if done else move.product_uom_qty,
                move.product_id.uom_id,
                rounding_method="HALF-UP",
            )
        accepted = lines._inspected_quantities(waiting=True)
        return {
            (line, product): needed[line, product] - accepted[line.id, product.id]
            for line, product in keys
            if product.uom_id.compare(needed[line, product], accepted[line.id, product.id]) > 0
        }

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        if self.env["res.company"]._order_flow_company_ids():
            leaving = (
                moves.sudo()
                ._waiting_to_leave()
                .filtered(lambda move: move.sale_line_id.order_id._is_in_flow())
            )
            if leaving:
                self.env["goods.inspection"]._ensure_outgoing(leaving)
        return moves

    def _release_reasons(self, leaving=None):
        reasons = super()._release_reasons(leaving)
        gated = self._leaving_customers().filtered(
            lambda move: move.sale_line_id and move.sale_line_id.order_id._is_in_flow()
        )
        return [*reasons, *gated._reasons_of_inspection(leaving or {})] if gated else reasons

    def _reasons_of_inspection(self, leaving):
        """More would have left than was inspected and accepted.

        :param leaving: ``{move id: quantity about to leave, in the unit of the move}``
        """
        reasons = []
        for company, group in self.grouped("company_id").items():
            points = self.env["goods.inspection.point"]._in_force("outgoing", company)
            asked = group.filtered(
                lambda move, points=points: points._for_goods(
                    move.product_id, move.sale_line_id.order_id.partner_id
                )
            )
            if asked:
                reasons += asked._reasons_not_accepted(leaving)
        return reasons

    def _reasons_not_accepted(self, leaving):
        lines = self.sale_line_id
        accepted = lines._inspected_quantities()
        total = defaultdict(float)
        done = lines.sudo().move_ids.filtered(lambda move: move.state == "done")
        for move in done._leaving_customers() | self:
            quantity = move.quantity if move.state == "done" else leaving.get(move.id, 0.0)
            total[move.sale_line_id, move.product_id] += move.product_uom._compute_quantity(
                quantity, move.product_id.uom_id, rounding_method="HALF-UP"
            )
        asked = {(move.sale_line_id, move.product_id) for move in self}
        return [
            self.env._(
                "%(order)s: %(quantity)s %(unit)s of %(product)s would have left, but %(accepted)s were "
                "inspected and accepted. The quality department inspects the goods first.",
                order=line.order_id.name,
                quantity=quantity,
                unit=product.uom_id.name,
                product=product.display_name,
                accepted=accepted[line.id, product.id],
            )
            for (line, product), quantity in total.items()
            if (line, product) in asked
            and product.uom_id.compare(quantity, accepted[line.id, product.id]) > 0
        ]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _inspected_quantities(self, waiting=False):
        """What was inspected and accepted before shipping.

        :param waiting: count what is still to be inspected as well
        :return: ``{(line id, product id): quantity in the product's unit}``, 0 for others
        """
        quantities = defaultdict(float)
        if not self:
            return quantities
        Inspection = self.env["goods.inspection"].sudo()
        domain = [("order_line_id", "in", self.ids), ("direction", "=", "outgoing")]
        for line, product, state, quantity, accepted in Inspection._read_group(
            [*domain, ("state", "!=", "cancelled")],
            ["order_line_id", "product_id", "state"],
            ["quantity:sum", "accepted_quantity:sum"],
        ):
            if state != "todo":
                quantities[line.id, product.id] += accepted
            elif waiting:
                quantities[line.id, product.id] += quantity
        return quantities
