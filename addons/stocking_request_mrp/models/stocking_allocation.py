from odoo import fields, models


class StockingAllocation(models.Model):
    _inherit = "stocking.allocation"

    source = fields.Selection(
        selection_add=[("production", "Production")], ondelete={"production": "cascade"}
    )
