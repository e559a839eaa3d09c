from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    install_enabled = fields.Boolean(related="company_id.install_enabled", readonly=False)
    install_opens = fields.Selection(related="company_id.install_opens", readonly=False)
    install_warranty_months = fields.Integer(
        related="company_id.install_warranty_months", readonly=False
    )
    install_reminder_days = fields.Integer(
        related="company_id.install_reminder_days", readonly=False
    )
    install_invoice_percent = fields.Float(
        related="company_id.install_invoice_percent", readonly=False
    )
    install_retention_percent = fields.Float(
        related="company_id.install_retention_percent", readonly=False
    )
