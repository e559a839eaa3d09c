from odoo import models
from odoo.exceptions import AccessError, UserError

_NOTED = "sale_order_flow.shipped"


class StockMove(models.Model):
    """The release gate at its last door: no more ships than delivery notices allow (F10, A10)."""

    _inherit = "stock.move"

    def write(self, vals):
        if "sale_line_id" in vals:
            for move in self.filtered("sale_line_id.order_id.in_order_flow"):
                if move.sale_line_id.id != vals["sale_line_id"]:
                    raise AccessError(self.env._(
                        "%(document)s delivers %(order)s and cannot be taken off that order.",
                        document=move.picking_id.name or move.product_id.display_name,
                        order=move.sale_line_id.order_id.name,
                    ))
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves.sale_line_id._check_shipped_within_notices()
        return moves

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any("state" in vals or "quantity" in vals for vals in vals_list):
            self._note_shipped(
                move.id for move, vals in zip(self, vals_list, strict=True)
                if vals.get("state") == "done" or "quantity" in vals
            )
        return result

    def _create(self, data_list):
        moves = super()._create(data_list)
        self._note_shipped(
            move.id for move, data in zip(moves, data_list, strict=True)
            if data["stored"].get("state") == "done"
        )
        return moves

    def _note_shipped(self, ids):
        """Whatever became done is compared with the notices when the transaction is flushed."""
        ids = set(ids)
        if not ids:
            return
        precommit = self.env.cr.precommit
        if _NOTED not in precommit.data:
            precommit.data[_NOTED] = set()
            precommit.add(self.env(su=True)["stock.move"]._judge_shipped)
        precommit.data[_NOTED].update(ids)

    def _judge_shipped(self):
        ids = self.env.cr.precommit.data.pop(_NOTED, ())
        moves = self.env["stock.move"].sudo().browse(ids).exists()
        moves.sale_line_id._check_shipped_within_notices()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _check_shipped_within_notices(self):
        """Refuse deliveries beyond the issued notices, whatever did them (F10).

        :raise UserError: naming order, product and quantities
        """
        lines = self.sudo().filtered("order_id.in_order_flow")
        if not lines:
            return
        shipped = lines._shipped_quantities()
        for line in lines:
            if line.product_uom_id.compare(shipped.get(line.id, 0.0), line.noticed_quantity) > 0:
                raise UserError(self.env._(
                    "%(order)s: %(shipped)s %(unit)s of %(product)s would be shipped, but the delivery "
                    "notices of the sales assistant allow %(noticed)s. Ask the assistant for a delivery "
                    "notice, or ship only what is noticed.", order=line.order_id.name,
                    product=line.product_id.display_name, shipped=shipped.get(line.id, 0.0),
                    noticed=line.noticed_quantity, unit=line.product_uom_id.name,
                ))

    def _shipped_quantities(self):
        """``{line id: quantity at the customer's, returns taken off}``, in the line's unit."""
        groups = self.env["stock.move"].sudo()._read_group(
            [("sale_line_id", "in", self.ids), ("state", "=", "done"),
             "|", ("location_dest_usage", "=", "customer"), ("location_usage", "=", "customer")],
            ["sale_line_id", "product_uom", "location_dest_usage"], ["quantity:sum"],
        )
        shipped = {}
        for line, unit, usage, quantity in groups:
            sign = 1 if usage == "customer" else -1
            amount = sign * unit._compute_quantity(quantity, line.product_uom_id)
            shipped[line.id] = shipped.get(line.id, 0.0) + amount
        return shipped
