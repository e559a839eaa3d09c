from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    shipping_arranged = fields.Boolean(related="company_id.shipping_arranged", readonly=False)
    vehicle_notice_days = fields.Integer(related="company_id.vehicle_notice_days", readonly=False)
    receipt_needed = fields.Boolean(related="company_id.receipt_needed", readonly=False)
    receipt_follow_days = fields.Integer(related="company_id.receipt_follow_days", readonly=False)
