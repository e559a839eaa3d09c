from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain

from .sales_month_chart import month_chart

# kinds of cells: names and not texts, which the export of terms would take for words
MONEY, PERCENT, NUMBER = "money", "percent", "number"
TOP = 10
FORECAST_MONTHS = 3


class SalesMonthReport(models.Model):
    """The figures of a month: sales against plan and last year, customers, service, outlook (P10).

    :meth:`_collect` gives numbers, which are kept when the report is issued; :meth:`_sections` gives
    them their words, in the language of whoever reads them.
    """

    _inherit = "sales.month.report"

    # ------------------------------------------------------------------ numbers

    def _collect(self):
        """Hook: the numbers of the report, as JSON.

        :return: ``{name of a section: numbers or rows}``
        """
        self.ensure_one()
        company = self.company_id
        # sudo: the management reads the whole company, whoever issues it
        report = self.sudo().with_context(allowed_company_ids=company.ids).with_company(company)
        return {
            "total": report._sales_total(),
            "months": report._sales_by_month(),
            "team_id": report._sales_by("team_id"),
            "user_id": report._sales_by("user_id"),
            "categ_id": report._sales_by("categ_id"),
            "customers": report._best_customers(),
            "service": report._service(),
            "collection": report._collection(),
            "development": report._development(),
            "outlook": report._outlook(),
        }

    def _sales_domain(self, first):
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("month", ">=", first)
            & Domain("month", "<=", self.month)
        )

    def _sums(self, first, group=None):
        """Target, sales and last year's sales from ``first`` to the end of the month."""
        return self.env["sales.plan.report"]._read_group(
            self._sales_domain(first),
            [group] if group else [],
            ["plan_amount:sum", "amount:sum", "last_amount:sum"],
        )

    def _year_start(self):
        return self.month.replace(month=1)

    def _sales_total(self):
        [month], [year] = self._sums(self.month), self._sums(self._year_start())
        return {"month": list(map(_number, month)), "year": list(map(_number, year))}

    def _sales_by_month(self):
        """The twelve months of the year: target, sales, last year; sales only of those told of."""
        rows = {
            month: figures
            for month, *figures in self.env["sales.plan.report"]._read_group(
                Domain("company_id", "=", self.company_id.id)
                & Domain("month", ">=", self._year_start())
                & Domain("month", "<=", self.month.replace(month=12)),
                ["month:month"],
                ["plan_amount:sum", "amount:sum", "last_amount:sum"],
            )
        }
        result = []
        for number in range(1, 13):
            month = self.month.replace(month=number)
            plan, sold, last = map(_number, rows.get(month, (0, 0, 0)))
            result.append([number, plan, sold if month <= self.month else None, last])
        return result

    def _sales_by(self, name):
        """``[[name, target, sales, last year, target and sales of the year so far]]``, best first."""
        year = {record: figures for record, *figures in self._sums(self._year_start(), name)}
        month = {record: figures for record, *figures in self._sums(self.month, name)}
        rows = [
            [
                record.display_name or "",
                *map(_number, month.get(record, (0, 0, 0))),
                *map(_number, figures[:2]),
            ]
            for record, figures in year.items()
        ]
        rows = [row for row in rows if any(row[1:])]
        return sorted(rows, key=lambda row: (-row[2], -row[5], row[0]))[:TOP]

    def _best_customers(self):
        rows = self.env["sale.report"]._read_group(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "sale")
            & self._moments("date"),
            ["commercial_partner_id"],
            ["price_subtotal:sum", "order_reference:count_distinct"],
            limit=TOP,
            order="price_subtotal:sum DESC",
        )
        return [[partner.display_name or "", _number(sum_), count] for partner, sum_, count in rows]

    def _moments(self, name):
        """Moments of the month, where the company works."""
        company = self.company_id
        return Domain(name, ">=", company._approval_midnight(self.month)) & Domain(
            name, "<", company._approval_midnight(self.month + relativedelta(months=1))
        )

    def _service(self):
        own = Domain("company_id", "=", self.company_id.id)
        [[on_time, judged]] = self.env["sale.flow.report"]._read_group(
            own & self._moments("date") & Domain("judged", "=", True),
            [],
            ["on_time:avg", "__count"],
        )
        [[score, answers]] = self.env["order.satisfaction"]._read_group(
            own & self._moments("answered_at"), [], ["score:avg", "__count"]
        )
        cases = self.env["order.case"]
        return {
            "on_time": _number(on_time) if judged else None,
            "satisfaction": _number(score) if answers else None,
            "opened": cases.search_count(own & self._moments("opened_at")),
            "closed": cases.search_count(own & self._moments("closed_at")),
            "open": cases.search_count(own & Domain("state", "in", ("new", "progress", "waiting"))),
        }

    def _collection(self):
        end = self._month_end()
        own = Domain("company_id", "=", self.company_id.id) & Domain("state", "=", "posted")
        sold = own & Domain("move_type", "in", ("out_invoice", "out_refund"))
        moves = self.env["account.move"]
        [[invoiced]] = moves._read_group(
            sold & Domain("invoice_date", ">=", self.month) & Domain("invoice_date", "<=", end),
            [],
            ["amount_total_signed:sum"],
        )
        [[open_amount]] = moves._read_group(
            sold & Domain("invoice_date", "<=", end), [], ["amount_residual_signed:sum"]
        )
        [[overdue]] = moves._read_group(
            sold & Domain("invoice_date_due", "<=", end), [], ["amount_residual_signed:sum"]
        )
        return {
            "invoiced": _number(invoiced),
            "open": _number(open_amount),
            "overdue": _number(overdue),
        }

    def _development(self):
        """``[[kind, planned, done]]`` of customer development."""
        rows = self.env["development.report"]._read_group(
            Domain("company_id", "=", self.company_id.id)
            & Domain("date", ">=", self.month)
            & Domain("date", "<=", self._month_end()),
            ["kind"],
            ["planned:sum", "actual:sum"],
        )
        return [[kind, planned or 0, actual or 0] for kind, planned, actual in rows]

    def _outlook(self):
        """``[[month, expected, target]]`` of the next months, each by its newest released forecast."""
        first = self.month + relativedelta(months=1)
        months = [first + relativedelta(months=number) for number in range(FORECAST_MONTHS)]
        forecasts = self.env["sales.forecast"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "released")]
        )
        found = self.env["sales.forecast.line"]._read_group(
            [("forecast_id", "in", forecasts.ids), ("month", "in", months)],
            ["month:month", "forecast_id"],
            ["amount:sum"],
        )
        # the newest comes last and stays
        found.sort(key=lambda row: (row[1].month, row[1].id))
        expected = {month: amount for month, _forecast, amount in found}
        planned = dict(
            self.env["sales.plan.report"]._read_group(
                Domain("company_id", "=", self.company_id.id) & Domain("month", "in", months),
                ["month:month"],
                ["plan_amount:sum"],
            )
        )
        return [
            [
                fields.Date.to_string(month),
                _number(expected.get(month)),
                _number(planned.get(month)),
            ]
            for month in months
            if expected or planned
        ]

    # ------------------------------------------------------------------ words

    def _sections(self):
        """Hook: what is shown, in the language of the reader.

        :return: list of ``{"title", "head": [texts], "rows": [[cells]], "chart": markup or None}``; a
            cell is a text, ``(MONEY, amount)``, ``(PERCENT, share)`` or ``(NUMBER, value)``
        """
        self.ensure_one()
        numbers = self.figures or self._collect()
        return [
            self._section_total(numbers),
            self._section_by(numbers["team_id"], self.env._("Sales by Team")),
            self._section_by(numbers["user_id"], self.env._("Sales by Salesperson")),
            self._section_by(numbers["categ_id"], self.env._("Sales by Product Category")),
            self._section_customers(numbers["customers"]),
            self._section_service(numbers),
            self._section_development(numbers["development"]),
            self._section_outlook(numbers["outlook"]),
        ]

    def _section_total(self, numbers):
        head = [
            "",
            self.env._("Target"),
            self.env._("Sales"),
            self.env._("Attainment"),
            self.env._("Last Year"),
            self.env._("Growth"),
        ]
        rows = [
            [
                label,
                (MONEY, plan),
                (MONEY, sold),
                (PERCENT, _share(sold, plan)),
                (MONEY, last),
                (PERCENT, _growth(sold, last)),
            ]
            for label, (plan, sold, last) in (
                (self.env._("Month"), numbers["total"]["month"]),
                (self.env._("Year So Far"), numbers["total"]["year"]),
            )
        ]
        words = {
            "plan": self.env._("Target"),
            "sold": self.env._("Sales"),
            "last": self.env._("Last Year"),
        }
        chart = month_chart(numbers["months"], words)
        return {"title": self.env._("Sales"), "head": head, "rows": rows, "chart": chart}

    def _section_by(self, found, title):
        head = [
            "",
            self.env._("Target"),
            self.env._("Sales"),
            self.env._("Attainment"),
            self.env._("Last Year"),
            self.env._("Target, Year So Far"),
            self.env._("Sales, Year So Far"),
            self.env._("Attainment, Year So Far"),
        ]
        rows = [
            [
                name or self.env._("Others"),
                (MONEY, plan),
                (MONEY, sold),
                (PERCENT, _share(sold, plan)),
                (MONEY, last),
                (MONEY, year_plan),
                (MONEY, year_sold),
                (PERCENT, _share(year_sold, year_plan)),
            ]
            for name, plan, sold, last, year_plan, year_sold in found
        ]
        return {"title": title, "head": head, "rows": rows}

    def _section_customers(self, found):
        head = [self.env._("Customer"), self.env._("Sales"), self.env._("Orders")]
        rows = [[name, (MONEY, amount), (NUMBER, count)] for name, amount, count in found]
        return {"title": self.env._("Best Customers"), "head": head, "rows": rows}

    def _section_service(self, numbers):
        service, money = numbers["service"], numbers["collection"]
        rows = [
            [self.env._("Delivered on time"), (PERCENT, service["on_time"])],
            [self.env._("Satisfaction (1 to 5)"), (NUMBER, service["satisfaction"])],
            [self.env._("Cases opened"), (NUMBER, service["opened"])],
            [self.env._("Cases closed"), (NUMBER, service["closed"])],
            [self.env._("Cases still open"), (NUMBER, service["open"])],
            [self.env._("Invoiced"), (MONEY, money["invoiced"])],
            [self.env._("Not paid yet"), (MONEY, money["open"])],
            [self.env._("Of it overdue"), (MONEY, money["overdue"])],
        ]
        return {"title": self.env._("Service and Collection"), "head": [], "rows": rows}

    def _section_development(self, found):
        kinds = self.env["development.report"]._fields["kind"]._description_selection(self.env)
        known = {kind: figures for kind, *figures in found}
        head = ["", self.env._("Planned"), self.env._("Done"), self.env._("Attainment")]
        rows = [
            [
                label,
                (NUMBER, known[kind][0]),
                (NUMBER, known[kind][1]),
                (PERCENT, _share(known[kind][1], known[kind][0])),
            ]
            for kind, label in kinds
            if kind in known
        ]
        return {"title": self.env._("Customer Development"), "head": head, "rows": rows}

    def _section_outlook(self, found):
        head = [self.env._("Month"), self.env._("Forecast"), self.env._("Target")]
        rows = [
            [month[:7], (MONEY, expected), (MONEY, planned)] for month, expected, planned in found
        ]
        return {"title": self.env._("Outlook"), "head": head, "rows": rows}


def _number(value):
    """A plain number for JSON; what is not there is zero."""
    return round(float(value or 0.0), 6)


def _share(part, whole):
    return part / whole if whole else None


def _growth(now, before):
    return now / before - 1 if before else None
