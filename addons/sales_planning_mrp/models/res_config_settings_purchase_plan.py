from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    plan_horizon_days = fields.Integer(related="company_id.plan_horizon_days", readonly=False)
    plan_shortage_days = fields.Integer(related="company_id.plan_shortage_days", readonly=False)
