from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.models.approval_stamped import ApprovalStamped

from .production_schedule_calculation import moment_of, seconds

PLACE = {"date_start", "date_end", "workcenter_id"}


class ProductionScheduleOperation(models.Model):
    """An operation at a work centre: dispatch moves it as long as the schedule is a draft (P4)."""

    _name = "production.schedule.operation"
    _description = "Operation of a Production Schedule"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _order = "date_start, id"
    _check_company_auto = True

    _approval_parent = "schedule_id"
    _stamped = frozenset({"line_id", "operation_id", "sequence", "duration"})

    line_id = fields.Many2one(
        "production.schedule.line",
        readonly=True,
        index=True,
        ondelete="cascade",
        string="Row",
    )
    schedule_id = fields.Many2one(related="line_id.schedule_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    schedule_state = fields.Selection(related="schedule_id.state", string="State of the Schedule")
    product_id = fields.Many2one(related="line_id.product_id", store=True)
    sequence = fields.Integer(readonly=True)
    operation_id = fields.Many2one(
        "mrp.routing.workcenter", readonly=True, ondelete="restrict", index=True
    )
    name = fields.Char(related="operation_id.name", string="Operation Name")
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Work Center",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    date_start = fields.Datetime(string="Start", index=True)
    date_end = fields.Datetime(string="End")
    duration = fields.Float(readonly=True, string="Minutes", help="Of work, without breaks.")

    @api.depends("product_id", "operation_id")
    def _compute_display_name(self):
        for operation in self:
            operation.display_name = f"{operation.product_id.display_name} · {operation.name}"

    # ------------------------------------------------------------------ who enters what

    # pylint: disable=super-method-mismatch
    @api.model
    def _create_planned(self, vals_list):
        """Make operations: for calculating only, all their values are stamped."""
        return super(ApprovalStamped, self).create(vals_list)

    def write(self, vals):
        """Moving an operation moves its start: when it ends follows from its work centre."""
        if PLACE.isdisjoint(vals):
            return super().write(vals)
        self._refuse_stamped(vals)
        for operation in self:
            operation._move(
                fields.Datetime.to_datetime(vals.get("date_start")) or operation.date_start,
                vals.get("workcenter_id") or operation.workcenter_id.id,
            )
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self.schedule_id._check_draft()

    # ------------------------------------------------------------------ moving

    def action_move(self, start, workcenter_id=False):
        """Move an operation to another start, and another work centre if asked for (P4).

        :param start: text of a UTC moment
        :param workcenter_id: id of a ``mrp.workcenter`` that can do it
        :raise AccessError: for anybody but production dispatch
        :raise UserError: where it cannot be: no capacity, or before what comes before it
        :return: True
        """
        self.ensure_one()
        return self.write({"date_start": start, "workcenter_id": workcenter_id})

    def _move(self, start, workcenter_id):
        self.ensure_one()
        self.schedule_id._check_draft()
        operation = self.sudo()
        centre = operation.env["mrp.workcenter"].browse(workcenter_id)
        operation._check_can_do(centre)
        free = operation.schedule_id._free_time(centre, skipped=operation)[centre.id]
        minutes = operation.line_id._minutes(operation.operation_id, centre)
        before, after = operation._neighbours()
        operation._check_not_before(start, before)
        begin, end = operation._check_fits(free, centre, start, minutes)
        operation._check_not_after(end, after)
        operation._stamp(
            {
                "date_start": begin,
                "date_end": end,
                "workcenter_id": centre.id,
                "duration": minutes,
            }
        )
        operation.line_id._take_operation_dates()

    def _check_can_do(self, centre):
        usual = self.operation_id.workcenter_id
        possible = usual | usual.alternative_workcenter_ids
        if centre not in possible:
            raise UserError(
                self.env._(
                    "%(operation)s cannot be done at %(centre)s, but at %(possible)s.",
                    operation=self.display_name,
                    centre=centre.name,
                    possible=", ".join(possible.mapped("name")),
                )
            )

    def _check_fits(self, free, centre, start, minutes):
        """:return: start and end in working time, when the work centre is free"""
        if text := self.line_id._centre_problem(centre, free):
            raise UserError(
                self.env._("%(product)s: %(problem)s", product=self.display_name, problem=text)
            )
        work = max(round(minutes * 60), 1)
        first = free.clock(seconds(start))
        if first + work > free.total or not free.is_free_on_clock(first, first + work):
            raise UserError(
                self.env._(
                    "%(operation)s does not fit at %(centre)s from %(start)s on: something else is done "
                    "there before it ends.",
                    operation=self.display_name,
                    centre=centre.name,
                    start=self.line_id._moment_text(start),
                )
            )
        return moment_of(free.moment(first)), moment_of(free.moment(first + work, end=True))

    def _check_not_before(self, start, before):
        """Its material is there, and what comes before is finished."""
        earliest = max(
            filter(None, [self.line_id.earliest_start, *before.mapped("date_end")]), default=start
        )
        if start < earliest:
            raise UserError(
                self.env._(
                    "%(operation)s cannot begin before %(moment)s: material or an operation before it is "
                    "not ready.",
                    operation=self.display_name,
                    moment=self.line_id._moment_text(earliest),
                )
            )

    def _check_not_after(self, end, after):
        """It is finished when what comes after begins."""
        parent = self.line_id.parent_id
        latest = min(filter(None, [*after.mapped("date_start"), parent.date_start]), default=end)
        if end > latest:
            raise UserError(
                self.env._(
                    "%(operation)s has to be finished by %(moment)s, when what waits for it begins.",
                    operation=self.display_name,
                    moment=self.line_id._moment_text(latest),
                )
            )

    def _neighbours(self):
        """The operations of the row that come before this one, and those that come after it."""
        rows = self.line_id.operation_ids - self
        if not self.line_id.bom_id.allow_operation_dependencies:
            before = rows.filtered(lambda row: row.sequence < self.sequence)
            return before, rows - before
        mine = self.operation_id
        before = rows.filtered(lambda row: row.operation_id in mine.blocked_by_operation_ids)
        after = rows.filtered(lambda row: mine in row.operation_id.blocked_by_operation_ids)
        return before, after

    # ------------------------------------------------------------------ timeline

    def _timeline_bar(self):
        self.ensure_one()
        return {
            "id": self.id,
            "row": self.workcenter_id.id,
            "name": self.display_name,
            "start": seconds(self.date_start) * 1000,
            "end": seconds(self.date_end) * 1000,
            "late": self.line_id.late_days > 0,
            "color": self.line_id.id % 11,
        }
