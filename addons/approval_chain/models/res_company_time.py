from bisect import bisect_right
from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain


class ResCompanyTime(models.Model):
    """Working time of a company, as time limits count it: its calendar, its holidays, its clock."""

    _inherit = "res.company"

    def _approval_calendar(self):
        """The working calendar, whatever the time zone or calendar of who acts."""
        calendar_sudo = self.sudo().resource_calendar_id
        context = {
            name: value
            for name, value in self.env.context.items()
            if name not in ("employee_timezone", "tz")
        }
        # replaced, not added to: what is left out has to be gone
        return calendar_sudo.with_context(context)  # pylint: disable=context-overridden

    def _approval_holidays(self):
        # a holiday without a calendar is one of its company; Odoo counts those of all companies
        return [("time_type", "=", "leave"), ("company_id", "in", [False, self.id])]

    def _approval_deadline(self, start, hours=0.0, days=0):
        """When a time limit that begins at ``start`` ends; without a calendar the clock counts.

        :param start: naive UTC datetime
        :param hours: working hours
        :param days: working days, instead of hours
        :return: naive UTC datetime
        """
        self.ensure_one()
        calendar, holidays = self._approval_calendar(), self._approval_holidays()
        due = False
        if calendar and days:
            due = calendar.plan_days(days, start, compute_leaves=True, domain=holidays)
        elif calendar:
            due = calendar.plan_hours(hours, start, compute_leaves=True, domain=holidays)
        return due or start + timedelta(hours=hours, days=days)

    def _approval_hours_worked(self, spans):
        """How many working hours lie in each of some spans; without a calendar the clock counts.

        :param spans: list of ``(begin, end)``, naive UTC datetimes
        :return: list of hours, in the same order
        """
        self.ensure_one()
        calendar = self._approval_calendar()
        if not (spans and calendar):
            return [(end - begin).total_seconds() / 3600 for begin, end in spans]
        first, last = (
            pytz.utc.localize(pick(moment for span in spans for moment in span))
            for pick in (min, max)
        )
        found = calendar._work_intervals_batch(first, last, domain=self._approval_holidays())
        starts, stops, before, total = [], [], [], 0.0
        for start, stop, _meta in found[False]:
            starts.append(start)
            stops.append(stop)
            before.append(total)
            total += (stop - start).total_seconds()

        def worked_until(moment):
            moment = pytz.utc.localize(moment)
            place = bisect_right(starts, moment) - 1
            if place < 0:
                return 0.0
            return before[place] + (min(moment, stops[place]) - starts[place]).total_seconds()

        return [(worked_until(end) - worked_until(begin)) / 3600 for begin, end in spans]

    def _approval_midnight(self, day):
        """When a day begins where the company works.

        :param day: date
        :return: naive UTC datetime
        """
        self.ensure_one()
        zone = pytz.timezone(self._approval_tz())
        midnight = zone.localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _approval_past_domain(self, name):
        """Records whose day is past where their company works.

        :param name: date field of records with a ``company_id``
        """
        # every company there is: a handful
        companies_sudo = self.sudo().search([])  # pylint: disable=no-search-all
        by_day = companies_sudo.grouped(lambda company: company._approval_today())
        return Domain.OR(
            Domain("company_id", "in", there.ids) & Domain(name, "<", today)
            for today, there in by_day.items()
        )

    def _approval_next_workday(self, now):
        """When the first working day after today begins (naive UTC).

        :param now: naive UTC datetime
        """
        self.ensure_one()
        calendar = self._approval_calendar()
        today = self._approval_local(now).date()
        begin = self._approval_midnight(today + timedelta(days=1))
        if not calendar:
            return begin
        # the first minute worked from then on
        first = calendar.plan_hours(
            1 / 60, begin, compute_leaves=True, domain=self._approval_holidays()
        )
        return first - timedelta(minutes=1) if first else begin
