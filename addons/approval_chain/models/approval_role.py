from odoo import api, fields, models


class ApprovalRole(models.Model):
    """A named function of the rulebook (A2), held by persons, company by company."""

    _name = "approval.role"
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

    def _holders(self, companies, date=None, department=None):
        """Who holds the role.

        :param companies: ``res.company`` recordset
        :param date: the day asked for; by default today, where the company works
        :return: active ``res.users``
        """
        return (
            self.sudo()
            .holder_ids.filtered(lambda holder: holder.company_id in companies)
            ._current(date)
            .user_id.filtered("active")
        )
