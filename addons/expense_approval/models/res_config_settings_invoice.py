from odoo import fields, models


class ResConfigSettingsInvoice(models.TransientModel):
    _inherit = "res.config.settings"

    invoice_required_policy = fields.Selection(
        related="company_id.invoice_required_policy", readonly=False
    )
    invoice_file_policy = fields.Selection(related="company_id.invoice_file_policy", readonly=False)
    invoice_cover_policy = fields.Selection(
        related="company_id.invoice_cover_policy", readonly=False
    )
    invoice_buyer_policy = fields.Selection(
        related="company_id.invoice_buyer_policy", readonly=False
    )
    invoice_other_buyers = fields.Text(related="company_id.invoice_other_buyers", readonly=False)
    invoice_age_policy = fields.Selection(related="company_id.invoice_age_policy", readonly=False)
    invoice_max_months = fields.Integer(related="company_id.invoice_max_months", readonly=False)
    same_file_policy = fields.Selection(related="company_id.same_file_policy", readonly=False)
