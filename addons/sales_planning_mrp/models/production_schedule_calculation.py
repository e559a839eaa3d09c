import math
from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.float_utils import float_round

from ..scheduling import Centre, Job, Task, schedule

_EPOCH = fields.Datetime.to_datetime("1970-01-01 00:00:00")


def seconds(moment):
    """A naive UTC moment as whole seconds."""
    return math.ceil((moment - _EPOCH).total_seconds())


def moment_of(number):
    """Seconds as a naive UTC moment."""
    return _EPOCH + timedelta(seconds=number)


class ProductionSchedule(models.Model):
    """From rows to operations on work centres, with the capacity that is left (P4)."""

    _inherit = "production.schedule"

    def _calculate(self):
        """Plan the rows of this schedule anew, as superuser."""
        self.ensure_one()
        self._forget_plan()
        boms = self._boms_below(self.line_ids.bom_id)
        for line in self.line_ids:
            line._stamp({"kind": line._kind()})
            if not line._has_begun():
                line._check_plannable(boms)
        self._explode_lines(boms)
        self.invalidate_recordset(["line_ids"])
        operations = {line: line._planned_operations() for line in self.line_ids}
        centres = self._capacity(operations)
        jobs = self._jobs(operations, centres)
        plan = schedule(jobs, centres)
        self._store_plan(plan, operations, centres)
        self._stamp({"calculated_at": fields.Datetime.now(), "rule": plan.rule})

    def _forget_plan(self):
        """Rows that were found by calculating go, those that sales or productions stand for stay."""
        self.operation_ids.unlink()
        found = self.line_ids.filtered(lambda line: line.parent_id and not line.production_id)
        found.unlink()
        for line in self.line_ids:
            values = {"problem": False, "material_date": False, "material_note": False}
            if not line._has_begun():
                values.update(date_start=False, date_finish=False, earliest_start=False)
            line._stamp(values)

    # ------------------------------------------------------------------ capacity

    def _window(self):
        """From when to when is planned, as naive UTC moments."""
        start = max(self.date_from, fields.Datetime.now())
        return start, start + timedelta(days=self.horizon_days)

    def _capacity(self, operations):
        """``{work centre id: Centre}`` with the time that is left at the centres of the operations."""
        centres = self.env["mrp.workcenter"].union(
            *(task[1] for rows in operations.values() for task in rows)
        )
        return self._free_time(centres)

    def _free_time(self, centres, skipped=None):
        """The working time of work centres, without what is planned at them beside this schedule.

        :param skipped: operations of this schedule that do not count; by default none of it does
        :return: ``{work centre id: Centre}``
        """
        start, end = self._window()
        busy = self._taken(centres, start, end)
        if skipped is not None:
            others = self.operation_ids - skipped
            for operation in others.filtered(lambda row: row.workcenter_id in centres):
                busy[operation.workcenter_id.id].append(
                    (seconds(operation.date_start), seconds(operation.date_end))
                )
        first, last = pytz.utc.localize(start), pytz.utc.localize(end)
        found = {}
        for calendar, own in centres.grouped("resource_calendar_id").items():
            intervals = (
                calendar._work_intervals_batch(
                    first, last, resources=own.resource_id, tz=pytz.timezone(calendar.tz)
                )
                if calendar
                else {}
            )
            for centre in own:
                found[centre.id] = Centre(
                    [
                        # a day that ends at midnight ends a microsecond before for Odoo
                        (round(begin.timestamp()), round(stop.timestamp()))
                        for begin, stop, _records in intervals.get(centre.resource_id.id, ())
                    ],
                    busy[centre.id],
                )
        return found

    def _taken(self, centres, start, end):
        """``{work centre id: [(start, end)]}`` of work orders, and of schedules that wait to begin."""
        by_resource = {centre.resource_id.id: centre.id for centre in centres}
        busy = {centre.id: [] for centre in centres}
        own = self.line_ids.production_id.filtered(
            lambda production: production.state in ("draft", "confirmed")
        )
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "in", list(by_resource)),
                ("time_type", "=", "other"),
                ("date_to", ">", start),
                ("date_from", "<", end),
                ("id", "not in", own.workorder_ids.leave_id.ids),
            ]
        )
        for leave in leaves:
            busy[by_resource[leave.resource_id.id]].append(
                (seconds(leave.date_from), seconds(leave.date_to))
            )
        waiting = self.env["production.schedule.operation"].search(
            Domain("workcenter_id", "in", centres.ids)
            & Domain("schedule_id", "!=", self.previous_id.id)
            & Domain("schedule_id.state", "=", "approved")
            & (
                Domain("line_id.is_placed", "=", False)
                | Domain("line_id.production_id.state", "in", ("draft", "confirmed"))
                & Domain("line_id.production_id.is_planned", "=", False)
            )
            & Domain("date_end", ">", start)
        )
        for operation in waiting:
            busy[operation.workcenter_id.id].append(
                (seconds(operation.date_start), seconds(operation.date_end))
            )
        return busy

    def _check_capacity_now(self):
        """:raise UserError: when something else was planned on these work centres meanwhile"""
        self.ensure_one()
        operations = self.operation_ids
        centres = self._free_time(operations.workcenter_id)
        start, _end = self._window()
        for operation in operations:
            begin = max(operation.date_start, start)
            if begin < operation.date_end and not centres[operation.workcenter_id.id].is_free(
                seconds(begin), seconds(operation.date_end)
            ):
                raise UserError(
                    self.env._(
                        "%(operation)s of %(product)s: %(centre)s was taken by something else since "
                        "%(schedule)s was calculated. Calculate it anew.",
                        operation=operation.name,
                        product=operation.line_id.product_id.display_name,
                        centre=operation.workcenter_id.name,
                        schedule=self.name,
                    )
                )

    # ------------------------------------------------------------------ jobs

    def _jobs(self, operations, centres):
        """What is scheduled: rows without a problem, and those that bring their material."""
        start, _end = self._window()
        jobs = []
        for line in self.line_ids:
            work = {} if line._has_begun() else line._work(operations[line], centres)
            if not line.problem:
                jobs.append(line._prepare_job(start, operations[line], work))
        # nothing can be made of what cannot be made
        found = {job.key for job in jobs}
        missing = True
        while missing:
            missing = [job for job in jobs if not found.issuperset(job.after)]
            for job in missing:
                line = self.env["production.schedule.line"].browse(job.key)
                line._tell_problem(
                    self.env._("its material cannot be made, see the rows below it.")
                )
            jobs = [job for job in jobs if found.issuperset(job.after)]
            found = {job.key for job in jobs}
        return jobs

    def _store_plan(self, plan, operations, centres):
        values = []
        for line in self.line_ids:
            if line.id in plan.unplaced:
                line._tell_unplaced(plan.unplaced[line.id])
            elif line.id in plan.finishes and not line._has_begun():
                line._stamp(
                    {
                        "earliest_start": moment_of(plan.released[line.id]),
                        "date_start": moment_of(plan.starts[line.id]),
                        "date_finish": moment_of(plan.finishes[line.id]),
                    }
                )
                for number, (operation, _centres, _after) in enumerate(operations[line]):
                    slot = plan.slots[line.id, operation.id]
                    values.append(
                        {
                            "line_id": line.id,
                            "sequence": number,
                            "operation_id": operation.id,
                            "workcenter_id": slot.centre,
                            "date_start": moment_of(slot.start),
                            "date_end": moment_of(slot.end),
                            "duration": line._minutes(
                                operation, self.env["mrp.workcenter"].browse(slot.centre)
                            ),
                        }
                    )
        self.env["production.schedule.operation"]._create_planned(values)


