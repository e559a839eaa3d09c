from odoo import api, models


class ShippingArrangement(models.Model):
    """Carrier and tracking as Odoo's own delivery methods know them (F14)."""

    _inherit = "shipping.arrangement"

    @api.depends("picking_ids.carrier_id", "picking_ids.carrier_tracking_ref")
    def _compute_tracking(self):
        return super()._compute_tracking()

    def _tracking(self):
        reference, url = super()._tracking()
        pickings = self.sudo().picking_ids.filtered("carrier_tracking_ref")
        if reference or not pickings:
            return reference, url
        references = ", ".join(dict.fromkeys(pickings.mapped("carrier_tracking_ref")))
        return references, url or pickings[0].carrier_tracking_url

    def _has_carrier(self):
        return super()._has_carrier() or bool(self.sudo().picking_ids.carrier_id)
