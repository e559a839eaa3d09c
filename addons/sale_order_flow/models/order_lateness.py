from odoo import api, fields, models
from odoo.fields import Domain


class OrderLateness(models.AbstractModel):
    """Late, as sign and as words, by a stored moment from which on somebody has to worry (F12)."""

    _name = "order.lateness"
    _description = "Lateness of an Order"

    _lateness_fields = ("worry_date", "promised_date", "expected_date")
    """Stored datetimes: since when it is late or will be, what was promised, what is expected."""

    is_late = fields.Boolean(
        compute="_compute_is_late",
        search="_search_is_late",
        string="Late",
        help="The promise has passed or is going to be missed.",
    )
    lateness = fields.Char(
        compute="_compute_is_late",
        help="How late it is, by today or by what is expected.",
    )

    @api.depends(lambda self: self._lateness_fields)
    @api.depends_context("lang", "tz")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for record in self:
            worry = record[self._lateness_fields[0]]
            record.is_late = bool(worry) and worry <= now
            record.lateness = record._lateness(now) if record.is_late else False

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        worry = self._lateness_fields[0]
        late = Domain(worry, "<=", fields.Datetime.now())
        return late if True in value else Domain(worry, "=", False) | ~late

    def _lateness(self, now):
        """In words: the promise passed days ago, will be missed by days, or something waits."""
        _worry, promised, expected = (self[name] for name in self._lateness_fields)
        if promised and promised <= now:
            days = self._lateness_days(promised, now)
            return self.env._("Late by %s days", days) if days else self.env._("Late since today")
        if promised and expected and expected > promised:
            days = self._lateness_days(promised, expected)
            return self.env._("Will be %s days late", days) if days else self.env._("Will be late")
        return self.env._("Waits too long")

    def _lateness_days(self, moment, later):
        """Days between two moments on the calendar of whoever looks."""
        first, last = (
            fields.Datetime.context_timestamp(self, when).date() for when in (moment, later)
        )
        return (last - first).days
