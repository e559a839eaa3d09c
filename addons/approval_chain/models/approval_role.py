from odoo import api, fields, models


class ApprovalRole(models.Model):
    """A named function of the rulebook (A2), held by persons, company by company."""

    _name = "approval.role"
    _inherit = ["approval.definition.mixin"]
    _description = "Approval Role"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Short technical name by which chains and work lists find the role.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    holder_ids = fields.One2many("approval.role.holder", "role_id", string="Holders")
    current_user_ids = fields.Many2many(
        "res.users",
        compute="_compute_current_user_ids",
        string="Held Today By",
    )

    _code_unique = models.UniqueIndex("(code)", "Another role already uses this code.")

    @api.depends("holder_ids.user_id", "holder_ids.date_from", "holder_ids.date_to")
    @api.depends_context("allowed_company_ids")
    def _compute_current_user_ids(self):
        for role in self:
            role.current_user_ids = role._holders(self.env.companies)

    @api.model
    def _with_code(self, code):
        """The role of the rulebook that code knows by this name, as superuser; empty without one."""
        return self.sudo().browse(self._id_with_code(code))

    @api.model
    def _id_with_code(self, code):
        return self.sudo().search([("code", "=", code)], limit=1).id

    @api.model
    def _people(self, code, company):
        """Who holds the role with this code in a company.

        :return: active ``res.users``, as superuser
        """
        return self._with_code(code)._holders(company.sudo().parent_ids)

    def _holders(self, companies, date=None, department=None):
        """Who holds the role.

        Without ``department`` everybody, whatever department they hold it for. With one, those who
        are asked for its people: the holders for the nearest department, walking up, that has a
        current holder; else, and with an empty recordset, those who hold it for no department.

        :param companies: ``res.company`` recordset
        :param date: the day asked for; by default today, where the company works
        :param department: ``hr.department`` of the person who asks, may be empty
        :return: active ``res.users``
        """
        if department is not None:
            department = self._holding_department(companies, department, date)
        return self._holders_of(companies, department, date)

    def _holders_of(self, companies, department=None, date=None):
        """Who holds the role for exactly this department, an empty one included."""
        if date:
            return self._current_holders(companies, department, date).user_id
        unit = department and department.id
        ids = {
            user_id: True
            for user_id, department_id in self._current_pairs(companies)
            if department is None or (department_id or False) == (unit or False)
        }
        return self.env["res.users"].sudo().browse(ids)

    def _holding_department(self, companies, department, date=None):
        """The nearest department, walking up from ``department``, that has a current holder (A2).

        :return: ``hr.department``, empty when those asked hold the role for no department
        """
        empty = self.env["hr.department"].sudo()
        held = (
            set(self._current_holders(companies, date=date).department_id.ids)
            if date
            else {department_id for _user_id, department_id in self._current_pairs(companies)}
        )
        if not department or held <= {False}:
            return empty
        path = (department.sudo().parent_path or "").split("/")
        nearest = next((int(id_) for id_ in reversed(path) if id_ and int(id_) in held), None)
        return empty.browse(nearest or ())

    def _current_holders(self, companies, department=None, date=None):
        holders = self.sudo().holder_ids.filtered(
            lambda holder: (
                holder.company_id in companies
                and (department is None or holder.department_id == department)
            )
        )
        return holders._current(date).filtered(
            lambda holder: holder.user_id.active and not holder.user_id.share
        )
