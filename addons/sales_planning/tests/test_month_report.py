from datetime import datetime

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .planning_case import PlanningCase


@tagged("post_install", "-at_install")
class TestMonthReport(PlanningCase):
    """P10: figures of a month, as they were when they were told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # of the demo company
        cls.env["sales.month.report"].search([("state", "=", "draft")]).unlink()
        cls.reader = cls.salesmgr
        cls.month = cls.today.replace(day=1) - relativedelta(months=20)

    def make_report(self, user=None, **values):
        return self.as_user(self.env["sales.month.report"], user or self.planner).create(
            {
                "company_id": self.company.id,
                "month": self.month + relativedelta(days=9),
                "recipient_ids": [(6, 0, self.reader.ids)],
                **values,
            }
        )

    def sell(self, quantities, day=5, **values):
        """A confirmed order of the month that is told of, at noon of that day."""
        order = self.make_confirmed(quantities, **values)
        order.sudo().date_order = datetime.combine(
            self.month + relativedelta(days=day - 1), datetime.min.time()
        ) + relativedelta(hours=4)
        return order

    def section(self, report, title):
        [found] = [one for one in report._sections() if one["title"] == title]
        return found

    def test_sales_of_the_month_and_of_the_year_so_far(self):
        """P10: by the order date where the company works; the month before counts for the year."""
        report = self.make_report()
        self.assertEqual(report.month, self.month)
        before = {row[0]: row[2][1] for row in self.section(report, "Sales")["rows"]}
        self.sell({self.pump: 3})
        self.env.flush_all()
        self.env.invalidate_all()
        month, year = self.section(report, "Sales")["rows"]
        self.assertEqual(month[2][1] - before["Month"], 300)
        self.assertEqual(year[2][1] - before["Year So Far"], 300)
        people = {row[0]: row[2][1] for row in self.section(report, "Sales by Salesperson")["rows"]}
        self.assertGreaterEqual(people[self.sales.name], 300)
        best = {row[0]: row[1][1] for row in self.section(report, "Best Customers")["rows"]}
        self.assertEqual(best[self.customer.name], 300)

    def test_an_issued_report_stands(self):
        """P10: later orders, other words and other months change nothing of it; planners only."""
        self.sell({self.pump: 1})
        report = self.make_report(summary="<p>Fine.</p>")
        told = report._sections()
        report.action_issue()
        self.assertEqual((report.state, report.issued_by_id), ("issued", self.planner))
        self.sell({self.pump: 7})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            [section["rows"] for section in report._sections()],
            [section["rows"] for section in told],
        )
        for change in (
            {"summary": "<p>Bad.</p>"},
            {"month": self.month - relativedelta(months=1)},
            {"recipient_ids": [(5,)]},
        ):
            with self.assertRefused("it stands as it is"):
                report.write(change)
        with self.assertRefused("it stands as it is"):
            report.unlink()
        with self.assertRefused("it stands as it is"):
            report.action_issue()
        with self.assertRefused("cannot be entered by hand", AccessError):
            report.state = "draft"

    def test_whoever_receives_it_reads_it_and_nobody_else(self):
        """P10, X3: before it is issued, planners only."""
        report = self.make_report(recipient_ids=[(6, 0, self.assistant.ids)])
        theirs = self.as_user(report, self.assistant)
        with self.assertRefused(exception=AccessError):
            theirs.read(["name"])
        report.action_issue()
        theirs.read(["name", "preview"])
        message = report.message_ids.filtered("attachment_ids")[0]
        self.assertIn(self.assistant.partner_id, message.notified_partner_ids)
        self.assertTrue(message.attachment_ids.raw)
        for user in (self.sales, self.outsider):
            with self.subTest(user.login), self.assertRefused(exception=AccessError):
                self.as_user(report, user).read(["name"])
        with self.assertRefused(exception=AccessError):
            theirs.action_issue()

    def test_a_form_tells_nothing_of_another_company(self):
        """P10, X4: neither by naming it nor by another month of its report."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        reports = self.as_user(self.env["sales.month.report"], self.planner)
        asked = {"month": str(self.month), "company_id": elsewhere.id}
        answer = reports.onchange(asked, ["company_id", "month"], {"preview": {}, "name": {}})
        self.assertFalse(answer["value"].get("preview"))
        own = {**asked, "company_id": self.company.id}
        answer = reports.onchange(own, ["company_id", "month"], {"preview": {}, "name": {}})
        self.assertIn("Best Customers", answer["value"]["preview"])

    def test_a_month_given_by_the_context_is_its_first_day(self):
        """P10, X6: and is checked as any other."""
        reports = self.as_user(self.env["sales.month.report"], self.planner)
        day = self.month + relativedelta(days=16)
        report = reports.with_context(default_month=str(day)).create({})
        self.assertEqual(report.month, self.month)
        later = self.today + relativedelta(months=2)
        with self.assertRefused("has not begun yet"):
            reports.with_context(default_month=str(later)).create({})

    def forecast(self, month, horizon, quantity, level="product"):
        """A released forecast of the pump at 10 each, of that month and the following ones."""
        forecast = self.as_user(self.env["sales.forecast"], self.planner).create(
            {"month": month, "horizon": horizon, "level": level}
        )
        key = (
            {"product_id": self.pump.id}
            if level == "product"
            else {"categ_id": self.pump.categ_id.id}
        )
        self.env["sales.forecast.line"]._record(
            [
                {
                    "forecast_id": forecast.id,
                    "month": month + relativedelta(months=number),
                    "quantity": quantity,
                    "unit_price": 10,
                    **key,
                }
                for number in range(horizon)
            ]
        )
        forecast._stamp({"state": "released"})
        return forecast

    def test_each_month_of_the_outlook_has_its_newest_forecast(self):
        """P10, P2: a later forecast for a short time takes nothing from what lies behind it."""
        self.env["sales.forecast"].search([("state", "=", "released")])._stamp({"state": "draft"})
        report = self.make_report()
        first, second, third = (self.month + relativedelta(months=n) for n in (1, 2, 3))
        self.forecast(self.month, 12, 5)
        self.forecast(second, 1, 7)
        self.forecast(third + relativedelta(months=1), 3, 9)
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.section(report, "Outlook")["rows"]
        self.assertEqual(
            [(row[0], row[1][1]) for row in rows],
            [(f"{first:%Y-%m}", 50), (f"{second:%Y-%m}", 70), (f"{third:%Y-%m}", 50)],
        )
        self.forecast(first, 3, 2).active = False
        self.env.flush_all()
        rows = self.section(report, "Outlook")["rows"]
        self.assertEqual([row[1][1] for row in rows], [50, 70, 50])

    def test_it_speaks_the_language_of_the_reader(self):
        """P10, X2: numbers are kept, words are not."""
        report = self.make_report()
        report.action_issue()
        titles = [one["title"] for one in report.with_context(lang="zh_CN")._sections()]
        self.assertIn("展望", titles)
        self.assertIn("Sales", [one["title"] for one in report._sections()])

    def test_months_that_cannot_be_told_of_are_refused(self):
        """P10, X6: to come, not over, told of already, nobody to send it to."""
        with self.assertRefused("has not begun yet"):
            self.make_report(month=self.today + relativedelta(months=2))
        running = self.make_report(month=self.today)
        with self.assertRefused("is not over yet"):
            running.action_issue()
        report = self.make_report(recipient_ids=[(5,)])
        with self.assertRefused("who receives the report"):
            report.action_issue()
        with mute_logger("odoo.sql_db"), self.assertRefused(exception=UniqueViolation):
            self.make_report()

    def test_the_draft_is_made_when_the_month_is_over(self):
        """P10: once, from the company's day on; whoever writes it has a to-do."""
        self.company.write({"month_report_day": 3, "month_report_user_id": self.planner.id})
        cron = self.env.ref("sales_planning.cron_month_report")
        first = self.today.replace(day=1) + relativedelta(months=3)
        reports = self.env["sales.month.report"]
        own = [
            ("company_id", "=", self.company.id),
            ("month", "=", first - relativedelta(months=1)),
        ]
        for day, count in ((2, 0), (3, 1), (4, 1)):
            moment = datetime.combine(first.replace(day=day), datetime.min.time())
            self.env.flush_all()
            with freeze_time(moment + relativedelta(hours=12)), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(reports.search_count(own), count, day)
        report = reports.search(own)
        self.assertEqual(report.activity_ids.user_id, self.planner)
