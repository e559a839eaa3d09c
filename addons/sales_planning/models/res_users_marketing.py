from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _marketing_own_domain(self, prefix):
        """Marketing work that the user is responsible for, works on or signs off, for record rules.

        Rules are cached for each user, and roles begin and end with the day: who holds one is looked
        up whenever work is read.

        :param prefix: way from the model to the work, with a dot at its end; empty for the work itself
        """
        self.ensure_one()
        people = ("user_id", "member_ids", "step_ids.user_id")
        own = Domain.OR(Domain(f"{prefix}{name}", "in", self.ids) for name in people)
        return list(own | Domain(f"{prefix}may_oversee", "=", True))
