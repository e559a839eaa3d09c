from odoo import fields, models, modules
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    approval_holder_ids = fields.One2many(
        "approval.role.holder", "user_id", string="Approval Roles Held", groups="base.group_system"
    )

    def _approval_key_map(self):
        self.ensure_one()
        Slot = self.env["approval.request.slot"]
        holders = self.env["approval.role.holder"]._of_user(self)
        own = {"for": False, "models": None, "companies": None}
        return {
            Slot._user_key(self): own,
            **{Slot._role_key(row.role_id, row.company_id): own for row in holders},
        }

    def _approval_domain(self):
        keys = list(self._approval_key_map())
        return Domain("holder_key", "in", keys) & (
            Domain("requester_id", "!=", self.id)
            | Domain("requester_id", "=", False)
            | Domain("requester_may", "=", True)
        )

    def _approval_keys(self):
        return list(self._approval_key_map())

    def _holds_role(self, code, company):
        """Whether the user holds the role ``code`` in ``company``, or above it, today (A2)."""
        self.ensure_one()
        above = company.sudo().parent_ids
        return any(
            holder.role_id.code == code and holder.company_id in above
            for holder in self.env["approval.role.holder"]._of_user(self)
        )

    def _approval_face(self):
        """Who is shown in a panel, readable for everybody who reads the panel."""
        user = self.sudo()[:1]
        return {"id": user.id, "name": user.name} if user else False

    def _get_activity_groups(self):
        """Show what waits for the user's decision in the activity menu, across companies (A13)."""
        groups = super()._get_activity_groups()
        Slot = self.env["approval.request.slot"].sudo()
        count = Slot.search_count(Slot._domain_mine(), limit=10001)
        if count:
            groups.insert(
                0,
                {
                    "id": self.env["ir.model"]._get_id("approval.request"),
                    "name": self.env._("Approvals"),
                    "model": "approval.request",
                    "type": "activity",
                    "icon": modules.module.get_module_icon("approval_chain"),
                    "domain": [],
                    "total_count": count,
                    "today_count": count,
                    "overdue_count": 0,
                    "planned_count": 0,
                    "view_type": "list",
                },
            )
        return groups
