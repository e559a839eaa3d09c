from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.sale_order_flow.models.goods_inspection import GoodsInspection as Inspection


class GoodsInspection(models.Model):
    """Received goods wait in the inspection location until they were accepted (S10).

    What is accepted moves to stock, what is rejected goes back to the vendor or to scrap, each
    with Odoo's own documents.
    """

    _inherit = "goods.inspection"

    _stamped = Inspection._stamped | {"receipt_move_id", "move_ids", "return_picking_id"}

    receipt_move_id = fields.Many2one("stock.move", readonly=True, index="btree_not_null")
    move_ids = fields.One2many(
        "stock.move",
        "goods_inspection_id",
        string="Moves",
        readonly=True,
        groups="stock.group_stock_user",
    )
    return_picking_id = fields.Many2one("stock.picking", readonly=True, string="Return to Vendor")

    @api.model
    def _selection_disposal(self):
        return [*super()._selection_disposal(), ("return", self.env._("Return to Vendor"))]

    # ------------------------------------------------------------------ making them

    @api.model
    def _ensure_incoming(self, moves):
        """Ask for the inspection of goods that arrived in an inspection location.

        :param moves: done ``stock.move`` that brought them there
        :return: the new inspections, one a move and lot
        """
        wanted = []
        for company, group in moves.grouped("company_id").items():
            points = self.env["goods.inspection.point"]._in_force("incoming", company)
            for move in group:
                partner = move._vendor_of_goods()
                asked = points._for_goods(move.product_id, partner)
                for lot, lines in move.move_line_ids.grouped("lot_id").items():
                    values = {
                        "direction": "incoming",
                        "company_id": company.id,
                        "product_id": move.product_id.id,
                        "lot_id": lot.id,
                        "partner_id": partner.id,
                        "picking_id": move.picking_id.id,
                        "receipt_move_id": move.id,
                        "quantity": sum(lines.mapped("quantity_product_uom")),
                    }
                    wanted.append((values, asked))
        return self._make(wanted)

    # ------------------------------------------------------------------ deciding

    def _check_complete(self):
        result = super()._check_complete()
        if self.disposal == "return" and self.direction != "incoming":
            raise UserError(
                self.env._(
                    "%s: these goods were not received from a vendor here. Choose rework or scrap.",
                    self.name,
                )
            )
        return result

    def _record(self):
        """What is accepted leaves the inspection location for the stock at once."""
        result = super()._record()
        if self.direction == "incoming" and not self.product_uom_id.is_zero(self.accepted_quantity):
            self.sudo()._put_into_stock()
        return result

    def _put_into_stock(self):
        store = self._store_move()
        store._do_unreserve()
        quantity = self.accepted_quantity
        accepted = store
        if self.product_uom_id.compare(quantity, store.product_qty) < 0:
            accepted = store.create(store._split(quantity))
            accepted._action_confirm(merge=False)
        accepted.goods_inspection_id = self
        accepted._do_unreserve()
        location = accepted.location_id
        taken = accepted._update_reserved_quantity(
            quantity, location, lot_id=self.lot_id or None, strict=bool(self.lot_id)
        )
        if self.product_uom_id.compare(taken, quantity) < 0:
            raise UserError(
                self.env._(
                    "%(inspection)s: %(taken)s of %(quantity)s %(unit)s of %(product)s are left in "
                    "%(location)s. Count the goods there first.",
                    inspection=self.name,
                    taken=taken,
                    quantity=quantity,
                    unit=self.product_uom_id.name,
                    product=self.product_id.display_name,
                    location=location.display_name,
                )
            )
        accepted.picked = True
        accepted._action_done()

    def _store_move(self):
        """The open move that takes the goods of the receipt to the stock.

        Where a count or another reservation broke the link with the receipt, one of the same goods.
        """
        place = self.receipt_move_id.location_dest_id

        def is_store(move):
            return (
                move.location_id == place
                and move.state not in ("draft", "done", "cancel")
                and not move.origin_returned_move_id
            )

        moves = self.receipt_move_id.move_dest_ids.filtered(is_store)
        if not moves:
            moves = moves.search(
                [
                    ("location_id", "=", place.id),
                    ("product_id", "=", self.product_id.id),
                    ("rule_id.route_id", "=", place.warehouse_id.inspection_route_id.id),
                    ("state", "not in", ("draft", "done", "cancel")),
                ]
            ).filtered(is_store)
        if not moves:
            raise UserError(
                self.env._(
                    "%(inspection)s: the transfer that takes %(product)s to the stock was cancelled. "
                    "Choose what happens with all of the goods: accept none.",
                    inspection=self.name,
                    product=self.product_id.display_name,
                )
            )
        return moves[:1]

    def _dispose(self):
        # before the goods leave: they are not reserved for the stock any more
        if self.direction == "incoming" and self.disposal != "rework":
            self.sudo()._store_less()
        super()._dispose()
        if self.direction != "incoming":
            return
        if self.disposal == "return":
            self.sudo()._return_to_vendor()
        elif self.disposal == "rework":
            self._inspect_again()

    def _inspect_again(self):
        """What was reworked is inspected where it is, with the points it was asked before."""
        values = {
            "direction": "incoming",
            "receipt_move_id": self.receipt_move_id.id,
            "quantity": self.rejected_quantity,
            **{
                name: self[name].id
                for name in ("company_id", "product_id", "lot_id", "partner_id", "picking_id")
            },
        }
        self._make([(values, self.result_ids.point_id.sudo())])

    def _store_less(self):
        """Rejected goods do not go to the stock any more."""
        store = self._store_move()
        store._do_unreserve()
        left = store.product_qty - self.rejected_quantity
        if self.product_uom_id.compare(left, 0.0) <= 0:
            store.propagate_cancel = False
            store._action_cancel()
        else:
            store.product_uom_qty = self.product_uom_id._compute_quantity(left, store.product_uom)

    def _carry_out_scrap(self, scrap):
        """Where scrapping is decided on (S8), the warehouse submits the order that is prepared."""
        if reasons := scrap._approval_reasons("scrap")[scrap.id]:
            self.message_post(
                body=self.env._(
                    "The scrap order is prepared and not carried out: %s", " ".join(reasons)
                ),
                subtype_xmlid="mail.mt_note",
            )
            return
        super()._carry_out_scrap(scrap)

    def _return_to_vendor(self):
        """Odoo's return of the receipt, reserved; the warehouse sends it off."""
        receipt = self.receipt_move_id
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=receipt.picking_id.id, active_model="stock.picking")
            .create({})
        )
        line = wizard.product_return_moves.filtered(lambda line: line.move_id == receipt)
        line.quantity = self.product_uom_id._compute_quantity(
            self.rejected_quantity, receipt.product_uom
        )
        picking = wizard._create_return()
        move = picking.move_ids
        move.goods_inspection_id = self
        if self.lot_id:
            move._do_unreserve()
            move._update_reserved_quantity(
                self.rejected_quantity, move.location_id, lot_id=self.lot_id
            )
        self._stamp({"return_picking_id": picking.id})

    def _is_needed(self):
        return self.direction == "incoming" or super()._is_needed()

    def _location_of_goods(self):
        if self.direction == "incoming":
            return self.sudo().receipt_move_id.location_dest_id
        return super()._location_of_goods()

    # ------------------------------------------------------------------ what may leave

    def _may_leave(self):
        """How much of the goods may leave the inspection location, by where it goes.

        :return: ``(to the stock, elsewhere)`` in the product's unit
        """
        self.ensure_one()
        if self.state in ("todo", "cancelled"):
            return 0.0, 0.0
        away = self.rejected_quantity if self.disposal in ("return", "scrap") else 0.0
        return self.accepted_quantity, away

    def _check_may_leave(self, quantity, to_stock):
        """No more of the inspected goods leaves than was decided.

        :param quantity: about to leave, in the product's unit
        :param to_stock: whether it goes to the stock, or back or to scrap
        """
        gone = sum(
            line.quantity_product_uom
            for line in (self.move_ids | self.scrap_ids.move_ids).move_line_ids
            if line.state == "done" and (line.location_dest_id.usage == "internal") == to_stock
        )
        limit = self._may_leave()[0 if to_stock else 1]
        if self.product_uom_id.compare(gone + quantity, limit) > 0:
            raise UserError(
                self.env._(
                    "%(inspection)s: of %(product)s %(quantity)s %(unit)s would leave the inspection, but "
                    "%(limit)s were decided on.",
                    inspection=self.name,
                    product=self.product_id.display_name,
                    quantity=gone + quantity,
                    unit=self.product_uom_id.name,
                    limit=limit,
                )
            )
