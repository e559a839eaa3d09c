from odoo import fields, models


class StockReturnPickingLine(models.TransientModel):
    """Goods that somebody looks at come back to the place where they wait for it (F17)."""

    _inherit = "stock.return.picking.line"

    waits_for_inspection = fields.Boolean()

    def _prepare_move_default_values(self, new_picking):
        values = super()._prepare_move_default_values(new_picking)
        warehouse = new_picking.picking_type_id.warehouse_id if new_picking else None
        if self.waits_for_inspection and warehouse:
            values["location_dest_id"] = warehouse._return_location().id
        return values
