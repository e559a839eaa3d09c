from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .schedule_case import ScheduleCase


@tagged("post_install", "-at_install")
class TestRoundup(ScheduleCase):
    """P3: what is owed, there and coming, product by product."""

    def test_what_is_owed_less_what_there_is_has_to_be_produced(self):
        """P3: the example of the manual: 12 ordered, 3 in stock, 4 being made: 5 to produce."""
        self.make_confirmed({self.tank: 8})
        self.make_confirmed({self.tank: 4})
        self.assertEqual(self.row_of(self.tank).to_produce, 12)
        self.env["stock.quant"]._update_available_quantity(
            self.tank, self.warehouse_place.lot_stock_id, 3
        )
        self.env["mrp.production"].create(
            {"product_id": self.tank.id, "product_qty": 4, "company_id": self.company.id}
        ).action_confirm()
        row = self.row_of(self.tank)
        self.assertEqual((row.ordered, row.delivered, row.owed, row.order_count), (12, 0, 12, 2))
        # goods may be reserved for the orders, or free: not both, and not lost
        self.assertEqual(row.reserved + row.free, 3)
        self.assertEqual((row.in_production, row.to_produce, row.to_notice), (4, 5, 5))
        self.assertEqual(row.supply, "make")

    def test_what_was_delivered_is_not_owed_any_more(self):
        """P3: an order that was shipped leaves the round-up."""
        order = self.make_noticed({self.pump: 4})
        self.assertEqual(self.row_of(self.pump).owed, 4)
        self.ship(self.pickings(order))
        self.assertFalse(self.row_of(self.pump))

    def test_units_of_order_lines_are_converted(self):
        """P3: a dozen is twelve."""
        order = self.make_order({self.tank: 2})
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual((order.state, self.row_of(self.tank).owed), ("sale", 24))

    def test_the_first_need_is_the_earliest_promise(self):
        """P3: of two orders."""
        first = self.make_confirmed({self.tank: 1})
        second = self.make_confirmed(
            {self.tank: 1}, commitment_date=first.commitment_date + timedelta(days=5)
        )
        self.assertLess(first.commitment_date, second.commitment_date)
        self.assertEqual(self.row_of(self.tank).date_needed, first.commitment_date)

    def test_who_supplies_it_is_told(self):
        """P3: made, bought or nobody."""
        self.make_confirmed({self.pump: 60, self.hose: 60})
        self.pump.seller_ids = [Command.create({"partner_id": self.customer.id, "delay": 5})]
        self.assertEqual(self.row_of(self.pump).supply, "buy")
        self.assertEqual(self.row_of(self.hose).supply, "none")
        with self.assertRefused("Hose has no bill of materials"):
            self.row_of(self.hose).action_notice()

    def test_the_released_forecast_is_demand_beyond_what_was_ordered(self):
        """P2, P3: 10 expected this month, 4 ordered: 6 more; without months ahead none."""
        self.make_confirmed({self.tank: 4})
        month = self.today.replace(day=1)
        forecast = self.env["sales.forecast"].create(
            {
                "company_id": self.company.id,
                "month": month,
                "horizon": 1,
                "product_ids": [Command.set(self.tank.ids)],
            }
        )
        self.env["sales.forecast.line"]._record(
            [
                {
                    "forecast_id": forecast.id,
                    "product_id": self.tank.id,
                    "month": month,
                    "quantity": 10,
                }
            ]
        )
        forecast._stamp({"state": "released"})
        row = self.row_of(self.tank)
        self.assertEqual((row.owed, row.planned, row.to_produce), (4, 6, 10))
        self.company.production_horizon_months = 0
        self.assertEqual(self.row_of(self.tank).planned, 0)

    def test_a_company_that_does_not_plan_has_no_rows(self):
        """X1: the switch is off."""
        self.make_confirmed({self.tank: 4})
        self.company.planning_enabled = False
        self.assertFalse(self.row_of(self.tank))

    def test_an_outsider_does_not_read_the_round_up(self):
        """X4: it is for production, assistants and sales managers."""
        with self.assertRefused("", AccessError):
            self.row_of(self.tank, self.outsider)


