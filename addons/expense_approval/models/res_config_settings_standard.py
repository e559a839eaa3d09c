from odoo import fields, models


class ResConfigSettingsStandard(models.TransientModel):
    _inherit = "res.config.settings"

    over_standard_policy = fields.Selection(
        related="company_id.over_standard_policy", readonly=False
    )
