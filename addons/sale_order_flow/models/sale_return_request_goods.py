from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

PROGRESS = [
    ("receiving", "Goods to Come Back"),
    ("inspecting", "To Inspect"),
    ("crediting", "To Credit"),
    ("replacing", "To Replace"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class SaleReturnRequest(models.Model):
    """From the return transfer over the inspection to credit note or replacement (F17)."""

    _inherit = "sale.return.request"

    progress = fields.Selection(
        PROGRESS, compute="_compute_progress", store=True, index="btree_not_null"
    )
    picking_ids = fields.One2many(
        "stock.picking", "return_request_id", string="Return Transfers", readonly=True, copy=False
    )
    inspection_ids = fields.One2many(
        "goods.inspection", "return_request_id", string="Inspections", readonly=True, copy=False
    )
    refund_ids = fields.One2many(
        "account.move", "return_request_id", string="Credit Notes", readonly=True, copy=False
    )

    # ------------------------------------------------------------------ how far it is

    @api.depends(
        "state",
        "kind",
        "picking_ids.state",
        "inspection_ids.state",
        "refund_ids.state",
        "line_ids.order_line_id.qty_delivered",
        "line_ids.order_line_id.product_uom_qty",
    )
    def _compute_progress(self):
        for request in self:
            request.progress = request.sudo()._progress_now()

    def _progress_now(self):
        if self.state != "approved":
            return "cancelled" if self.state == "cancelled" else False
        states = set(self.picking_ids.mapped("state"))
        if states - {"done", "cancel"} or not states:
            return "receiving"
        if "done" not in states:
            return "cancelled"
        if "todo" in self.inspection_ids.mapped("state"):
            return "inspecting"
        if self.kind == "exchange":
            return "replacing" if self._lines_to_replace() else "done"
        if "draft" in self.refund_ids.mapped("state"):
            return "crediting"
        return "done"

    def _lines_to_replace(self):
        return self.line_ids.filtered("quantity").order_line_id.filtered(
            lambda line: line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) < 0
        )

    # ------------------------------------------------------------------ the warehouse

    def _create_return_transfers(self):
        """Odoo's return of the transfers that brought the goods, the newest first."""
        self.ensure_one()
        wanted = defaultdict(lambda: defaultdict(float))
        lines = {}
        for line in self.line_ids.filtered("quantity"):
            for move, quantity in line._moves_to_return():
                wanted[move.picking_id][move] += quantity
                lines[move] = line
        for picking, quantities in wanted.items():
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            rows = wizard.product_return_moves
            inspected = self._inspected_products(rows.product_id, self.company_id)
            for row in rows:
                row.quantity = quantities.get(row.move_id, 0.0)
                row.waits_for_inspection = row.product_id in inspected
            returned = wizard._create_return()
            for move in returned.move_ids:
                move._tie_to_return(lines[move.origin_returned_move_id])

    @api.model
    def _inspected_products(self, products, company):
        """Those of the products that somebody looks at when they come back."""
        policies = self.env["sale.return.policy"]._of_products(products, company)
        return products.filtered(lambda product: not policies[product] or policies[product].inspect)

    def _goods_came_back(self, moves):
        """Have what came back looked at; where nobody has to, go on (F17).

        :param moves: done ``stock.move`` of these requests
        """
        wanted = []
        for company, group in moves.grouped("company_id").items():
            inspected = self._inspected_products(group.product_id, company)
            points = self.env["goods.inspection.point"]._in_force("returned", company)
            for move in group:
                place = move.picking_type_id.warehouse_id.return_location_id
                if move.product_id not in inspected and move.location_dest_id != place:
                    continue
                partner = move.sale_line_id.order_id.partner_id
                for lot, rows in move.move_line_ids.grouped("lot_id").items():
                    values = {
                        "direction": "returned",
                        "company_id": company.id,
                        "product_id": move.product_id.id,
                        "lot_id": lot.id,
                        "partner_id": partner.id,
                        "picking_id": move.picking_id.id,
                        "order_line_id": move.sale_line_id.id,
                        "return_request_id": move.return_line_id.request_id.id,
                        "quantity": sum(rows.mapped("quantity_product_uom")),
                    }
                    wanted.append((values, points._for_goods(move.product_id, partner)))
        self.env["goods.inspection"]._make(wanted)
        self._go_on()

    def _go_on(self):
        """Draft the credit note once all goods are back and looked at; the assistant replaces."""
        for request in self.sudo():
            if request.progress in ("receiving", "inspecting", "cancelled") or request.refund_ids:
                continue
            if request.kind == "return":
                request._draft_credit_note()
            request.order_id._flow_changed()

    # ------------------------------------------------------------------ the money

    def _draft_credit_note(self):
        """A draft for what was invoiced and is accepted; finance posts it."""
        self.ensure_one()
        lines, rows = self.line_ids.filtered("quantity"), []
        came = lines._came_back()
        for line in lines:
            quantity = line._to_credit(came.get(line.id, 0.0))
            if line.product_uom_id.compare(quantity, 0.0) > 0:
                values = line.order_line_id._prepare_invoice_line(quantity=quantity)
                rows.append(Command.create(values))
        if not rows:
            return
        values = {
            **self.order_id._prepare_invoice(),
            "move_type": "out_refund",
            "ref": self.name,
            "invoice_origin": f"{self.order_id.name}, {self.name}",
            "invoice_line_ids": rows,
            "return_request_id": self.id,
        }
        note = self.env["account.move"].create(values)
        finance = self.env["approval.role"]._people("finance", self.company_id)
        self.message_post(
            body=self.env._(
                "The goods of %(request)s are back: a credit note of %(amount)s is drafted.",
                request=self.name,
                amount=note.currency_id.format(note.amount_total),
            ),
            partner_ids=(finance | self.user_id).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    # ------------------------------------------------------------------ actions

    def action_view_return_pickings(self):
        """Open the transfers by which the goods come back."""
        return self.picking_ids._get_records_action(name=self.env._("Return Transfers"))

    def action_view_return_inspections(self):
        """Open the inspections of what came back."""
        return self.inspection_ids._get_records_action(name=self.env._("Inspections"))

    def action_view_refunds(self):
        """Open the credit notes of the return."""
        return self.refund_ids._get_records_action(name=self.env._("Credit Notes"))


class SaleReturnRequestLine(models.Model):
    _inherit = "sale.return.request.line"

    def _moves_to_return(self):
        """Which moves the goods come back from, the newest first.

        :return: list of ``(move, quantity in its unit)``; of a kit, its components
        """
        self.ensure_one()
        line = self.order_line_id
        shipped = line.move_ids.filtered(
            lambda move: move.state == "done" and move.picking_id
        )._leaving_customers()
        found = []
        for product, left in self._asked_parts().items():
            for move in shipped.sorted("id", reverse=True):
                if move.product_id != product or product.uom_id.compare(left, 0.0) <= 0:
                    continue
                back = move.returned_move_ids.filtered(lambda back: back.state != "cancel")
                free = _in_product_unit(move) - sum(_in_product_unit(row) for row in back)
                taken = min(left, free)
                if product.uom_id.compare(taken, 0.0) <= 0:
                    continue
                left -= taken
                found.append(
                    (move, product.uom_id._compute_quantity(taken, move.product_uom, round=False))
                )
            if product.uom_id.compare(left, 0.0) > 0:
                raise UserError(
                    self.env._(
                        "%(request)s: not all of %(product)s can be returned from the transfers of "
                        "%(order)s, as part of it comes back by another transfer.",
                        request=self.request_id.name,
                        product=product.display_name,
                        order=line.order_id.name,
                    )
                )
        return found

    def _asked_parts(self):
        """``{product: quantity in its unit}`` that comes back; of a kit, its components."""
        self.ensure_one()
        line = self.order_line_id
        parts = line._parts_per_unit() or {
            line.product_id: line.product_uom_id._compute_quantity(
                1.0, line.product_id.uom_id, round=False
            )
        }
        return {
            product: product.uom_id.round(needed * self.quantity, rounding_method="HALF-UP")
            for product, needed in parts.items()
        }

    def _to_credit(self, came):
        """What of the line is credited: invoiced, come back, and accepted unless it was our fault.

        :param came: how much of it came back, in the unit of the order line
        """
        self.ensure_one()
        line = self.order_line_id
        inspections = self.request_id.inspection_ids.filtered(
            lambda row: row.order_line_id == line and row.product_id == line.product_id
        )
        if not self.request_id._is_our_fault():
            rejected = sum(inspections.mapped("rejected_quantity"))
            came -= line.product_id.uom_id._compute_quantity(rejected, line.product_uom_id)
        too_much = max(line.qty_invoiced_posted - max(self._due(line), 0.0), 0.0)
        return min(came, too_much)

    @staticmethod
    def _due(line):
        """What the customer owes of the line after the return."""
        ordered = line.product_uom_qty - line.refunded_quantity
        return ordered if line.product_id.invoice_policy == "order" else line.qty_delivered


def _in_product_unit(move):
    """What a move brought, or is still to bring, in the unit of the product."""
    quantity = move.quantity if move.state == "done" else move.product_uom_qty
    return move.product_uom._compute_quantity(
        quantity, move.product_id.uom_id, rounding_method="HALF-UP"
    )