class ProductionScheduleLine(models.Model):
    _inherit = "production.schedule.line"

    def _planned_operations(self):
        """The operations of the row in order, of kits in it first.

        :return: list of ``(operation, work centres that can do it, operations before it)``
        """
        if self.problem or self._has_begun() or self.kind != "make":
            return []
        times = self.uom_id._compute_quantity(
            self.quantity, self.bom_id.product_uom_id, round=False
        )
        boms, _rows = self.bom_id.explode(self.product_id, times / self.bom_id.product_qty)
        found, before = [], self.env["mrp.routing.workcenter"]
        for bom, data in reversed(boms):
            parent = data["parent_line"]
            if parent and parent.bom_id.operation_ids == bom.operation_ids:
                continue
            product = parent.product_id if parent else data["product"]
            for operation in bom.operation_ids:
                if operation._skip_operation_line(product):
                    continue
                after = before
                if bom.allow_operation_dependencies:
                    after = operation.blocked_by_operation_ids & bom.operation_ids
                centres = operation.workcenter_id
                centres |= centres.alternative_workcenter_ids
                found.append((operation, centres, after))
                before = operation
        return _in_sequence(found)

    def _work(self, operations, centres):
        """``{operation: {work centre id: seconds}}``; what is wrong is told at the row."""
        work = {}
        for operation, possible, _after in operations:
            found = {}
            for centre in possible:
                if text := self._centre_problem(centre, centres[centre.id]):
                    # another centre may do it
                    if len(possible) == 1:
                        self._tell_problem(text)
                    continue
                found[centre.id] = max(math.ceil(self._minutes(operation, centre) * 60), 1)
            if not found and len(possible) > 1:
                self._tell_problem(
                    self.env._(
                        "no work centre can do %(operation)s: %(centres)s are archived or closed.",
                        operation=operation.name,
                        centres=", ".join(possible.mapped("name")),
                    )
                )
            work[operation] = found
        return work

    def _centre_problem(self, centre, free):
        """Why nothing can be planned at a work centre; an empty text when something can."""
        names = {"centre": centre.name}
        if centre.company_id not in (self.company_id, self.env["res.company"]):
            return self.env._("the work centre %(centre)s belongs to another company.", **names)
        if not centre.active:
            return self.env._("the work centre %(centre)s is archived.", **names)
        if not centre.resource_calendar_id:
            return self.env._("the work centre %(centre)s has no working hours.", **names)
        if not free.total:
            return self.env._(
                "the work centre %(centre)s is closed: its working hours leave no time in these %(days)s "
                "days.",
                days=self.schedule_id.horizon_days,
                **names,
            )
        return ""

    def _minutes(self, operation, centre):
        """How long an operation of the row takes at a work centre, as Odoo plans its work orders."""
        capacity, setup, cleanup = centre._get_capacity(
            self.product_id, self.uom_id, self.bom_id.product_qty or 1
        )
        cycles = float_round(self.quantity / capacity, precision_digits=0, rounding_method="UP")
        return setup + cleanup + cycles * operation.time_cycle * 100.0 / centre.time_efficiency

    def _prepare_job(self, start, operations, work):
        """The row as the scheduler knows it."""
        if self._has_begun():
            finish = max(self.production_id.date_finished or start, start)
            self._stamp({"date_finish": finish, "date_start": self.production_id.date_start})
            return Job(self.id, None, seconds(finish))
        release = max(start, self.material_date or start)
        tasks = [
            Task(
                (self.id, operation.id),
                work[operation],
                tuple((self.id, before.id) for before in after),
            )
            for operation, _centres, after in operations
        ]
        due = self.date_needed and not self.parent_id and seconds(self.date_needed)
        return Job(
            self.id,
            due or None,
            seconds(release),
            tasks,
            0 if tasks else self._lead_days() * 86400,
            tuple(self.child_ids.ids),
        )

    def _lead_days(self):
        """Days it takes where no work centre limits it: those of the vendor, or of the bill."""
        if self.kind == "subcontract":
            seller = self.product_id.with_company(self.company_id)._select_seller(
                quantity=None, uom_id=self.uom_id
            )
            return seller.delay or 0
        return math.ceil(self.bom_id.produce_delay or 0)

    def _tell_unplaced(self, task):
        operation = self.env["mrp.routing.workcenter"].browse(task[1])
        self._tell_problem(
            self.env._(
                "%(operation)s does not fit at %(centre)s in the next %(days)s days. Look further ahead, or "
                "give the work centre more time.",
                operation=operation.name,
                centre=operation.workcenter_id.name,
                days=self.schedule_id.horizon_days,
            )
        )

    def _take_operation_dates(self):
        """The dates of the rows follow those of their operations."""
        for line in self:
            line._stamp(
                {
                    "date_start": min(line.operation_ids.mapped("date_start")),
                    "date_finish": max(line.operation_ids.mapped("date_end")),
                }
            )


def _in_sequence(rows):
    """The rows, each after those that it waits for."""
    ordered, known = [], set()
    waiting = list(rows)
    keys = {row[0].id for row in rows}
    while waiting:
        ready = [row for row in waiting if (set(row[2].ids) & keys) <= known] or waiting
        ordered += ready
        known.update(row[0].id for row in ready)
        waiting = [row for row in waiting if row[0].id not in known]
    return ordered
