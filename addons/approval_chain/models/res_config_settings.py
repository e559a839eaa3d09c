from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    approval_rulebook_news = fields.Boolean(compute="_compute_approval_rulebook_news")

    @api.depends("company_id")
    def _compute_approval_rulebook_news(self):
        for settings in self:
            settings.approval_rulebook_news = settings.company_id._has_older_rulebook()

    def action_set_up_rulebook(self):
        """Set the rulebook up for the company whose settings are open."""
        return self.company_id.action_set_up_rulebook()
