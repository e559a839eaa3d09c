from odoo import fields, models
from odoo.exceptions import UserError


class InstallSiteLog(models.Model):
    """Missing and damaged parts found on site become a case with an owner and a deadline (I5, F19)."""

    _inherit = "install.site.log"

    case_id = fields.Many2one(
        "order.case", readonly=True, copy=False, string="Service Case", index="btree_not_null"
    )

    def action_open_case(self):
        """Open a case about the problem, for those who care for complaints.

        :raise AccessError: for anybody but who entered it, the person responsible and directors
        :raise UserError: when no problem is open, or a case is there already
        :return: True
        """
        for entry in self:
            if entry.user_id != self.env.user:
                entry.project_id._check_leads()
            if entry.problem_state != "open":
                raise UserError(self.env._("%s has no open problem.", entry.display_name))
            if entry.case_id:
                raise UserError(
                    self.env._(
                        "%(entry)s: %(case)s was opened for it already.",
                        entry=entry.display_name,
                        case=entry.sudo().case_id.name,
                    )
                )
            entry._stamp({"case_id": entry._open_site_case().id})
        return True

    def _open_site_case(self):
        project = self.project_id.sudo()
        return self.env["order.case"]._open_case(
            {
                "kind": "complaint",
                "source": "site",
                "subject": self.env._("Problem on site: %s", project.name),
                "description": self.problem,
                "company_id": project.company_id.id,
                "partner_id": project.partner_id.commercial_partner_id.id,
                "order_id": project.order_id.id,
                "priority": "1",
            }
        )
