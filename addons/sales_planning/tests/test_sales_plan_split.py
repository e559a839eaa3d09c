from calendar import monthrange
from datetime import date, datetime
from unittest.mock import patch

from odoo import Command
from odoo.tests import TransactionCase, tagged

from ..models.distribution import distribute
from .plan_case import PlanCase


@tagged("post_install", "-at_install")
class TestDistribution(TransactionCase):
    """P1: sums always agree, rounding kept."""

    def test_parts_sum_to_the_whole(self):
        """P1: by the largest remainder, equal weights from the first."""
        self.assertEqual(distribute(100, [1, 1, 1], 0.01), [33.34, 33.33, 33.33])
        self.assertEqual(distribute(100, [1, 1, 1], 1), [34, 33, 33])
        self.assertEqual(distribute(10, [0, 3, 1], 1), [0, 8, 2])
        self.assertEqual(distribute(0.05, [1] * 7, 0.01), [0.01] * 5 + [0, 0])
        self.assertEqual(distribute(1, [1, 1, 1], 0.05), [0.35, 0.35, 0.3])
        self.assertEqual(distribute(0, [1, 2], 0.01), [0, 0])

    def test_large_wholes_lose_no_cent(self):
        """P1: 123,456,789,012.34 over uneven weights."""
        for weights in ([7, 11, 13, 17, 19, 23] * 17, [0.1] * 12, [1e-9, 1e9, 3.3]):
            parts = distribute(123456789012.34, weights, 0.01)
            self.assertEqual(sum(round(part * 100) for part in parts), 12345678901234)
            self.assertTrue(all(part >= 0 for part in parts))

    def test_many_parts_of_the_largest_whole_lose_no_cent(self):
        """P1: the sum of weights has no exact binary form; the parts sum to the whole all the same."""
        for number in (1000, 3000):
            for steps in range(10**14 - 3 * number, 10**14 - 3 * number + 40):
                parts = distribute(steps / 100, [0.1] * number, 0.01)
                self.assertEqual(sum(round(part * 100) for part in parts), steps)
                self.assertLessEqual(max(parts) - min(parts), 0.02)


