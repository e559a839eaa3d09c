from odoo import Command, api, fields, models


class GoodsInspectionPoint(models.Model):
    _inherit = "goods.inspection.point"

    @api.model
    def _selection_direction(self):
        return [*super()._selection_direction(), ("returned", self.env._("At Return"))]


class GoodsInspection(models.Model):
    """Goods that came back from a customer are looked at before they are credited or replaced (F17)."""

    _inherit = "goods.inspection"

    return_request_id = fields.Many2one(
        "sale.return.request", readonly=True, index="btree_not_null"
    )

    def _location_of_goods(self):
        if self.direction == "returned":
            return (
                self._moves_back().location_dest_id[:1] or self.sudo().picking_id.location_dest_id
            )
        return super()._location_of_goods()

    def _moves_back(self):
        """The moves that brought the goods, as superuser."""
        self.ensure_one()
        return self.sudo().picking_id.move_ids.filtered(
            lambda move: (
                move.product_id == self.product_id and move.sale_line_id == self.order_line_id
            )
        )

    def _is_needed(self):
        return self.direction == "returned" or super()._is_needed()

    def _record(self):
        result = super()._record()
        if self.return_request_id:
            self._free_accepted()
            self.return_request_id.sudo()._go_on()
        return result

    def _free_accepted(self):
        """What was accepted leaves the place of inspection: from now on orders may have it."""
        warehouse = self.sudo().picking_id.picking_type_id.warehouse_id
        place = self._location_of_goods()
        if not place or place != warehouse.return_location_id:
            return
        product, lot = self.product_id.sudo(), self.lot_id.sudo()
        there = self.env["stock.quant"].sudo()._get_available_quantity(product, place, lot_id=lot)
        quantity = min(self.accepted_quantity, there)
        if product.uom_id.compare(quantity, 0.0) <= 0:
            return
        places = {"location_id": place.id, "location_dest_id": warehouse.lot_stock_id.id}
        goods = {"product_id": product.id, "company_id": self.company_id.id, **places}
        move = (
            self.env["stock.move"]
            .sudo()
            .create(
                {
                    **goods,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": quantity,
                    "origin": self.name,
                    "move_line_ids": [
                        Command.create(
                            {
                                **goods,
                                "product_uom_id": product.uom_id.id,
                                "quantity": quantity,
                                "lot_id": lot.id,
                            }
                        )
                    ],
                }
            )
        )
        move._action_confirm(merge=False)
        move.picked = True
        move._action_done()

    def _tell(self):
        if self.direction != "returned":
            return super()._tell()
        request = self.return_request_id.sudo()
        return request.message_post(
            body=self.env._(
                "%(inspection)s: %(accepted)s of %(quantity)s %(unit)s of %(product)s were accepted. "
                "%(remark)s",
                inspection=self.name,
                accepted=self.accepted_quantity,
                quantity=self.quantity,
                unit=self.product_uom_id.name,
                product=self.product_id.display_name,
                remark=self.remark or "",
            ),
            partner_ids=request.user_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
