from odoo import api, models


class CrmTeam(models.Model):
    """Whoever leads a team sees what belongs to its members (F21): at once, not after a restart."""

    _inherit = "crm.team"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["res.company"]._own_customers_forget()
        return super().create(vals_list)

    def write(self, vals):
        if not {"user_id", "active"}.isdisjoint(vals):
            self.env["res.company"]._own_customers_forget()
        return super().write(vals)
