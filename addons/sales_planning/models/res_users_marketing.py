from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _marketing_own_domain(self, prefix):
        """Marketing work that the user is responsible for, works on or signs off, for record rules.

        Whoever holds the role VP Marketing signs designs off, and reads all work of that company.

        :param prefix: way from the model to the work, with a dot at its end; empty for the work itself
        """
        self.ensure_one()
        people = ("user_id", "member_ids", "step_ids.user_id")
        own = Domain.OR(Domain(f"{prefix}{name}", "in", self.ids) for name in people)
        held = self.env["approval.role.holder"]._roles_of(self)
        led = [company_id for code, company_id in held if code == "vp_marketing"]
        return list(own | Domain(f"{prefix}company_id", "in", led))
