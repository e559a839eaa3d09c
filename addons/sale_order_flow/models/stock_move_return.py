from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.approval_chain.values import without_defaults


class StockMove(models.Model):
    """Goods that come back know the request that asked for them (F17)."""

    _inherit = "stock.move"

    return_line_id = fields.Many2one(
        "sale.return.request.line", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_return_ties(vals_list)
        entered = without_defaults(self, {"return_line_id"})
        return super(StockMove, entered).create(vals_list)

    def write(self, vals):
        if "return_line_id" in vals and not self.env.su:
            raise self._tied_by_request()
        return super().write(vals)

    @api.model
    def _check_return_ties(self, vals_list):
        """Odoo splits moves with the rights of whoever receives: a part has the tie of another move."""
        asked = {
            (vals["return_line_id"], vals.get("product_id"))
            for vals in vals_list
            if vals.get("return_line_id")
        }
        if not asked:
            return
        tied = self.sudo().search([("return_line_id", "in", [line for line, _product in asked])])
        if asked - {(move.return_line_id.id, move.product_id.id) for move in tied}:
            raise self._tied_by_request()

    def _tied_by_request(self):
        return AccessError(
            self.env._(
                "Transfers are tied to a return request when the request is approved: nobody does it by "
                "hand."
            )
        )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "return_line_id"]

    def _tie_to_return(self, line):
        """:param line: ``sale.return.request.line`` the goods come back for"""
        self.sudo().write({"return_line_id": line.id, "to_refund": True})

    def _prepare_move_split_vals(self, qty):
        # what did not come back yet belongs to the same request
        return {**super()._prepare_move_split_vals(qty), "return_line_id": self.return_line_id.id}

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        if self.env["res.company"]._order_flow_company_ids():
            back = done.sudo().filtered(lambda move: move.return_line_id and move.state == "done")
            if back:
                back.return_line_id.request_id._goods_came_back(back)
        return done

    def _action_cancel(self):
        result = super()._action_cancel()
        # what came back is settled, though the rest does not come
        self.sudo().return_line_id.request_id._go_on()
        return result

    # ------------------------------------------------------------------ what may come back

    def _coming_back(self):
        """Those of the moves that bring goods of customers back, in a company that wants a request."""
        enabled = self.env["res.company"]._order_flow_company_ids()
        if not enabled:
            return self.browse()
        moves = self.sudo().filtered(
            lambda move: move.company_id.id in enabled and move.company_id.return_needs_request
        )
        places = moves.location_id | moves.move_line_ids.location_id | moves.location_dest_id
        outside = places.filtered(lambda location: location._is_outgoing())
        undone = moves.origin_returned_move_id._leaving_customers()
        return moves.filtered(
            lambda move: (
                move.location_dest_id not in outside
                and (move.location_id in outside or move.move_line_ids.location_id & outside)
                or move.origin_returned_move_id in undone
            )
        )

    def _release_reasons(self, leaving=None):
        """Goods come back by request as they leave by notice: the same doors ask for both (F17)."""
        reasons = super()._release_reasons(leaving)
        back = self._coming_back()
        if leaving:
            back = back.filtered(lambda move: move.state == "done" or leaving.get(move.id))
        return [*reasons, *back._return_reasons(leaving or {})] if back else reasons

    def _return_reasons(self, arriving):
        """Why goods may not come back.

        :param arriving: ``{move id: quantity about to arrive, in the unit of the move}``
        """
        asked = self.filtered("return_line_id")
        ordered = (self - asked).filtered(lambda move: move._order_line_of_goods())
        return [
            *asked._reasons_of_requests(arriving),
            *ordered._reasons_unasked(),
            *(self - asked - ordered)._reasons_of_customers_goods(),
        ]

    def _correction_reasons(self):
        asked = self._coming_back().filtered("return_line_id")
        return [*super()._correction_reasons(), *asked._reasons_of_requests({})]

    def _order_line_of_goods(self):
        self.ensure_one()
        return self.sale_line_id or self.origin_returned_move_id.sale_line_id

    def _reasons_unasked(self):
        return [
            self.env._(
                "%(picking)s brings goods of %(order)s back that no approved return request asks for. "
                "Have its salesperson ask for the return first.",
                picking=move.picking_id.name or move.display_name,
                order=order.name,
            )
            for move in self
            if (order := move._order_line_of_goods().order_id)._is_in_flow()
        ]

    def _reasons_of_requests(self, arriving):
        """More would have come back than the requests ask for."""
        total = defaultdict(float)
        for line, product, unit, quantity in self._read_group(
            Domain("return_line_id", "in", self.return_line_id.ids) & Domain("state", "=", "done"),
            ["return_line_id", "product_id", "product_uom"],
            ["quantity:sum"],
        ):
            total[line, product] += _in_unit_of(product, unit, quantity)
        for move in self:
            quantity = arriving.get(move.id, 0.0) if move.state != "done" else 0.0
            total[move.return_line_id, move.product_id] += _in_unit_of(
                move.product_id, move.product_uom, quantity
            )
        asked = {line: line._asked_parts() for line in self.return_line_id}
        return [
            self.env._(
                "%(request)s asks for only %(asked)s %(unit)s of %(product)s, but %(quantity)s would "
                "have come back. Take the others back with a request of their own.",
                request=line.request_id.name,
                asked=asked[line].get(product, 0.0),
                quantity=quantity,
                unit=product.uom_id.name,
                product=product.display_name,
            )
            for (line, product), quantity in total.items()
            if product.uom_id.compare(quantity, asked[line].get(product, 0.0)) > 0
        ]

    def _reasons_of_customers_goods(self):
        """Goods that the customer has from an order, brought by a transfer that names none."""
        reasons = []
        for partner, moves in self.grouped(
            lambda move: (move.picking_id.partner_id or move.partner_id).commercial_partner_id
        ).items():
            domain = (
                Domain("product_id", "in", moves.product_id.ids)
                & Domain("company_id", "in", moves.company_id.ids)
                & Domain("state", "=", "done")
                & Domain("location_dest_id.usage", "in", ("customer", "transit"))
                & Domain("sale_line_id.order_id.order_flow", "=", True)
            )
            if partner:
                domain &= Domain("sale_line_id.order_partner_id", "child_of", partner.id)
            newest = dict(self._read_group(domain, ["product_id"], ["id:max"]))
            reasons += [
                self.env._(
                    "%(picking)s brings %(product)s back, which left with %(order)s. Goods of orders "
                    "come back by return request: have the salesperson ask for it.",
                    picking=move.picking_id.name or move.display_name,
                    product=move.product_id.display_name,
                    order=self.browse(newest[move.product_id]).sale_line_id.order_id.name,
                )
                for move in moves
                if move.product_id in newest
            ]
        return reasons