@tagged("post_install", "-at_install")
class TestProductionNotice(ScheduleCase):
    """P3, D11: from an order that is short of stock to production dispatch."""

    def test_an_order_short_of_stock_asks_for_what_is_missing(self):
        """P3: 12 ordered, 3 free, and only of what we make."""
        self.env["stock.quant"]._update_available_quantity(
            self.tank, self.warehouse_place.lot_stock_id, 3
        )
        order = self.make_confirmed({self.tank: 12, self.hose: 80})
        notice = self.make_notice_of(order)
        self.assertEqual(notice.line_ids.product_id, self.tank)
        self.assertEqual(notice.line_ids.quantity, 9)
        self.assertEqual(
            notice.line_ids.date_needed,
            self.company._approval_local(order.commitment_date).date(),
        )
        self.assertEqual((notice.source, notice.user_id), ("order", self.sales))
        self.assertEqual(notice.line_ids.order_line_ids.order_id, order)

    def test_what_a_notice_covers_is_not_noticed_twice(self):
        """P3: neither by the button nor by hand; a cancelled notice covers nothing."""
        order = self.make_confirmed({self.tank: 12})
        notice = self.make_notice_of(order)
        with self.assertRefused("in a production notice already"):
            self.make_notice_of(order)
        line = {
            "product_id": self.tank.id,
            "quantity": 1,
            "date_needed": self.today,
            "order_line_ids": [Command.set(order.order_line.ids)],
        }
        with self.assertRefused(f"is in {notice.name} already: 13.0 would be noticed, and 12.0"):
            self.make_notice_by_hand(line_ids=[Command.create(line)])
        self.assertEqual(
            (self.row_of(self.tank).noticed, self.row_of(self.tank).to_notice), (12, 0)
        )
        notice.action_cancel()
        self.assertEqual(self.row_of(self.tank).to_notice, 12)
        self.make_notice_of(order)
        with self.assertRefused("already"):
            notice.action_draft()

    def test_the_assistant_notices_chosen_rows_of_the_round_up(self):
        """P3: once; with the order lines behind them."""
        order = self.make_confirmed({self.tank: 12})
        action = self.row_of(self.tank, self.assistant).action_notice()
        notice = self.env["production.notice"].browse(action["res_id"])
        self.assertEqual((notice.source, notice.line_ids.quantity), ("roundup", 12))
        self.assertEqual(notice.line_ids.order_line_ids, order.order_line)
        with self.assertRefused("Nothing of the chosen products"):
            self.row_of(self.tank, self.assistant).action_notice()

    def test_statistics_verifies_the_figures_and_dispatch_is_asked(self):
        """P3, D11 四: stock, owed and to produce stand on the notice; each is asked in turn."""
        order = self.make_confirmed({self.tank: 12})
        notice = self.make_notice_of(order)
        notice.action_hand_over()
        self.assertEqual(notice.stage, "statistics")
        line = notice.line_ids
        self.assertEqual((line.owed_quantity, line.stock_quantity, line.to_produce), (12, 0, 12))
        self.assertEqual(notice.sudo().activity_ids.user_id, self.statistics)
        mine = self.as_user(notice, self.statistics)
        mine.line_ids.to_produce = 10
        mine.action_verify()
        self.assertEqual((notice.stage, notice.verified_by_id), ("dispatch", self.statistics))
        self.assertEqual(notice.sudo().activity_ids.user_id, self.dispatch)
        self.assertEqual(self.row_of(self.tank).noticed, 10)

    def test_each_step_is_done_by_its_role(self):
        """P3: nobody but statistics verifies, nobody but they enter what to produce."""
        notice = self.make_notice_by_hand()
        with self.assertRefused("was not handed over", AccessError):
            self.as_user(notice, self.statistics).line_ids.to_produce = 1
        notice.action_hand_over()
        for user in (self.sales, self.dispatch, self.assistant):
            with self.subTest(user.login), self.assertRefused("this is done by", AccessError):
                self.as_user(notice, user).action_verify()
            with self.subTest(user.login), self.assertRefused("this is done by", AccessError):
                self.as_user(notice, user).line_ids.to_produce = 1
        with self.assertRefused("cannot be done with it any more"):
            notice.line_ids.quantity = 30
        with self.assertRefused("", AccessError):
            self.as_user(notice, self.outsider).read(["name"])
        with self.assertRefused("", AccessError):
            self.as_user(notice, self.vp_production).write({"note": "Hurry"})

    def test_states_and_figures_are_entered_by_nobody(self):
        """A10: the buttons record them."""
        notice = self.make_notice_by_hand()
        for name, value in {
            "state": "dispatch",
            "name": "X",
            "verified_by_id": self.sales.id,
            "stage": "done",
            "source": "order",
        }.items():
            with self.subTest(name), self.assertRefused("", AccessError):
                notice.write({name: value})
        for name in ("stock_quantity", "owed_quantity", "coming_quantity", "open_quantity"):
            with self.subTest(name), self.assertRefused("", AccessError):
                notice.line_ids.write({name: 5})

    def test_production_returns_a_notice_with_a_reason(self):
        """P3: and it can be handed over again."""
        notice = self.make_notice_by_hand()
        notice.action_hand_over()
        mine = self.as_user(notice, self.statistics)
        with self.assertRefused("Say why"):
            mine.action_return("  ")
        mine.action_return("Which colour?")
        self.assertEqual((notice.stage, notice.return_reason), ("draft", "Which colour?"))
        notice.line_ids.quantity = 2
        notice.action_hand_over()
        self.assertEqual((notice.stage, notice.return_reason), ("statistics", False))

    def test_the_head_reviews_where_a_chain_says_so(self):
        """P3, D11 一: nothing reaches production before the sales manager agreed."""
        chain = self.env["approval.chain"].create(
            {
                "name": "Notice",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("production.notice"),
                "operation": "notice",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Head",
                            "approver": "role",
                            "role_id": self.env["approval.role"]
                            .search([("code", "=", "sales_manager")])
                            .id,
                        }
                    )
                ],
            }
        )
        self.assertTrue(chain.active)
        notice = self.make_notice_by_hand()
        with self.assertRefused():
            notice.action_hand_over()
        notice.action_approval_submit()
        self.assertEqual(notice.stage, "review")
        request = self.env["approval.request"].search(
            [("res_model", "=", "production.notice"), ("res_id", "=", notice.id)]
        )
        self.as_user(request, self.salesmgr).action_decide("approve")
        self.assertEqual(notice.stage, "statistics")

    def test_bad_rows_are_named(self):
        """P3: no date, no bill of materials, a unit of another kind, an archived product."""
        notice = self.make_notice_by_hand({self.hose: 3})
        with self.assertRefused(f"{notice.name}, Hose: there is no bill of materials"):
            notice.action_hand_over()
        notice = self.make_notice_by_hand()
        notice.line_ids.date_needed = False
        with self.assertRefused(f"{notice.name}, Tank: enter by when it is needed"):
            notice.action_hand_over()
        notice = self.make_notice_by_hand()
        notice.line_ids.product_uom_id = self.env.ref("uom.product_uom_hour")
        with self.assertRefused("Tank: Hours cannot be converted to Units"):
            notice.action_hand_over()
        notice = self.make_notice_by_hand()
        self.tank.active = False
        with self.assertRefused("Tank: the product is archived"):
            notice.action_hand_over()

    def test_switched_off_nothing_is_noticed(self):
        """X1: neither from orders nor by hand."""
        order = self.make_confirmed({self.tank: 12})
        self.company.planning_enabled = False
        self.assertFalse(self.as_user(order, self.sales).may_notice_production)
        with self.assertRefused("does not plan"):
            self.make_notice_of(order)
        with self.assertRefused("does not plan"):
            self.make_notice_by_hand()

    def test_a_notice_waits_on_the_desk_for_whose_turn_it_is(self):
        """F11, P3: with its next step."""
        notice = self.make_notice_by_hand()
        notice.action_hand_over()
        self.env.flush_all()
        row = self.as_user(self.env["sale.desk"], self.assistant).search(
            [("res_model", "=", "production.notice"), ("res_id", "=", notice.id)]
        )
        self.assertEqual(
            (row.stage, row.waits_for, row.owner_role),
            ("notice_statistics", "production", "production_statistics"),
        )

    def test_another_company_sees_nothing_of_it(self):
        """X4: not even its round-up."""
        self.make_confirmed({self.tank: 12})
        notice = self.make_notice_by_hand()
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.statistics.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        strange = notice.with_user(self.statistics).with_context(allowed_company_ids=other.ids)
        self.assertFalse(strange.search([("id", "=", notice.id)]))
        rows = strange.env["order.roundup"].search([("product_id", "=", self.tank.id)])
        self.assertFalse(rows)
