from odoo import api, fields, models


class GoodsInspectionPoint(models.Model):
    """Points for goods that arrive from a supplier (S10)."""

    _inherit = "goods.inspection.point"

    vendor_ids = fields.Many2many(
        "res.partner",
        string="Vendors",
        help="Only goods of these vendors are inspected. Empty: of all vendors.",
    )

    @api.model
    def _selection_direction(self):
        return [*super()._selection_direction(), ("incoming", self.env._("At Receipt"))]

    def _asks_for(self, product, category_ids, partner):
        asked = super()._asks_for(product, category_ids, partner)
        vendors = self.vendor_ids.commercial_partner_id
        return asked and (
            self.direction != "incoming" or not vendors or partner.commercial_partner_id in vendors
        )
