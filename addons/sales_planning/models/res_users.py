from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _planning_own_domain(self, company_ids, prefix=""):
        """For record rules: the targets that concern a salesperson, once they are in force (P1).

        Those of their own rows and below, those of their teams as a whole, and those of the people whom
        they lead where the company shows leaders what their people do.

        :param prefix: path from the model of the rule to ``sales.plan.target``, such as ``"target_id."``
        :return: list
        """
        self.ensure_one()
        mine = Domain(f"{prefix}user_id", "=", self.id)
        # below a person a team is that person's part of it
        team = Domain(f"{prefix}dimension", "=", "team") & Domain(f"{prefix}user_id", "=", False)
        team &= Domain(f"{prefix}is_rest", "=", False)
        # asked each time: what a rule finds beforehand is kept, and does not follow who joins and leaves
        member = Domain("user_id", "=", self.id) & Domain("active", "=", True)
        mine |= team & Domain(f"{prefix}team_id.crm_team_member_ids", "any", member)
        if shown := self.env["res.company"]._own_customers_company_ids().intersection(company_ids):
            led = self._led_users()
            if not led.is_false():
                there = Domain(f"{prefix}company_id", "in", sorted(shown))
                mine |= there & Domain(f"{prefix}user_id", "any", led)
        return list(Domain(f"{prefix}state", "in", ("approved", "replaced")) & mine)
