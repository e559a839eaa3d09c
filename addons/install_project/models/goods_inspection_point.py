from odoo import api, models


class GoodsInspectionPoint(models.Model):
    """Inspection points ask on acceptance, too, what is looked at with the customer (I6)."""

    _inherit = "goods.inspection.point"

    @api.model
    def _selection_direction(self):
        return [*super()._selection_direction(), ("installation", self.env._("On Acceptance"))]
