from odoo import api, fields, models
from odoo.fields import Domain


class OrderCase(models.Model):
    """By when a case is to be done, in the working hours of its priority (F19)."""

    _inherit = "order.case"

    paused_hours = fields.Float(
        readonly=True,
        copy=False,
        groups="base.group_user",
        string="Hours Waited",
        help="Working hours that it waited for the customer: the deadline moves by them.",
    )
    waiting_since = fields.Datetime(readonly=True, copy=False, groups="base.group_user")
    deadline = fields.Datetime(
        compute="_compute_deadline",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
        help="By when it is to be done: opened, plus the working hours of its priority.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        string="Overdue",
        groups="base.group_user",
    )

    @api.depends("opened_at", "priority", "paused_hours", "company_id")
    def _compute_deadline(self):
        for case in self:
            company, start = case.company_id.sudo(), case.opened_at
            hours = company._case_hours().get(case.priority, 0.0) + case.paused_hours
            case.deadline = start and company._approval_deadline(start, hours=hours)

    @api.depends("deadline", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for case in self:
            case.is_overdue = bool(
                case.state in ("new", "progress") and case.deadline and case.deadline < now
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", ("new", "progress")) & Domain(
            "deadline", "<", fields.Datetime.now()
        )
