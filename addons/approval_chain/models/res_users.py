from odoo import fields, models, modules


class ResUsers(models.Model):
    _inherit = "res.users"

    approval_holder_ids = fields.One2many(
        "approval.role.holder", "user_id", string="Approval Roles Held", groups="base.group_system"
    )

    def _approval_keys(self):
        """The keys of all places this user may answer today: the own, and those of roles held."""
        self.ensure_one()
        if not self.sudo().active:
            return []  # somebody who left decides nothing, whatever session is still about
        Slot = self.env["approval.request.slot"]
        holders = self.env["approval.role.holder"]._of_user(self)
        return [
            Slot._user_key(self),
            *(Slot._role_key(holder.role_id, holder.company_id) for holder in holders),
        ]

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
