from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import Form, tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestStatistics(OrderFlowCase):
    """F20: orders, customers, revenue, punctuality, special reasons and returns, each with its documents."""

    def report(self, order, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["sale.flow.report"].search([("order_id", "=", order.id)])
        return self.as_user(rows, user or self.salesmgr)

    def ship_all(self, order):
        self.make_verified(order)
        self.make_notice(order)
        self.ship(self.pickings(order))
        self.assertEqual(order.order_line.qty_delivered, order.order_line.product_uom_qty)

    def test_confirmed_lines_are_counted_with_their_revenue(self):
        """F20: quotations and cancelled orders are not; in the currency of the company."""
        order = self.make_confirmed({self.pump: 3, self.hose: 5})
        rows = self.report(order)
        self.assertEqual(len(rows), 2)
        self.assertEqual(sum(rows.mapped("revenue")), 350)
        self.assertEqual(sum(rows.mapped("quantity")), 8)
        self.assertFalse(self.report(self.make_order()))
        ((orders, customers, revenue),) = self.env["sale.flow.report"]._read_group(
            [("order_id", "=", order.id)],
            [],
            ["orders:count_distinct", "customers:count_distinct", "revenue:sum"],
        )
        self.assertEqual((orders, customers, revenue), (1, 1, 350))

    def test_another_currency_is_converted_at_the_rate_of_the_order(self):
        """F20, X4: half a unit of the company for one of the order."""
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [fields.Command.create({"rate": 2, "company_id": self.company.id})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Test", "currency_id": currency.id, "company_id": self.company.id}
        )
        order = self.make_order({self.pump: 4}, pricelist_id=pricelist.id)
        order.action_approval_submit()
        # a pricelist nobody agreed on with the customer is special
        for user, verb in (
            (self.vp, "opinion"),
            (self.cfo, "opinion"),
            (self.president, "approve"),
        ):
            self.decide(order, user, verb)
        self.assertEqual(order.amount_untaxed, 800)
        self.assertEqual(self.report(order).revenue, 400)

    def test_a_line_that_left_by_the_promised_day_is_on_time(self):
        """F20: whatever the hour; a day later it is late by a day."""
        moment = fields.Datetime.now().replace(hour=2, minute=0, second=0, microsecond=0)
        promised = moment + timedelta(days=5)
        for shipped, percent, days in (
            (promised + timedelta(hours=9), 100, 0),  # in the afternoon of the promised day
            (promised + timedelta(days=1), 0, 1),
            (promised - timedelta(days=2), 100, 0),
        ):
            with freeze_time(moment):
                order = self.make_confirmed(commitment_date=promised)
                self.make_verified(order)
                self.make_notice(order)
            with freeze_time(shipped):
                self.ship(self.pickings(order))
            row = self.report(order)
            with self.subTest(shipped=shipped - promised):
                self.assertEqual((row.on_time, row.days_late), (percent, days))
                self.assertEqual(row.delivered_date.date(), shipped.date())

    def test_what_is_overdue_counts_as_late_and_what_is_not_due_counts_not_at_all(self):
        """F20: an average of delivered lines alone would hide what never left."""
        order = self.make_confirmed()
        self.assertFalse(self.report(order).delivered_date)
        judged = self.env["sale.flow.report"].search(
            [("order_id", "=", order.id), ("judged", "=", True)]
        )
        self.assertFalse(judged)
        with freeze_time(order.commitment_date + timedelta(days=3)):
            row = self.report(order)
            self.assertEqual((row.on_time, row.days_late), (0, 3))

    def test_goods_that_came_back_are_counted_and_do_not_make_the_line_late(self):
        """F20, F17: returned quantities by line."""
        order = self.make_confirmed({self.pump: 4})
        self.ship_all(order)
        picking = self.pickings(order)
        form = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
        )
        wizard = form.save()
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.write({"quantity": 1, "picked": True})
        back.with_context(skip_backorder=True)._action_done()
        row = self.report(order)
        self.assertEqual(row.returned, 1)
        self.assertEqual(row.on_time, 100)

    def test_every_reason_of_a_special_approval_is_kept_with_its_check(self):
        """F20, F5: as submitted, with level and outcome; nobody writes or deletes them."""
        order = self.make_order()
        order.order_line.price_unit = 60
        order.payment_term_id = self.term
        order.action_approval_submit()
        reasons = self.env["sale.order.special"].search([("order_id", "=", order.id)])
        self.assertEqual(set(reasons.mapped("level")), {"president"})
        self.assertEqual(set(reasons.mapped("code")), {"discount", "payment_term"})
        self.assertEqual(set(reasons.mapped("outcome")), {"pending"})
        for user in (self.vp, self.cfo, self.president):
            self.decide(order, user, "approve" if user == self.president else "opinion")
        self.assertNotIn("pending", reasons.mapped("outcome"))
        with self.assertRefused(exception=AccessError):
            self.as_user(reasons, self.salesmgr).unlink()
        with self.assertRaises(AccessError):
            reasons.write({"level": "head"})
        with self.assertRaises(AccessError):
            self.env["sale.order.special"].create({"order_id": order.id})
        usual = self.make_confirmed()
        self.assertFalse(self.env["sale.order.special"].search([("order_id", "=", usual.id)]))

    def test_salespeople_see_their_own_figures(self):
        """F20, F21, A10: of others neither lines nor reasons nor tiles; another company nothing."""
        order = self.make_confirmed()
        Report = self.env["sale.flow.report"]
        mine = Domain("order_id", "=", order.id)
        self.env.flush_all()
        for user, count in (
            (self.sales, 1),
            (self.sales2, 0),
            (self.salesmgr, 1),
            (self.finance, 1),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.as_user(Report, user).search_count(mine), count)
        with self.assertRefused(exception=AccessError):
            self.as_user(Report, self.warehouse).search_count(mine)

    def tiles(self, user, day_from=None, day_to=None):
        self.env.flush_all()
        today = self.company._approval_today()
        figures = self.as_user(self.env["order.flow.dashboard"], user).figures(
            fields.Date.to_string(day_from or today), fields.Date.to_string(day_to or today)
        )
        return {tile["key"]: tile for tile in figures}

    def test_each_figure_of_the_dashboard_opens_the_documents_that_sum_to_it(self):
        """F20: orders, customers, revenue, returns, special approvals; no figure without documents."""
        before = self.tiles(self.salesmgr)
        self.make_confirmed({self.pump: 3})
        self.make_confirmed({self.pump: 2})
        tiles = self.tiles(self.salesmgr)
        self.assertEqual(int(tiles["orders"]["value"]) - int(before["orders"]["value"]), 2)
        self.assertEqual(int(tiles["customers"]["value"]) - int(before["customers"]["value"]), 1)
        for key in ("orders", "customers", "special"):
            with self.subTest(key):
                action = tiles[key]["action"]
                rows = self.as_user(self.env[action["res_model"]], self.salesmgr).search(
                    action["domain"]
                )
                field = "partner_id" if key == "customers" else "order_id"
                self.assertEqual(len(rows.mapped(field)), int(tiles[key]["value"]))

    def test_a_period_is_compared_with_the_one_before(self):
        """F20: of the same length; better or worse is said where more or less is better."""
        today = self.company._approval_today()
        far = today + timedelta(days=4000)
        tiles = self.tiles(self.salesmgr, far, far)
        self.assertEqual((tiles["orders"]["value"], tiles["orders"]["better"]), ("0", None))
        self.assertEqual(tiles["on_time"]["value"], "–")
        self.make_confirmed()
        tiles = self.tiles(self.salesmgr, today + timedelta(days=1), today + timedelta(days=1))
        self.assertFalse(tiles["orders"]["better"])
        self.assertGreater(int(tiles["orders"]["before"]), 0)

    def test_a_period_that_makes_no_sense_is_refused(self):
        """F20, X6: ends before it begins, or centuries."""
        today = self.company._approval_today()
        for begin, end in ((today, today - timedelta(days=1)), ("1900-01-01", "2100-01-01")):
            with self.assertRaises(UserError):
                self.tiles(self.salesmgr, fields.Date.to_date(begin), fields.Date.to_date(end))

    def test_the_dashboard_costs_few_queries_whatever_there_is(self):
        """F20: not one for each order."""
        self.make_confirmed()
        self.tiles(self.salesmgr)
        self.env.invalidate_all()
        with self.assertQueryCount(21):
            self.tiles(self.salesmgr)
