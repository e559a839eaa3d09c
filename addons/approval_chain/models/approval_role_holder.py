from odoo import api, fields, models


class ApprovalRoleHolder(models.Model):
    """One person holding one role in one company for a time: one row, nothing else is written.

    A holder for a department is asked for the people of that department and of those below it.
    """

    _name = "approval.role.holder"
    _description = "Approval Role Holder"
    _inherit = ["approval.period.mixin", "approval.definition.mixin"]
    _order = "role_id, company_id, date_from, id"
    _rec_name = "user_id"
    _check_company_auto = True

    role_id = fields.Many2one("approval.role", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    department_id = fields.Many2one(
        "hr.department",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
        help="Asked for the people of this department and of those below it; the nearest "
        "department with a holder counts. Empty: asked for everybody else.",
    )
    date_from = fields.Date(string="From", help="Empty: since always.")
    date_to = fields.Date(string="Until", help="Last day, included. Empty: until further notice.")

    _dates_ordered = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The role must begin before it ends.",
    )

    @api.model
    def _of_user(self, user):
        """The rows that make ``user`` a role holder today, for departments included."""
        return user.sudo().approval_holder_ids._current()

    @api.model
    def _of_users(self, users, roles=None, company=None):
        """Today's rows of ``users``, in one query.

        :param roles: only these roles
        :param company: only in this company
        """
        domain = self._domain_current() & fields.Domain("user_id", "in", users.ids)
        if roles is not None:
            domain &= fields.Domain("role_id", "in", roles.ids)
        if company is not None:
            domain &= fields.Domain("company_id", "=", company.id)
        names = ["user_id", "role_id", "company_id", "department_id", "date_from", "date_to"]
        return self.sudo().search_fetch(domain, names)._current()

    def _holder_key(self):
        """The key of the places this holder may answer."""
        self.ensure_one()
        Slot = self.env["approval.request.slot"]
        return Slot._role_key(self.role_id, self.company_id, self.department_id)
