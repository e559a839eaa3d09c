from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    planning_enabled = fields.Boolean(related="company_id.planning_enabled", readonly=False)
