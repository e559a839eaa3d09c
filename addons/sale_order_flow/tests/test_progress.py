from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestProgress(OrderFlowCase):
    """F12: what is expected follows the documents, what was promised keeps its history."""

    def promise(self, order, user=None, **values):
        wizard = self.as_user(self.env["sale.order.promise.wizard"], user or self.assistant)
        wizard = wizard.create(
            {
                "order_id": order.id,
                "new_date": order.commitment_date + timedelta(days=30),
                "reason": "The supplier is late.",
                **values,
            }
        )
        wizard.action_promise()
        return wizard.new_date

    # ------------------------------------------------------------------ expected

    def test_the_expected_date_follows_the_transfers(self):
        """F12: the last of the goods, and nothing once they have left."""
        order = self.make_noticed({self.pump: 1, self.hose: 1})
        moves = self.moves(order)
        later = moves[0].date + timedelta(days=5)
        moves[0].date = later
        self.assertEqual(order.flow_expected_date, later)
        self.assertEqual(moves[0].sale_line_id.planned_date, later)
        self.ship(self.pickings(order))
        self.assertFalse(order.flow_expected_date)

    def test_the_worry_begins_when_it_is_found_out(self):
        """F12: and stays the same worry until the date is kept again."""
        order = self.make_noticed()
        move, promised = self.moves(order), order.commitment_date
        self.assertEqual(order.desk_worry_date, promised)
        self.assertFalse(order.is_late)
        before = fields.Datetime.now()
        move.date = promised + timedelta(days=3)
        found = order.desk_worry_date
        self.assertLessEqual(before, found)
        self.assertTrue(order.is_late)
        self.assertEqual(order.lateness, "Will be 3 days late")
        move.date = promised + timedelta(days=9)
        self.assertEqual(order.desk_worry_date, found)
        move.date = promised
        self.assertEqual(order.desk_worry_date, promised)
        self.assertFalse(order.is_late)

    def test_a_promise_that_passed_is_late_in_words(self):
        """F12: by more than colour."""
        order = self.make_noticed(commitment_date=fields.Datetime.now() - timedelta(days=4))
        row = self.as_user(self.env["sale.desk"], self.assistant).search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id), ("is_late", "=", True)]
        )
        self.assertEqual((row.lateness, row.urgency), ("Late by 4 days", "late"))
        line = self.as_user(order.order_line, self.assistant)
        self.assertEqual(line.lateness, "Late by 4 days")
        self.assertIn(line, line.search([("is_late", "=", True)]))

    def test_what_is_delivered_is_not_late(self):
        """F12: for lines as for orders."""
        order = self.make_noticed({self.pump: 1, self.hose: 1}, {self.pump: 1})
        self.moves(order).date = order.commitment_date + timedelta(days=3)
        late = order.order_line.filtered("is_late")
        self.assertEqual(late.product_id, self.pump)
        self.ship(self.pickings(order))
        self.assertFalse(order.order_line[0].worry_date)
        self.assertFalse(order.order_line.filtered("is_late"))

    # ------------------------------------------------------------------ promises

    def test_a_promise_keeps_the_one_before(self):
        """F12: old, new, why, who, when; the agreed date of the order stands as it was approved."""
        order = self.make_confirmed()
        agreed = order.commitment_date
        day = self.promise(order)
        promise = order.promise_ids
        self.assertEqual((promise.old_date, promise.new_date), (agreed, day))
        self.assertEqual(
            (promise.user_id, promise.reason), (self.assistant, "The supplier is late.")
        )
        self.assertEqual((order.flow_promised_date, order.commitment_date), (day, agreed))
        self.promise(order, new_date=day + timedelta(days=1))
        self.assertEqual(order.promise_ids.sorted("id")[-1].old_date, day)

    def test_a_promise_is_news_and_says_whom_it_was_told(self):
        """F12: through the assistant to salesperson and customer."""
        self.contact.lang = "en_US"
        order = self.make_confirmed()
        self.promise(order)
        self.assertEqual(order.flow_stage, "feedback")
        promise = order.promise_ids
        self.assertFalse(promise.told_at)
        self.tell(order)
        self.assertEqual(promise.told_by_id, self.assistant)
        self.assertLessEqual(self.contact | self.sales.partner_id, promise.told_partner_ids)
        body = order.message_ids.filtered(lambda message: "News about" in (message.body or "")).body
        self.assertIn("is promised for", body)
        self.assertNotIn("supplier", body)

    def test_a_new_promise_ends_the_worry(self):
        """F12: late is measured against what the customer was told last."""
        order = self.make_noticed()
        self.moves(order).date = order.commitment_date + timedelta(days=3)
        self.assertTrue(order.is_late)
        self.promise(order)
        self.tell(order)
        self.assertFalse(order.is_late)
        self.assertEqual(order.desk_worry_date, order.flow_promised_date)

    def test_one_line_is_promised_apart(self):
        """F12: the order is there when the last line is."""
        order = self.make_confirmed({self.pump: 1, self.hose: 1})
        pump, hose = order.order_line
        day = self.promise(order, line_ids=[Command.set(hose.ids)])
        self.assertEqual((pump.promised_date, hose.promised_date), (order.commitment_date, day))
        self.assertEqual(order.flow_promised_date, day)
        self.assertEqual(order.desk_worry_date, order.flow_stage_since + timedelta(days=1))

    def test_only_the_assistant_promises_another_date(self):
        """F12, A2: everything goes through the assistant."""
        order = self.make_confirmed()
        for user in (self.sales, self.finance, self.warehouse, self.salesmgr):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.promise(order, user)
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.as_user(order, user).action_promise_date()
        self.assertFalse(order.promise_ids)

    def test_promises_that_cannot_be_kept_are_refused(self):
        """X6: a date in the past, a quotation, goods of another order, a service."""
        order, other = self.make_confirmed({self.pump: 1, self.training: 1}), self.make_confirmed()
        with self.assertRefused("lies in the past"):
            self.promise(order, new_date=fields.Datetime.now() - timedelta(minutes=1))
        with self.assertRefused("“Reason” is empty"):
            self.promise(order, reason=" ")
        with self.assertRefused("is not confirmed"):
            self.promise(self.make_order())
        for line in (other.order_line, order.order_line[1]):
            with self.assertRefused("is no goods of this order"):
                self.promise(order, line_ids=[Command.set(line.ids)])
        self.assertFalse(order.promise_ids)

    def test_nobody_writes_promises_by_hand(self):
        """A10: nor forgets one."""
        order = self.make_confirmed()
        self.promise(order)
        for user in (self.assistant, self.env.ref("base.user_admin")):
            mine = self.as_user(order.promise_ids, user)
            for change in (
                lambda mine: mine.write({"reason": "None."}),
                lambda mine: mine.unlink(),
                lambda mine: mine.create({"order_id": order.id, "new_date": "2030-01-01"}),
            ):
                with self.subTest(user.login), self.assertRefused("", AccessError):
                    change(mine)

    def test_salespeople_read_the_promises_of_their_own_orders(self):
        """F21: not others'."""
        order = self.make_confirmed()
        self.promise(order)
        domain = [("order_id", "=", order.id)]
        for user, number in ((self.sales, 1), (self.sales2, 0), (self.assistant, 1)):
            with self.subTest(user.login):
                promises = self.as_user(self.env["sale.order.promise"], user)
                self.assertEqual(promises.search_count(domain), number)

    # ------------------------------------------------------------------ trackers

    def test_a_line_is_tracked_by_the_person_of_its_category(self):
        """F12: of the nearest category above that names one; another may be entered."""
        above = self.env["product.category"].create(
            {"name": "Machines", "tracker_id": self.head.id}
        )
        self.pump.categ_id = self.env["product.category"].create(
            {"name": "Pumps", "parent_id": above.id}
        )
        order = self.make_order({self.pump: 1, self.hose: 1})
        pump, hose = order.order_line
        self.assertEqual(pump.tracker_id, self.head)
        self.assertFalse(hose.tracker_id)
        hose.tracker_id = self.sales2
        self.assertEqual(hose.tracker_id, self.sales2)
        self.assertEqual(hose.search([("tracker_id", "=", self.sales2.id)]) & hose, hose)

    def test_trackers_of_another_company_do_not_count(self):
        """X4: a category is shared, its tracker is the company's."""
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        category = self.env["product.category"].create({"name": "Pumps"})
        category.with_company(other).tracker_id = self.head
        self.pump.categ_id = category
        self.assertFalse(self.make_order().order_line.tracker_id)