def _in_unit_of(product, unit, quantity):
    return unit._compute_quantity(quantity, product.uom_id, rounding_method="HALF-UP")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    return_request_id = fields.Many2one(
        "sale.return.request",
        compute="_compute_return_request_id",
        store=True,
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any("return_request_id" in vals for vals in vals_list):
            raise self.env["stock.move"]._tied_by_request()
        entered = without_defaults(self, {"return_request_id"})
        return super(StockPicking, entered).create(vals_list)

    def write(self, vals):
        if "return_request_id" in vals and not self.env.su:
            raise self.env["stock.move"]._tied_by_request()
        return super().write(vals)

    @api.depends("move_ids.return_line_id")
    def _compute_return_request_id(self):
        for picking in self:
            picking.return_request_id = picking.sudo().move_ids.return_line_id.request_id[:1]


class AccountMove(models.Model):
    _inherit = "account.move"

    return_request_id = fields.Many2one(
        "sale.return.request", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_return_tie(vals)
        entered = without_defaults(self, {"return_request_id"})
        return super(AccountMove, entered).create(vals_list)

    def write(self, vals):
        self._check_return_tie(vals)
        return super().write(vals)

    @api.model
    def _check_return_tie(self, vals):
        if "return_request_id" in vals and not self.env.su:
            raise AccessError(
                self.env._(
                    "Credit notes are tied to a return request when its goods are back: nobody does it by "
                    "hand."
                )
            )


class SaleOrderLine(models.Model):
    """What came back for its money is neither sent again nor invoiced again (F17)."""

    _inherit = "sale.order.line"

    refunded_quantity = fields.Float(
        compute="_compute_refunded_quantity",
        store=True,
        copy=False,
        digits="Product Unit",
        string="Returned for Credit",
    )

    @api.depends("move_ids.state", "move_ids.quantity", "move_ids.return_line_id")
    def _compute_refunded_quantity(self):
        if not self.env["res.company"]._order_flow_company_ids():
            self.refunded_quantity = 0.0
            return
        back = self._origin.sudo()._moved_quantities(
            Domain("return_line_id.request_id.kind", "=", "return")
        )
        for line in self:
            line.refunded_quantity = back.get(line._origin.id, 0.0)

    def _unnoticed_quantities(self, noticed=None):
        left = super()._unnoticed_quantities(noticed)
        for line in self.filtered(lambda line: line.id in left and line.refunded_quantity):
            left[line.id] = max(left[line.id] - line.refunded_quantity, 0.0)
        return left

    @api.depends("refunded_quantity")
    def _compute_qty_to_invoice(self):
        result = super()._compute_qty_to_invoice()
        for line in self.filtered("refunded_quantity"):
            if line.state == "sale" and line.product_id.invoice_policy == "order":
                line.qty_to_invoice -= line.refunded_quantity
        return result

    @api.depends("refunded_quantity")
    def _compute_invoice_status(self):
        result = super()._compute_invoice_status()
        for line in self.filtered("refunded_quantity"):
            due = line.product_uom_qty - line.refunded_quantity
            if (
                line.invoice_status == "no"
                and line.product_uom_id.compare(line.qty_invoiced, due) >= 0
            ):
                line.invoice_status = "invoiced"
        return result


class SaleOrder(models.Model):
    _inherit = "sale.order"

    return_request_ids = fields.One2many(
        "sale.return.request",
        "order_id",
        string="Return Requests",
        copy=False,
        groups="sale_order_flow.group_flow_user,stock.group_stock_user",
    )
    return_request_count = fields.Integer(compute="_compute_return_request_count")

    @api.depends("return_request_ids")
    def _compute_return_request_count(self):
        counts = self._flow_count_of("sale.return.request")
        for order in self:
            order.return_request_count = counts.get(order._origin.id, 0)

    def action_request_return(self):
        """Open a new return request of this order (F17).

        :raise UserError: when nothing of it was shipped, or all of it came back
        :return: window action of the request
        """
        self.ensure_one()
        if not any(
            line._needs_delivery() and line.qty_delivered > 0 for line in self.sudo().order_line
        ):
            raise UserError(
                self.env._(
                    "Nothing of %s is with the customer, so nothing can come back. Before shipment, ask "
                    "for a change instead.",
                    self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return or Exchange"),
            "res_model": "sale.return.request",
            "views": [(False, "form")],
            "target": "current",
            "context": {"default_order_id": self.id},
        }

    def action_view_return_requests(self):
        """Open the return requests of this order."""
        return self.return_request_ids._get_records_action(name=self.env._("Return Requests"))
