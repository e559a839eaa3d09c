from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .approval_duty_kinds import KINDS


class ApprovalDutyException(models.Model):
    """A conflict of duties accepted for a time, by whom and why (A21).

    ================  ==========================================================================
    action            who
    ================  ==========================================================================
    read, end         approval administrators, in their companies
    accept            the same, from the report; never the persons concerned
    write, delete     nobody: what was accepted, and why, stays readable
    ================  ==========================================================================
    """

    _name = "approval.duty.exception"
    _description = "Accepted Conflict of Duties"
    _order = "date_to desc, id desc"
    _rec_name = "sentence"

    key = fields.Char(required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    sentence = fields.Char(required=True, readonly=True, string="What Is Accepted")
    user_ids = fields.Many2many("res.users", string="Persons", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    accepted_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    accepted_on = fields.Date(readonly=True)
    date_to = fields.Date(string="Until", required=True, readonly=True, help="Last day, included.")
    ended_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    ended_on = fields.Date(readonly=True)
    is_current = fields.Boolean(compute="_compute_is_current", string="Holds Today")

    @api.depends("date_to", "ended_on")
    def _compute_is_current(self):
        for row in self:
            row.is_current = row._holds()

    def _holds(self):
        """Whether it holds today, where the company works."""
        today = self.company_id._approval_today()
        return not self.ended_on and bool(self.date_to) and self.date_to >= today

    @api.model
    def _holding(self, companies):
        """``{(company id, key): exception}`` of those that hold today."""
        domain = Domain("company_id", "in", companies.ids) & Domain("ended_on", "=", False)
        rows = self.sudo().search(domain, order="date_to, id")
        return {(row.company_id.id, row.key): row for row in rows if row._holds()}

    def action_end(self):
        """Do not accept it any more: from now on the report shows it again (A21).

        :raise AccessError: for users who are not approval administrators of the company
        :return: True
        """
        self.check_access("read")
        if not self.env.user.has_group("approval_chain.group_approval_manager"):
            raise AccessError(self.env._("Only an approval administrator can end an exception."))
        for company, rows in self.grouped("company_id").items():
            # nobody has the right to write what was accepted
            rows.filtered(lambda row: row._holds()).sudo().write(
                {"ended_on": company._approval_today(), "ended_by_id": self.env.uid}
            )
        return True
