from odoo import api, fields, models
from odoo.fields import Domain


class ApprovalRoleHolder(models.Model):
    """One person holding one role in one company for a time: one row, nothing else is written."""

    _name = "approval.role.holder"
    _description = "Approval Role Holder"
    _order = "role_id, company_id, date_from, id"
    _rec_name = "user_id"
    _check_company_auto = True

    role_id = fields.Many2one("approval.role", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="cascade",
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company,
    )
    date_from = fields.Date(string="From", help="Empty: since always.")
    date_to = fields.Date(string="Until", help="Last day, included. Empty: until further notice.")

    _dates_ordered = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The role must begin before it ends.",
    )

    def _current(self, date=None):
        """The rows valid on ``date`` (today when empty)."""
        return self.filtered_domain(self._domain_current(date))

    @api.model
    def _domain_current(self, date=None):
        date = date or fields.Date.context_today(self)
        return (
            (Domain("date_from", "=", False) | Domain("date_from", "<=", date))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", date))
        )

    @api.model
    def _of_user(self, user):
        """The rows that make ``user`` a role holder today (one query)."""
        return self.sudo().search(Domain("user_id", "=", user.id) & self._domain_current())
