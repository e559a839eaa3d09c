from odoo import api, fields, models


class ApprovalRoleHolder(models.Model):
    """One person holding one role in one company for a time: one row, nothing else is written."""

    _name = "approval.role.holder"
    _description = "Approval Role Holder"
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
    date_from = fields.Date(string="From", help="Empty: since always.")
    date_to = fields.Date(string="Until", help="Last day, included. Empty: until further notice.")

    _dates_ordered = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The role must begin before it ends.",
    )

    def _current(self, date=None):
        """The rows valid on ``date``; by default today, where the company works."""
        return self.filtered(
            lambda holder: holder._is_current(date or holder.company_id._approval_today())
        )

    def _is_current(self, date):
        return (not self.date_from or self.date_from <= date) and (
            not self.date_to or date <= self.date_to
        )

    @api.model
    def _of_user(self, user):
        """The rows that make ``user`` a role holder today."""
        return user.sudo().approval_holder_ids._current()
