from datetime import timedelta

import pytz

from odoo import fields, models


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

    def _approval_next_workday(self, now):
        """When the first working day after today begins (naive UTC).

        :param now: naive UTC datetime
        """
        self.ensure_one()
        calendar = self._approval_calendar()
        zone = pytz.timezone(calendar.tz or "UTC")
        today = pytz.utc.localize(now).astimezone(zone).date()
        midnight = zone.localize(
            fields.Datetime.to_datetime(today + timedelta(days=1)).replace(tzinfo=None)
        )
        begin = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        if not calendar:
            return begin
        # the first minute worked from then on
        first = calendar.plan_hours(
            1 / 60, begin, compute_leaves=True, domain=self._approval_holidays()
        )
        return first - timedelta(minutes=1) if first else begin
