from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stock_alerts = fields.Boolean(related="company_id.stock_alerts", readonly=False)
    stock_cover_days = fields.Integer(related="company_id.stock_cover_days", readonly=False)
    stock_slow_days = fields.Integer(related="company_id.stock_slow_days", readonly=False)
    stock_held_days = fields.Integer(related="company_id.stock_held_days", readonly=False)
