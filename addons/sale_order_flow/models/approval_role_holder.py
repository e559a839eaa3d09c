from odoo import api, models


class ApprovalRoleHolder(models.Model):
    _inherit = "approval.role.holder"

    @api.model
    def _users_by_role(self, companies):
        """``{company id: {role code: res.users}}`` of today's holders, in one read."""
        holders = self.sudo().search_fetch(
            [("company_id", "in", companies.sudo().parent_ids.ids)],
            ["role_id", "user_id", "company_id", "date_from", "date_to"],
        )
        holders = holders._current().filtered("user_id.active")
        users = {}
        for company in companies:
            above = company.sudo().parent_ids
            of_company = holders.filtered(lambda holder, above=above: holder.company_id in above)
            users[company.id] = {
                role.code: group.user_id for role, group in of_company.grouped("role_id").items()
            }
        return users

    @api.model
    def _names_by_role(self, companies):
        """``{company id: {role code: names}}`` of today's holders, in one read."""
        return {
            company_id: {code: ", ".join(users.mapped("name")) for code, users in roles.items()}
            for company_id, roles in self._users_by_role(companies).items()
        }

    @api.model
    def _roles_of(self, user):
        """``{(role code, company id)}`` that ``user`` holds today, branches of a company included."""
        holders = self._of_user(user)
        branches = (
            self.env["res.company"]
            .sudo()
            .search(
                [("id", "child_of", holders.company_id.ids)],
            )
        )
        return {
            (holder.role_id.code, company.id)
            for holder in holders
            for company in branches
            if holder.company_id in company.parent_ids
        }
