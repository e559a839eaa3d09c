from odoo import models


class SupplyDateChange(models.Model):
    _inherit = "supply.date.change"

    def _asked(self):
        """Of a production, who is responsible for it knows why."""
        return {
            **super()._asked(),
            **{
                production: production.user_id or self._dispatchers(production)[:1] or self.env.user
                for production in self.shortage_id.production_id
            },
        }

    def _dispatchers(self, production):
        return self.env["approval.role"]._people("production_dispatch", production.company_id)

    def _may_explain(self):
        if self.sudo().shortage_id.source == "production":
            return self.env.user._holds_role("production_dispatch", self.company_id)
        return super()._may_explain()
