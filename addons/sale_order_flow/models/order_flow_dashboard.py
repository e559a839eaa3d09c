from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

# what an average of nothing is shown as
NOTHING = "–"
LONGEST = relativedelta(years=5)


class OrderFlowDashboard(models.AbstractModel):
    """The figures of a period beside those of the period before; each opens its documents (F20).

    Read with the rights of whoever looks: salespeople see their own figures.
    """

    _name = "order.flow.dashboard"
    _description = "Order Flow Dashboard"

    @api.model
    @api.readonly
    def figures(self, date_from, date_to):
        """The tiles of the dashboard (F20).

        :param date_from: first day of the period, ISO date
        :param date_to: last day of the period, ISO date
        :raise UserError: when the period ends before it begins, or is longer than five years
        :return: list of ``{"key", "label", "value", "before", "better", "action"}`` with values as texts
            in the language of the user; ``before`` is the value of the period of the same length before
        """
        date_from, date_to = map(fields.Date.to_date, (date_from, date_to))
        if not (date_from and date_to and date_from <= date_to <= date_from + LONGEST):
            raise UserError(
                self.env._("Choose a period that ends after it begins, of five years at most.")
            )
        length = date_to - date_from + relativedelta(days=1)
        now = self._tiles(date_from, date_to)
        before = {tile["key"]: tile for tile in self._tiles(date_from - length, date_to - length)}
        for tile in now:
            past = before.get(tile["key"], {})
            tile["before"] = past.get("value", "")
            sign, raw = tile.pop("sign"), tile.pop("raw")
            known = NOTHING not in (tile["value"], tile["before"])
            change = raw - past.get("raw", 0.0) if known else 0.0
            tile["better"] = change * sign > 0 if sign and change else None
        return now

    def _period(self, field, date_from, date_to):
        """Moments of ``field`` from the first to the last day, where the company works."""
        company = self.env.company
        return Domain(field, ">=", company._approval_midnight(date_from)) & Domain(
            field, "<", company._approval_midnight(date_to + relativedelta(days=1))
        )

    def _tile(self, key, label, raw, action, value=None, sign=1):
        """One figure.

        :param raw: the number
        :param action: what opens its documents
        :param value: the number as text; by default as a whole number
        :param sign: 1 where more is better, -1 where less is, 0 where neither
        """
        text = formatLang(self.env, raw, digits=0) if value is None else value
        return {
            "key": key,
            "label": label,
            "raw": raw or 0.0,
            "value": text,
            "action": action,
            "sign": sign,
        }

    def _documents(self, name, model, domain, views=("pivot", "graph", "list"), **context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, view) for view in views],
            "domain": list(domain),
            "context": context,
            "target": "current",
        }

    def _tiles(self, date_from, date_to):
        """Hook: the figures of a period; extend with ``super()`` and append :meth:`_tile`.

        :param date_from: first day
        :param date_to: last day
        """
        return [
            *self._tiles_orders(date_from, date_to),
            *self._tiles_special(date_from, date_to),
            *self._tiles_stages(date_from, date_to),
            *self._tiles_customers(date_from, date_to),
        ]

    def _tiles_orders(self, date_from, date_to):
        Report = self.env["sale.flow.report"]
        ordered = self._period("date", date_from, date_to)
        orders, customers, revenue, on_time, days_late, judged_count = Report._read_group(
            ordered,
            [],
            [
                "orders:count_distinct",
                "customers:count_distinct",
                "revenue:sum",
                "on_time:avg",
                "days_late:avg",
                # an average of nothing is zero: it is said whether there is any
                "on_time:count",
            ],
        )[0]
        returned = Domain("returned", ">", 0)
        (returns,) = Report._read_group(ordered & returned, [], ["orders:count_distinct"])[0]
        currency = self.env.company.currency_id

        def lines(name, domain, *views):
            return self._documents(name, Report._name, domain, views or ("pivot", "graph", "list"))

        judged = ordered & Domain("judged", "=", True)
        return [
            self._tile("orders", label := self.env._("Orders"), orders, lines(label, ordered)),
            self._tile(
                "customers", label := self.env._("Customers"), customers, lines(label, ordered)
            ),
            self._tile(
                "revenue",
                label := self.env._("Revenue (Untaxed)"),
                revenue or 0.0,
                lines(label, ordered),
                value=formatLang(self.env, revenue or 0.0, currency_obj=currency),
            ),
            self._tile(
                "on_time",
                label := self.env._("Delivered on Time"),
                on_time,
                lines(label, judged, "list", "pivot", "graph"),
                value=self._average(on_time, judged_count, "%"),
            ),
            self._tile(
                "days_late",
                label := self.env._("Days Late on Average"),
                days_late,
                lines(label, judged, "list", "pivot", "graph"),
                value=self._average(days_late, judged_count),
                sign=-1,
            ),
            self._tile(
                "returns",
                label := self.env._("Orders with Returns"),
                returns,
                lines(label, ordered & returned, "list", "pivot", "graph"),
                sign=-1,
            ),
        ]

    def _average(self, value, count, unit=""):
        return f"{formatLang(self.env, value, digits=1)}{unit}" if count else NOTHING

    def _tiles_special(self, date_from, date_to):
        Special = self.env["sale.order.special"]
        if not Special.has_access("read"):
            return []
        submitted = self._period("submitted_at", date_from, date_to)
        (orders,) = Special._read_group(submitted, [], ["orders:count_distinct"])[0]
        label = self.env._("Special Approvals Asked For")
        action = self._documents(label, Special._name, submitted)
        return [self._tile("special", label, orders, action, sign=-1)]

    def _tiles_stages(self, date_from, date_to):
        Entry = self.env["sale.order.stage.entry"]
        left = self._period("left_at", date_from, date_to)
        hours, count = Entry._read_group(left, [], ["work_hours:avg", "work_hours:count"])[0]
        label = self.env._("Working Hours a Stage")
        return [
            self._tile(
                "stage_hours",
                label,
                hours,
                self._documents(label, Entry._name, left),
                value=self._average(hours, count),
                sign=-1,
            )
        ]

    def _tiles_customers(self, date_from, date_to):
        """What customers complained of, and how content they were when they were asked (F19)."""
        Case, Asked = self.env["order.case"], self.env["order.satisfaction"]
        opened = Domain("kind", "=", "complaint") & self._period("opened_at", date_from, date_to)
        (complaints,) = Case._read_group(opened, [], ["__count"])[0]
        answered = self._period("answered_at", date_from, date_to)
        score, count = Asked._read_group(answered, [], ["score:avg", "__count"])[0]
        return [
            self._tile(
                "complaints",
                label := self.env._("Complaints"),
                complaints,
                self._documents(label, Case._name, opened, ("list", "form")),
                sign=-1,
            ),
            self._tile(
                "satisfaction",
                label := self.env._("Satisfaction (1 to 5)"),
                score,
                self._documents(label, Asked._name, answered),
                value=self._average(score, count),
            ),
        ]
