from odoo import api, models


class CrmLead(models.Model):
    """Neither merging nor deleting leads loses a visit that counts (P9)."""

    _inherit = "crm.lead"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_visited(self):
        self.env["mail.activity"]._check_unvisited(self)

    def _merge_dependences_history(self, opportunities):
        result = super()._merge_dependences_history(opportunities)
        # Odoo moves what is to be done, and deletes what was done with the leads that go
        done = opportunities.with_context(active_test=False).activity_ids
        # sudo: what was done is not rewritten otherwise
        done.sudo().write({"res_id": self.id})
        return result
