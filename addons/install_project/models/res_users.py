from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _install_own_domain(self, prefix=""):
        """For record rules: install projects that the user sells, leads, works on or has a part in.

        :param prefix: path to the project, with its dot
        :return: list
        """
        self.ensure_one()
        return list(
            Domain.OR(
                Domain(f"{prefix}{name}", "in", self.ids)
                for name in ("user_id", "lead_id", "member_ids", "stage_ids.user_id")
            )
        )
