from odoo import fields, models


class StockingSupplyLine(models.TransientModel):
    _inherit = "stocking.supply.line"

    from_production = fields.Float(digits="Product Unit")
    bom_id = fields.Many2one("mrp.bom", string="Bill of Materials", readonly=True)

    def _parts(self):
        return {**super()._parts(), "production": self.from_production}

    def _provide(self, allocations):
        """S3: real productions, confirmed by production as quotations are by purchasing."""
        made = allocations.filtered(lambda row: row.source == "production").shortage_id
        if made:
            made.sudo()._make_productions()
        return super()._provide(allocations)
