from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    advance_account_id = fields.Many2one(related="company_id.advance_account_id", readonly=False)
    advance_journal_id = fields.Many2one(related="company_id.advance_journal_id", readonly=False)
    advance_overdue_limit = fields.Monetary(
        related="company_id.advance_overdue_limit", readonly=False
    )
    advance_reminder_days = fields.Integer(
        related="company_id.advance_reminder_days", readonly=False
    )
    budget_policy = fields.Selection(related="company_id.budget_policy", readonly=False)
