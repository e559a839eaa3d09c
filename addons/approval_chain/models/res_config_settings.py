from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_set_up_rulebook(self):
        """Set the rulebook up for the company whose settings are open."""
        return self.company_id.action_set_up_rulebook()
