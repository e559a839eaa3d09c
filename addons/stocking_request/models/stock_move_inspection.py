from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

# what takes goods elsewhere, or more of them, when it is changed on a line that was done
_MOVES_ON = frozenset(
    {"location_id", "location_dest_id", "quantity", "product_id", "product_uom_id"}
    | {"lot_id", "quant_id", "package_id", "result_package_id", "owner_id", "move_id"}
)


class StockMove(models.Model):
    """Received goods that ask for it pass through the inspection location (S10)."""

    _inherit = "stock.move"

    goods_inspection_id = fields.Many2one(
        "goods.inspection", readonly=True, copy=False, index="btree_not_null"
    )

    def _action_done(self, cancel_backorder=False):
        points = self.env["goods.inspection.point"].sudo()
        enabled = set(points.search([("direction", "=", "incoming")]).company_id.ids)
        if not enabled:
            return super()._action_done(cancel_backorder=cancel_backorder)
        gated = self.filtered(
            lambda move: move.company_id.id in enabled and move.state not in ("done", "cancel")
        )
        gated._check_leaves_inspection()
        gated.sudo()._send_to_inspection()
        done = super()._action_done(cancel_backorder=cancel_backorder)
        places = self.env["stock.location"]._inspection_location_ids()
        arrived = done.sudo().filtered(
            lambda move: (
                move.state == "done"
                and move.location_id.usage == "supplier"
                and move.location_dest_id.id in places
            )
        )
        if arrived:
            self.env["goods.inspection"]._ensure_incoming(arrived)
        return done

    # ------------------------------------------------------------------ arriving

    def _vendor_of_goods(self):
        """Who the goods come from; may be empty."""
        self.ensure_one()
        return self.purchase_line_id.order_id.partner_id or self.picking_id.partner_id

    def _send_to_inspection(self):
        """What arrives from a vendor and has points goes to the inspection location."""
        places = self.env["stock.location"]._inspection_location_ids()
        received = self.filtered(
            lambda move: (
                move.location_id.usage == "supplier"
                and move.location_dest_id.usage == "internal"
                and move.location_dest_id.warehouse_id
                and move.location_dest_id.id not in places
            )
        )
        for company, group in received.grouped("company_id").items():
            points = self.env["goods.inspection.point"]._in_force("incoming", company)
            for move in group:
                if points._for_goods(move.product_id, move._vendor_of_goods()):
                    move._redirect_to_inspection()

    def _redirect_to_inspection(self):
        warehouse = self.location_dest_id.warehouse_id
        route = warehouse._inspection_route()
        location = warehouse.sudo().inspection_location_id
        self.write(
            {
                "location_final_id": self.location_dest_id.id,
                "location_dest_id": location.id,
                "route_ids": [fields.Command.link(route.id)],
            }
        )
        self.move_line_ids.location_dest_id = location

    # ------------------------------------------------------------------ leaving

    def _check_leaves_inspection(self):
        """Out of the inspection location go goods that were decided on, as was decided.

        :raise UserError: naming goods and location
        """
        places = self.env["stock.location"]._inspection_location_ids()
        out = self.sudo().filtered(lambda move: not move.is_inventory)
        leaving, others = defaultdict(float), self.browse()
        for line in out.move_line_ids:
            target = line.location_dest_id
            if line.location_id.id not in places or target.id in places:
                continue
            inspection = line.move_id._inspection_decided()
            if inspection.product_id != line.product_id:
                others |= line.move_id
            leaving[inspection, target.usage == "internal"] += line.quantity_product_uom
        for move in others:
            raise UserError(
                self.env._(
                    "%(product)s in %(location)s waits for its inspection: the quality department "
                    "decides first, and moves it.",
                    product=move.product_id.display_name,
                    location=move.location_id.display_name,
                )
            )
        for (inspection, to_stock), quantity in leaving.items():
            inspection._check_may_leave(quantity, to_stock)

    def _inspection_decided(self):
        self.ensure_one()
        return self.goods_inspection_id or self.scrap_id.goods_inspection_id


class StockMoveLine(models.Model):
    """What was received for inspection is not moved on by editing the receipt (S10)."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_stays_inspected()
        return lines

    def write(self, vals):
        if _MOVES_ON.isdisjoint(vals):
            return super().write(vals)
        self._check_stays_inspected()
        result = super().write(vals)
        self._check_stays_inspected()
        return result

    def _check_stays_inspected(self):
        """:raise UserError: for lines that were done and bring goods to, or out of, an inspection"""
        done = self.sudo().filtered(
            lambda line: line.move_id.state == "done" and not line.move_id.is_inventory
        )
        if not done:
            return
        places = self.env["stock.location"]._inspection_location_ids()
        for line in done:
            if not places.isdisjoint((line.location_id.id, line.location_dest_id.id)):
                raise UserError(
                    self.env._(
                        "%(product)s in %(document)s was received for inspection, or left it: that "
                        "stands. Count the goods where they are to correct the stock.",
                        product=line.product_id.display_name,
                        document=line.picking_id.name or line.move_id.display_name,
                    )
                )


class StockLocation(models.Model):
    _inherit = "stock.location"

    @api.model
    def _inspection_location_ids(self):
        """Ids of the locations in which goods wait for their inspection."""
        warehouses = (
            self.env["stock.warehouse"]
            .sudo()
            .with_context(active_test=False)
            .search([("inspection_location_id", "!=", False)])
        )
        if not warehouses:
            return frozenset()
        places = warehouses.inspection_location_id.ids
        return frozenset(self.sudo().search([("id", "child_of", places)]).ids)
