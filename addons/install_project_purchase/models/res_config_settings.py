from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    install_service_id = fields.Many2one(related="company_id.install_service_id", readonly=False)
