from dateutil.relativedelta import relativedelta

from odoo import fields, models


class ApprovalDutyAccept(models.TransientModel):
    """Asks why, and until when, a conflict of duties is accepted (A21)."""

    _name = "approval.duty.accept"
    _description = "Accept a Conflict of Duties"

    conflict_id = fields.Many2one("approval.duty.conflict", required=True, ondelete="cascade")
    sentence = fields.Char(related="conflict_id.sentence")
    reason = fields.Text(required=True)
    date_to = fields.Date(
        string="Until",
        required=True,
        default=lambda self: self.env.company._approval_today() + relativedelta(months=6),
    )

    def action_accept(self):
        """Accept it; the list is computed again.

        :return: the action that opens the list
        """
        self.ensure_one()
        self.conflict_id.action_accept(self.reason, self.date_to)
        return self.env["approval.duty.conflict"].action_open()
