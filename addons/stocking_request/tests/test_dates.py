from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StockingCase

FIRST, LATER = "2031-05-06 08:00:00", "2031-06-09 08:00:00"


@tagged("post_install", "-at_install")
class TestDates(StockingCase):
    """S5: dates come from the documents, and a date that moves is explained and told."""

    def ordered(self):
        """A plan whose goods are ordered from the vendor for a first date."""
        request = self.make_stocking_request(
            line_ids=[Command.create({"product_id": self.make_product().id, "quantity": 5})]
        )
        self.approve_stocking(request)
        self.order_goods(request)
        self.shortage = request.allocation_ids.shortage_id
        self.purchase = self.as_user(self.shortage.purchase_order_id, self.purchasing)
        self.purchase.order_line.date_planned = FIRST
        self.purchase.button_confirm()
        return request

    def test_the_date_of_the_purchase_reaches_the_request(self):
        """S5: an answered first date is no moved date."""
        request = self.ordered()
        self.assertEqual(str(request.expected_date), FIRST)
        self.assertFalse(self.shortage.date_change_ids)

    def test_a_moved_purchase_date_is_noted_asked_about_and_told(self):
        """S5: history, an activity of the buyer, news for the applicant and the warehouse."""
        request = self.ordered()
        self.purchase.order_line.date_planned = LATER
        self.assertEqual(str(request.expected_date), LATER)
        self.assertEqual(str(self.purchase.picking_ids.move_ids.date), LATER)
        change = self.shortage.date_change_ids
        self.assertEqual((str(change.previous_date), str(change.new_date)), (FIRST, LATER))
        self.assertEqual(change.changed_by_id, self.purchasing)
        self.assertFalse(change.reason)
        self.assertEqual(self.purchase.activity_ids.user_id, self.purchasing)
        told = request.message_ids.filtered(lambda message: "2031" in (message.body or ""))
        self.assertIn(self.sales.partner_id, told.partner_ids)
        aside = request.allocation_ids.move_ids.picking_id
        self.assertTrue(aside.message_ids.filtered(lambda message: "2031" in (message.body or "")))

    def test_the_receipt_moves_the_date_as_well(self):
        """S5: rescheduled by the warehouse, it is the same news."""
        request = self.ordered()
        self.as_user(self.purchase.picking_ids, self.warehouse).scheduled_date = LATER
        self.assertEqual(str(request.expected_date), LATER)
        self.assertEqual(len(self.shortage.date_change_ids), 1)
        self.assertEqual(self.shortage.date_change_ids.changed_by_id, self.warehouse)

    def test_the_time_of_day_is_no_news(self):
        """S5: two hours later on the same day ask nobody for a reason."""
        self.ordered()
        self.purchase.order_line.date_planned = FIRST.replace("08:", "10:")
        self.assertFalse(self.shortage.date_change_ids)

    def test_purchasing_gives_the_reason_once(self):
        """S5: it is told, and the activity is done."""
        request = self.ordered()
        self.purchase.order_line.date_planned = LATER
        change = self.shortage.date_change_ids
        for user in (self.sales, self.assistant, self.warehouse):
            with self.assertRefused("said by purchasing", AccessError):
                self.as_user(change, user).action_give_reason("Nobody knows.")
        mine = self.as_user(change, self.purchasing)
        with self.assertRefused("“Reason” is empty"):
            mine.action_give_reason("  ")
        action = mine.action_open_reason()
        self.as_user(self.env[action["res_model"]], self.purchasing).with_context(
            **action["context"]
        ).create({"reason": "The foundry stands still."}).action_apply()
        self.assertEqual(
            (change.reason, change.reason_by_id), ("The foundry stands still.", self.purchasing)
        )
        self.assertFalse(self.purchase.activity_ids)
        self.assertIn("The foundry stands still.", str(request.message_ids.mapped("body")))
        with self.assertRefused("has given the reason already"):
            mine.action_give_reason("Another one.")

    def test_purchasing_moves_the_date_with_its_reason(self):
        """S5: said at once, nobody has to ask."""
        request = self.ordered()
        action = self.as_user(self.shortage, self.purchasing).action_move_date()
        wizard = self.as_user(self.env[action["res_model"]], self.purchasing)
        wizard = wizard.with_context(**action["context"]).create(
            {"new_date": LATER, "reason": "The ship is late."}
        )
        wizard.action_apply()
        self.assertEqual(str(request.expected_date), LATER)
        self.assertEqual(self.shortage.date_change_ids.reason, "The ship is late.")
        self.assertFalse(self.purchase.activity_ids)
        other = self.as_user(wizard, self.assistant).create(
            {"shortage_ids": self.shortage.ids, "new_date": FIRST, "reason": "I say so."}
        )
        with self.assertRefused("Only purchasing", AccessError):
            other.action_apply()

    def test_every_move_is_kept(self):
        """S5: the history of a date, last one first."""
        self.ordered()
        for date in (LATER, FIRST, LATER):
            self.purchase.order_line.date_planned = date
        self.assertEqual(
            [str(change.new_date) for change in self.shortage.date_change_ids],
            [LATER, FIRST, LATER],
        )
        self.assertEqual(len(self.purchase.activity_ids), 1)
        with self.assertRefused(exception=AccessError):
            self.as_user(self.shortage.date_change_ids, self.purchasing).unlink()

    def test_a_vendor_who_falls_out_leaves_no_date(self):
        """S5: nobody is told a day on which nothing comes."""
        request = self.ordered()
        self.purchase.button_cancel()
        self.assertFalse(request.expected_date)
        self.assertEqual(self.shortage.state, "open")
        self.as_user(self.shortage, self.purchasing).action_order()
        again = self.shortage.purchase_order_id
        self.assertNotEqual(again, self.purchase)
        self.as_user(again, self.purchasing).button_confirm()
        self.as_user(again.picking_ids, self.warehouse).button_validate()
        self.assertEqual(request.allocation_ids.move_ids.state, "assigned")