@tagged("post_install", "-at_install")
class TestSplit(PlanCase):
    """P1: top-down split by last year's share, evenly, and growth over last year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machines = cls.env["product.category"].create({"name": "Machines"})
        cls.pumps = cls.env["product.category"].create(
            {"name": "Pumps", "parent_id": cls.machines.id}
        )
        cls.pump.categ_id = cls.pumps

    def sell(self, month, quantity, user=None, year=None, day=10, hour=4, team=None):
        """A confirmed order of pumps at 100 each, of the year before the plan by default."""
        order = self.make_confirmed({self.pump: quantity}, user=user or self.sales)
        self.env["sale.order"].browse(order.id).write(
            {
                "date_order": datetime(year or self.year - 1, month, day, hour),
                "team_id": (team or self.team).id,
            }
        )
        return order

    def sell_a_season(self):
        """300 in March by sales; 100 in June and 200 in September by sales2."""
        self.sell(3, 3)
        self.sell(6, 1, self.sales2)
        self.sell(9, 2, self.sales2)

    def make_divided(self):
        """The plan by team and person: plan, row of the company, team, both people, all others."""
        plan = self.make_plan()
        root = plan.target_ids
        team, _others = self.divide(plan, root, "team", self.team)
        mine, other, rest = self.divide(plan, team, "person", self.sales | self.sales2)
        return plan, root, team, mine, other, rest

    def test_growth_over_last_year_goes_down_by_last_years_shares(self):
        """P1: amounts and quantities; every sum agrees."""
        self.sell_a_season()
        plan, root, team, mine, other, _rest = self.make_divided()
        plan.action_split("growth")
        self.assertEqual(plan.amount_total, 630)
        self.assertEqual(self.amounts(root)[3], 315)
        self.assertEqual(self.amounts(mine)[3], 315)
        self.assertEqual(self.amounts(other)[6], 105)
        self.assertEqual(self.amounts(other)[9], 210)
        self.assertEqual(mine.quantity_total, 3.15)
        self.assertFalse(plan._sum_problems())
        plan.action_split("growth", 100)
        self.assertEqual(plan.amount_total, 1200)

    def test_a_plan_that_is_not_divided_grows_as_well(self):
        """P1: there is nothing to split it over."""
        self.sell_a_season()
        plan = self.make_plan()
        plan.action_split("growth", 10)
        self.assertEqual(self.amounts(plan.target_ids)[3], 330)
        plan.action_split("even")
        self.assertEqual(self.amounts(plan.target_ids)[3], 55)
        self.assertEqual(plan.amount_total, 660)

    def test_what_was_decided_is_split_by_share_or_evenly(self):
        """P1: 100.01 in one month of the company."""
        self.sell_a_season()
        plan, root, team, mine, other, rest = self.make_divided()
        self.enter(plan, root, {1: 100.01})
        plan.plan_grid_split(root.id, "even", "rows")
        self.assertEqual([self.amounts(row)[1] for row in (team, mine, other)], [100.01, 50.01, 50])
        plan.plan_grid_split(root.id, "share", "rows")
        # January had no sales: the shares are those of the year
        self.assertEqual([self.amounts(row)[1] for row in (mine, other, rest)], [50.01, 50, 0])
        plan.plan_grid_split(root.id, "share", "months")
        self.assertEqual(
            {month: amount for month, amount in self.amounts(root).items() if amount},
            {3: 50, 6: 16.67, 9: 33.34},
        )
        plan.plan_grid_split(root.id, "even", "months")
        self.assertEqual(self.amounts(root)[1], 8.34)
        self.assertEqual(round(sum(self.amounts(root).values()), 2), 100.01)

    def test_no_or_little_history_is_told(self):
        """P1: naming the row."""
        plan, root, team, mine, _other, _rest = self.make_divided()
        name = self.company.name
        self.enter(plan, root, {1: 100})
        with self.assertRefused(f"{name}: nothing was sold last year"):
            plan.plan_grid_grow(root.id, 5)
        with self.assertRefused(f"{name}: nothing was sold last year"):
            plan.plan_grid_split(root.id, "share", "rows")
        self.sell(3, 3)
        with self.assertRefused(f"{name}: too few months"):
            plan.plan_grid_split(root.id, "share", "months")
        with self.assertRefused("is not divided"):
            plan.plan_grid_split(mine.id, "even", "rows")
        with self.assertRefused("percentage above -100"):
            plan.plan_grid_grow(root.id, -100)

    def test_sales_count_for_every_row_on_their_way(self):
        """P1: by the day of the company, category with those below it, all others in their row."""
        # 20:00 UTC on the last of February is March in Shanghai
        last = monthrange(self.year - 1, 2)[1]
        self.sell(2, 1, day=last, hour=20)
        self.sell(3, 2, self.sales2)
        plan = self.make_plan()
        root = plan.target_ids
        mine, rest = self.divide(plan, root, "person", self.sales)
        category, other = self.divide(plan, mine, "category", self.machines)
        sold = plan._sales_of_rows()
        march = self.month(3)
        self.assertEqual(sold[root.id][march][:2], (300, 3))
        self.assertEqual(sold[mine.id][march][:2], (100, 1))
        self.assertEqual(sold[category.id][march][:2], (100, 1))
        self.assertEqual(sold[other.id][march][:2], (0, 0))
        self.assertEqual(sold[rest.id][march][:2], (200, 2))

    def test_every_figure_opens_the_lines_that_sum_to_it(self):
        """P1: of last year and of this one, of named rows and of all others."""
        self.sell(3, 2)
        self.sell(3, 5, self.sales2)
        self.sell(4, 1, year=self.year)
        cancelled = self.sell(3, 9)
        cancelled.with_user(self.env.user)._action_cancel()
        plan = self.make_plan()
        root = plan.target_ids
        rows = [root, *self.divide(plan, root, "person", self.sales)]
        rows += self.divide(plan, rows[1], "category", self.machines)
        sold = plan._sales_of_rows()
        for row in rows:
            for month in plan._months():
                for last_year, at in ((True, 0), (False, 2)):
                    action = plan.plan_grid_open(row.id, [str(month)], last_year)
                    lines = self.env["sale.order.line"].search(action["domain"])
                    self.assertEqual(
                        sum(lines.mapped("price_subtotal")), sold[row.id][month][at], row.key
                    )
        self.assertEqual(sold[root.id][self.month(3)][0], 700)

    def test_sales_count_when_product_customer_and_salesperson_are_gone(self):
        """P1: archived, or never entered; the figure opens what it sums."""
        industry = self.env["res.partner.industry"].create({"name": "Mining"})
        self.customer.industry_id = industry
        self.sell(3, 2)
        nobodys = self.sell(4, 1)
        self.env["sale.order"].browse(nobodys.id).write({"user_id": False, "team_id": False})
        self.pump.product_tmpl_id.active = False
        self.customer.active = False
        plan = self.make_plan()
        root = plan.target_ids
        rows = [root, *self.divide(plan, root, "person", self.sales)]
        rows += self.divide(plan, rows[1], "category", self.machines)
        rows += self.divide(plan, rows[2], "segment", industry)
        sold = plan._sales_of_rows()
        totals = []
        for row in rows:
            figure = sum(sold[row.id][month][0] for month in plan._months())
            action = plan.plan_grid_open(row.id, [str(month) for month in plan._months()], True)
            lines = self.env["sale.order.line"].search(action["domain"])
            self.assertEqual(sum(lines.mapped("price_subtotal")), figure, row.key)
            totals.append(figure)
        self.assertEqual(totals, [300, 200, 100, 200, 0, 100, 0])

    def test_a_discount_takes_money_off_and_adds_no_goods(self):
        """P1: the line of a discount is no piece sold."""
        # how an order comes about is tested elsewhere
        self.company.order_flow_enabled = False
        self.env["approval.chain"].search([("model", "=", "sale.order")]).active = False
        discount = self.make_product("Discount", 0, type="service", is_storable=False)
        self.company.sale_discount_product_id = discount
        order = self.make_order({self.pump: 2, discount: 1})
        order.order_line.filtered(lambda line: line.product_id == discount).price_unit = -20
        order.action_confirm()
        self.env["sale.order"].browse(order.id).date_order = datetime(self.year - 1, 3, 10, 4)
        plan = self.make_plan()
        figures = plan._sales_of_rows()[plan.target_ids.id][self.month(3)]
        self.assertEqual(figures[:2], (180, 2))

    def test_of_a_combo_the_goods_are_counted(self):
        """P1: the line that names the combo is no further piece."""
        self.company.order_flow_enabled = False
        self.env["approval.chain"].search([("model", "=", "sale.order")]).active = False
        part = self.env["product.combo"].create(
            {"name": "Pump", "combo_item_ids": [Command.create({"product_id": self.pump.id})]}
        )
        values = {"type": "combo", "is_storable": False, "combo_ids": [Command.set(part.ids)]}
        combo = self.make_product("Pump and Nothing Else", 100, **values)
        order = self.make_order({combo: 2})
        named = order.order_line
        order.order_line = [
            Command.create(
                {
                    "product_id": self.pump.id,
                    "product_uom_qty": 2,
                    "linked_line_id": named.id,
                    "combo_item_id": part.combo_item_ids.id,
                }
            )
        ]
        order.action_confirm()
        self.env["sale.order"].browse(order.id).date_order = datetime(self.year - 1, 3, 10, 4)
        plan = self.make_plan()
        self.assertEqual(plan._sales_of_rows()[plan.target_ids.id][self.month(3)][1], 2)

    def test_a_category_that_moved_below_another_one_counts_once(self):
        """P1: in its own row; the figure of the other one opens the lines without it."""
        spares = self.env["product.category"].create({"name": "Spare Parts"})
        other = self.make_product("Seal", 10)
        other.categ_id = spares
        self.sell(3, 2)
        seals = self.make_confirmed({other: 5})
        self.env["sale.order"].browse(seals.id).date_order = datetime(self.year - 1, 3, 10, 4)
        plan = self.make_plan()
        rows = self.divide(plan, plan.target_ids, "category", self.machines | spares)
        spares.parent_id = self.machines
        sold = plan._sales_of_rows()
        totals = []
        for row in rows:
            figure = sold[row.id][self.month(3)][0]
            action = plan.plan_grid_open(row.id, [str(self.month(3))], True)
            lines = self.env["sale.order.line"].search(action["domain"])
            self.assertEqual(sum(lines.mapped("price_subtotal")), figure, row.key)
            totals.append(figure)
        self.assertEqual(totals, [200, 50, 0])

    def test_the_statistics_show_plan_sales_and_last_year(self):
        """P1, P10: by month and person; a category counts where it is planned."""
        self.sell(3, 2)
        self.sell(4, 1, year=self.year)
        plan = self.make_plan()
        row, _rest = self.divide(plan, plan.target_ids, "category", self.machines)
        for target in (plan._root(), row):
            self.enter(plan, target, {3: 500}, quantity=4)
        plan.action_approve()
        report = self.as_user(self.env["sales.plan.report"], self.planner)
        period = [("month", ">=", plan.date_from), ("month", "<=", plan.date_to)]
        groups = report._read_group(
            [*period, ("categ_id", "=", self.machines.id)],
            ["month:month"],
            ["plan_amount:sum", "amount:sum", "last_amount:sum", "difference:sum"],
            order="month:month",
        )
        self.assertEqual(
            [(month.month, *figures) for month, *figures in groups],
            [(3, 500, 0, 200, -500), (4, 0, 100, 0, 100)],
        )
        mine = self.as_user(report, self.sales2).search(period)
        self.assertFalse(mine.filtered(lambda line: line.user_id != self.sales2))
        line = report.search([*period, ("kind", "=", "sales")])
        self.assertEqual(line.action_open_document()["res_model"], "sale.order")

    def test_amounts_of_other_currencies_are_those_of_the_company(self):
        """P1: at the rate of the order."""
        order = self.sell(3, 2)
        self.env.cr.execute("UPDATE sale_order SET currency_rate = 0.5 WHERE id = %s", [order.id])
        self.env.invalidate_all()
        plan = self.make_plan()
        self.assertEqual(plan._sales_of_rows()[plan.target_ids.id][self.month(3)][0], 400)

    def test_plans_of_two_companies_are_summed_in_one_currency(self):
        """P1, X4: that of the company in which the planner works, at today's rate."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        sister = self.env["res.company"].create(
            {"name": "Sister GmbH", "currency_id": euro.id, "planning_enabled": True}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.1,
            }
        )
        self.planner.company_ids |= sister
        plans = self.as_user(self.env["sales.plan"], self.planner).with_context(
            allowed_company_ids=(self.company | sister).ids
        )
        for company, amount in ((self.company, 700), (sister, 100)):
            plan = plans.create({"year": self.year, "company_id": company.id})
            self.enter(plan, plan.target_ids, {3: amount})
            plan.action_approve()
        report = plans.env["sales.plan.report"]
        [[total]] = report._read_group(
            [("month", "=", self.month(3)), ("kind", "=", "plan")], [], ["plan_amount:sum"]
        )
        self.assertAlmostEqual(total, 1700)
        self.assertEqual(
            report.search([("month", "=", self.month(3)), ("kind", "=", "plan")]).currency_id,
            self.company.currency_id,
        )

    def test_ten_thousand_cells_are_split_in_as_many_queries_as_a_hundred(self):
        """P1: how long it takes depends on the machine."""
        self.sell_a_season()
        categories = self.env["product.category"].create(
            [{"name": f"Category {number}"} for number in range(850)]
        )

        def split(some):
            plan = self.make_plan()
            plan.plan_grid_add(plan.target_ids.id, "category", some.ids)
            self.enter(plan, plan._root(), {month: 1000 for month in range(1, 13)})
            plan.invalidate_recordset()
            before = self.env.cr.sql_log_count
            plan.action_split("even")
            result = self.env.cr.sql_log_count - before
            self.assertFalse(plan._sum_problems())
            plan.action_cancel("Measured")
            return result

        split(categories[:9])
        few = split(categories[:9])
        self.assertLessEqual(split(categories), few + 10)

    def test_a_revision_takes_as_many_queries_whatever_its_size(self):
        """P1: to begin it, to change it when months are over, and to put it in force."""
        categories = self.env["product.category"].create(
            [{"name": f"Category {number}"} for number in range(300)]
        )

        def measure(year, some):
            plan = self.make_plan(year=year)
            plan.plan_grid_add(plan.target_ids.id, "category", some.ids)
            self.enter(plan, plan._root(), {month: 3000 for month in range(1, 13)})
            plan.action_split("even")
            plan.action_approve()
            counts = []

            def count(call):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                result = call()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
                return result

            new = plan.browse(count(plan.action_revise)["res_id"])
            with patch.object(
                type(self.company), "_approval_today", lambda _company: date(year, 6, 1)
            ):
                count(lambda: self.enter(new, new._root(), {6: 3000.01}))
                count(lambda: new.action_split("even"))
                count(new.action_approve)
            return counts

        measure(self.year, categories[:5])
        few = measure(self.year + 1, categories[:5])
        for number, many in enumerate(measure(self.year + 2, categories)):
            self.assertLessEqual(many, few[number] + 10)

    def test_the_grid_loads_in_as_many_queries_whatever_its_size(self):
        """P1: one row or three hundred."""
        self.sell_a_season()
        categories = self.env["product.category"].create(
            [{"name": f"Category {number}"} for number in range(300)]
        )
        plan = self.make_plan()
        plan.plan_grid_add(plan.target_ids.id, "category", categories[:5].ids)

        def load():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan.plan_grid_load()
            return self.env.cr.sql_log_count - before

        load()
        few = load()
        plan.plan_grid_add(plan.target_ids[0].id, "category", categories.ids)
        self.assertLessEqual(load(), few + 3)
