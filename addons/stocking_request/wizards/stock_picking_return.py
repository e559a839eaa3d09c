from odoo import models


class StockReturnPickingLine(models.TransientModel):
    _inherit = "stock.return.picking.line"

    def _prepare_move_default_values(self, new_picking):
        """Goods that wait for their inspection go back from where they are (S10)."""
        values = super()._prepare_move_default_values(new_picking)
        place = self.move_id.location_dest_id
        if place.id in self.env["stock.location"]._inspection_location_ids():
            values["location_id"] = place.id
        return values
