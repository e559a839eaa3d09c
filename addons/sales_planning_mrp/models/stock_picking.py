from odoo import models


class StockPicking(models.Model):
    """Whoever orders subcontracted goods needs no rights in production (P5, D11 五)."""

    _inherit = "stock.picking"

    def _subcontracted_produce(self, subcontract_details):
        if not self.company_id.planning_enabled:
            return super()._subcontracted_produce(subcontract_details)
        # Odoo makes the production of the subcontractor with the rights of the buyer
        details_sudo = [(move.sudo(), bom.sudo()) for move, bom in subcontract_details]
        return super(StockPicking, self.sudo())._subcontracted_produce(details_sudo)
