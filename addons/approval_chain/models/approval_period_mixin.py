from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class ApprovalPeriodMixin(models.AbstractModel):
    """Something that holds from a day to a day, both included, where its company works.

    The day differs between companies by their time zones; only rows that begin or end around today
    need to be asked where they are.
    """

    _name = "approval.period.mixin"
    _description = "Period of an Approval Definition"

    def _period_company(self):
        """Hook: the company whose today counts."""
        self.ensure_one()
        return self.company_id

    @api.model
    def _days_of_today(self):
        """The first and the last day that may be today somewhere."""
        day = fields.Datetime.now().date()
        return day - timedelta(days=1), day + timedelta(days=1)

    @api.model
    def _domain_current(self):
        """Rows that may be valid today somewhere; ``_current`` judges them exactly."""
        first, last = self._days_of_today()
        return (Domain("date_from", "=", False) | Domain("date_from", "<=", last)) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", first)
        )

    def _current(self, date=None):
        """The rows valid on ``date``; by default today, where the company works."""
        if date:
            return self.filtered(lambda row: row._is_current(date))
        first, last = self._days_of_today()
        return self.filtered(lambda row: row._is_current_between(first, last))

    def _is_current(self, date):
        return (not self.date_from or self.date_from <= date) and (
            not self.date_to or date <= self.date_to
        )

    def _is_current_between(self, first, last):
        if self._is_current(first) and self._is_current(last):
            return True
        if (self.date_from and self.date_from > last) or (self.date_to and self.date_to < first):
            return False
        return self._is_current(self._period_company()._approval_today())
