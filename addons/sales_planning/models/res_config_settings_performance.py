from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    performance_self_days = fields.Integer(
        related="company_id.performance_self_days", readonly=False
    )
    improvement_escalate_days = fields.Integer(
        related="company_id.improvement_escalate_days", readonly=False
    )
