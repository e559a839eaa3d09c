from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reimbursement_enabled = fields.Boolean(
        related="company_id.reimbursement_enabled", readonly=False
    )
    expense_needs_claim = fields.Boolean(related="company_id.expense_needs_claim", readonly=False)
    claim_without_application = fields.Selection(
        related="company_id.claim_without_application", readonly=False
    )
