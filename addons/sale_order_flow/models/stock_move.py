from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

_NOTED = "sale_order_flow.moves"
# what a done move cannot change without being judged as if it left now
_LINKS = frozenset({"sale_line_id", "location_id", "location_dest_id", "product_id"})


class StockMove(models.Model):
    """The release gate at the goods (F10).

    Early doors (``button_validate``, ``_action_done``) say why before anything happens. The last
    door notes whatever is written to moves and, when the transaction is flushed, refuses goods that
    left without verified payment and delivery notice, whichever way the move became done.
    """

    _inherit = "stock.move"

    # ------------------------------------------------------------------ what leaves

    def _leaving_customers(self):
        """Those of the moves that take goods out to a customer, in a company that has gates."""
        enabled = self.env["res.company"]._order_flow_company_ids()
        if not enabled:
            return self.browse()
        moves = self.sudo().filtered(lambda move: move.company_id.id in enabled)
        outside = (moves.location_id | moves.location_dest_id).filtered(
            lambda location: location._is_outgoing()
        )
        return moves.filtered(
            lambda move: move.location_dest_id in outside and move.location_id not in outside
        )

    def _release_reasons(self, leaving=None):
        """Why goods may not leave: the one oracle of doors, messages and the picking form.

        :param leaving: ``{move: quantity about to leave}``; moves already done count by themselves
        :return: list of sentences, empty when everything may leave
        """
        moves = self._leaving_customers()
        gated = moves.filtered(
            lambda move: move.sale_line_id.order_id and move.sale_line_id.order_id._is_in_flow()
        )
        return [
            *(moves - moves.filtered("sale_line_id"))._reasons_without_order(),
            *gated._reasons_of_orders(),
            *gated._reasons_of_quantities(leaving or {}),
        ]

    def _reasons_without_order(self):
        return [
            self.env._(
                "%(document)s: %(product)s would go to a customer without a sales order. Deliveries "
                "of %(company)s need an order with a delivery notice: make the order first.",
                document=move.picking_id.name or move.display_name,
                company=move.company_id.name,
                product=move.product_id.display_name,
            )
            for move in self
            if move.company_id.delivery_needs_order
        ]

    def _reasons_of_orders(self):
        """A hold, or payment not verified any more and no decision to ship without."""
        orders = self.sale_line_id.order_id
        reasons, allowed = orders._payment_reasons(), orders._ships_without_payment()
        return [
            *orders._stop_reasons().values(),
            *(reasons[order.id] for order in orders if order.id in reasons.keys() - allowed.keys()),
        ]

    def _reasons_of_quantities(self, leaving, paid_only=True):
        """More would have left than the delivery notices, or the decision, allow."""
        lines = self.sale_line_id
        noticed, shipped = lines._noticed_quantities(), lines._shipped_quantities()
        unpaid = lines.order_id._payment_reasons() if paid_only else {}
        unasked = lines.filtered(lambda line: line.order_id.id in unpaid)._unpaid_limits()
        total = defaultdict(float, shipped)
        for move in self:
            line = move.sale_line_id
            if move.product_id == line.product_id:
                total[line.id] += move.product_uom._compute_quantity(
                    leaving.get(move.id, 0.0),
                    line.product_uom_id,
                    rounding_method="HALF-UP",
                )
        reasons, moves = [], self.grouped("sale_line_id")
        for line in lines:
            limit = noticed.get(line.id, 0.0)
            if line.order_id.id in unpaid:
                limit = min(limit, unasked.get(line.id, 0.0))
            parts = moves[line].filtered(lambda move, line=line: move.product_id != line.product_id)
            reasons += parts._reasons_of_parts(line, limit, leaving)
            if line.product_uom_id.compare(total[line.id], limit) > 0 or (parts and not limit):
                reasons.append(
                    self.env._(
                        "%(order)s: %(quantity)s %(unit)s of %(product)s would have left, but delivery "
                        "notices allow %(limit)s. Ask the sales assistant for a delivery notice.",
                        order=line.order_id.name,
                        quantity=total[line.id],
                        limit=limit,
                        unit=line.product_uom_id.name,
                        product=line.product_id.display_name,
                    )
                )
        return reasons

    def _reasons_of_parts(self, line, limit, leaving):
        """More components of a kit would have left than belong to the kits that may.

        :param limit: quantity of the line that may leave
        """
        if not self or not limit:
            return []
        total, needed = line._shipped_parts(), line._parts_per_unit()
        for move in self:
            total[move.product_id] += move.product_uom._compute_quantity(
                leaving.get(move.id, 0.0), move.product_id.uom_id, rounding_method="HALF-UP"
            )
        return [
            self.env._(
                "%(order)s: %(quantity)s %(unit)s of %(part)s would have left, but delivery notices "
                "allow %(limit)s with %(product)s. Ask the sales assistant for a delivery notice.",
                order=line.order_id.name,
                quantity=quantity,
                unit=part.uom_id.name,
                part=part.display_name,
                limit=part.uom_id.round(needed.get(part, 0.0) * limit, rounding_method="UP"),
                product=line.product_id.display_name,
            )
            for part, quantity in total.items()
            if needed
            and part.uom_id.compare(
                quantity,
                part.uom_id.round(needed.get(part, 0.0) * limit, rounding_method="UP"),
            )
            > 0
        ]

    def _check_release(self, leaving=None):
        """:raise UserError: when any of the moves may not leave"""
        if reasons := self._release_reasons(leaving):
            raise UserError("\n".join(dict.fromkeys(reasons)))

    # ------------------------------------------------------------------ early doors

    def _action_done(self, cancel_backorder=False):
        if self.env["res.company"]._order_flow_company_ids():
            todo = self.filtered(lambda move: move.state not in ("done", "cancel") and move.picked)
            todo._check_release({move.id: move.quantity for move in todo})
        return super()._action_done(cancel_backorder=cancel_backorder)

    def write(self, vals):
        if "sale_line_id" in vals and self.env["res.company"]._order_flow_company_ids():
            self._check_stays_with_order(vals["sale_line_id"])
        return super().write(vals)

    def _check_stays_with_order(self, line_id):
        """Goods of a gated order cannot be taken out of it to leave another way."""
        moved = self.sudo().filtered(
            lambda move: (
                move.sale_line_id
                and move.sale_line_id.id != line_id
                and move.state != "draft"
                and move.sale_line_id.order_id._is_in_flow()
            )
        )
        if moved:
            raise UserError(
                self.env._(
                    "%(product)s in %(picking)s belongs to %(order)s and follows its delivery notices: "
                    "it cannot be taken out of the order.",
                    product=moved[0].product_id.display_name,
                    picking=moved[0].picking_id.name or moved[0].display_name,
                    order=moved[0].sale_line_id.order_id.name,
                )
            )

    # ------------------------------------------------------------------ last door

    @api.model
    def _create(self, data_list):
        moves = super()._create(data_list)
        moves._note_release("left")
        return moves

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        left, corrected = [], []
        for move_id, vals in zip(self._ids, vals_list, strict=True):
            if vals.get("state") == "done" or not _LINKS.isdisjoint(vals):
                left.append(move_id)
            elif "quantity" in vals or "product_uom" in vals:
                corrected.append(move_id)
        self.browse(left)._note_release("left")
        self.browse(corrected)._note_release("corrected")
        return result

    def _note_release(self, how):
        """Remember moves for the judgement at the end of the transaction."""
        if not self or not self.env["res.company"]._order_flow_company_ids():
            return
        precommit = self.env.cr.precommit
        if _NOTED not in precommit.data:
            precommit.data[_NOTED] = {"left": set(), "corrected": set()}
            precommit.add(self.env(su=True)["stock.move"]._judge_release)
        precommit.data[_NOTED][how].update(self._ids)

    @api.model
    def _judge_release(self):
        """Refuse the transaction when goods left that were not released.

        Corrections of goods that left before are judged by their quantity alone: a payment that
        was reversed since does not keep the warehouse from counting correctly.
        """
        noted = self.env.cr.precommit.data.pop(_NOTED, {})
        try:
            self._judge_noted(noted)
        except Exception:
            # whoever catches this does not get it committed either
            for how, ids in noted.items():
                self.browse(ids)._note_release(how)
            raise

    @api.model
    def _judge_noted(self, noted):
        """:param noted: ``{"left" or "corrected": ids of moves}``"""
        left, corrected = (
            self.sudo()
            .browse(sorted(noted.get(how, ())))
            .exists()
            .filtered(lambda move: move.state == "done")
            for how in ("left", "corrected")
        )
        left._check_release()
        if reasons := (corrected - left)._correction_reasons():
            raise UserError("\n".join(reasons))

    def _correction_reasons(self):
        """Hook: what stands against the quantities of done moves as they were corrected.

        :return: list of sentences
        """
        gated = self._leaving_customers().filtered(
            lambda move: move.sale_line_id.order_id._is_in_flow()
        )
        return gated._reasons_of_quantities({}, paid_only=False)
