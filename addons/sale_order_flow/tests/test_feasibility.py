from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .non_standard_case import NonStandardCase


@tagged("post_install", "-at_install")
class TestFeasibility(NonStandardCase):
    """F7: a price is offered for what the technical department and production have agreed to."""

    def test_the_kind_of_an_order_follows_from_its_lines(self):
        """F7: one non-standard product makes it so, and so does a mark by hand."""
        self.assertEqual(self.make_order().order_kind, "standard")
        mixed = self.make_order({self.pump: 1, self.machine: 1})
        self.assertEqual(mixed.order_kind, "non_standard")
        mixed.order_line.filtered(lambda line: line.product_id == self.machine).unlink()
        self.assertEqual(mixed.order_kind, "standard")
        mixed.is_marked_non_standard = True
        self.assertEqual(mixed.order_kind, "non_standard")

    def test_the_kind_is_not_written_by_hand(self):
        """F7, A10: by no door."""
        order = self.make_machine_order()
        with self.assertRefused("", AccessError):
            order.order_kind = "standard"
        with self.assertRefused("", AccessError):
            order.order_line.is_non_standard = False
        self.assertEqual(order.order_kind, "non_standard")

    def test_nothing_is_offered_before_the_review(self):
        """F7: sent, marked as sent, submitted, confirmed or signed; the message names the product."""
        order = self.make_machine_order()
        doors = {
            "send": order.action_quotation_send,
            "mark as sent": order.action_quotation_sent,
            "write": lambda: order.write({"state": "sent"}),
            "mail": lambda: order.with_context(mark_so_as_sent=True).message_post(body="Offer"),
            "submit": lambda: order.action_approval_submit("confirm"),
            "confirm": order.action_confirm,
        }
        for name, door in doors.items():
            with self.subTest(door=name), self.assertRefused("Machine is non-standard"):
                door()
        self.assertEqual(order.state, "draft")
        order.require_signature = True
        self.assertFalse(order._has_to_be_signed())

    def test_a_quotation_is_not_created_as_sent(self):
        """F7, A10: by an import or RPC."""
        values = self.order_values({self.machine: 1}, user_id=self.sales.id, state="sent")
        with self.assertRefused("Machine is non-standard"):
            self.as_user(self.env["sale.order"], self.sales).create(values)

    def test_an_open_review_is_named(self):
        """F7: which review everybody waits for."""
        order = self.make_machine_order()
        review = self.ask(order)
        with self.assertRefused(f"{review.name} of Machine is not finished"):
            order.action_quotation_sent()

    def test_all_have_agreed(self):
        """F7: technical department, production, department head; lead time and cost go to the line."""
        order = self.make_machine_order()
        review = self.find_feasible(order)
        self.assertEqual(review.state, "done")
        # feasibility 5, technical 5 and production 20 days; 150, 150 and 400
        self.assertEqual(review.lead_time_days, 30)
        self.assertEqual(review.unit_cost, 700)
        self.assertEqual(order.order_line.customer_lead, 30)
        self.assertEqual(order.order_line.sudo()._card_cost(), 1400)
        order.action_quotation_sent()
        self.assertEqual(order.state, "sent")

    def test_a_refusal_keeps_the_quotation_closed(self):
        """F7: negative, and the message says which."""
        order = self.make_machine_order()
        review = self.ask(order)
        self.agree(review, self.engineer, "refuse")
        with self.assertRefused("cannot be made as it was asked for"):
            order.action_quotation_sent()

    def test_nobody_agrees_without_a_result(self):
        """F7: every part is filled in by its role before the role decides."""
        review = self.ask(self.make_machine_order())
        with self.assertRefused("enter the result before you agree"):
            self.agree(review, self.engineer)
        self.answer(review, self.engineer, result="no")
        with self.assertRefused("enter the result before you agree"):
            self.agree(review, self.engineer)

    def test_each_part_is_filled_in_by_its_role(self):
        """F7: production says nothing for the technical department, the salesperson for nobody."""
        review = self.ask(self.make_machine_order())
        parts = {answer.part: answer for answer in review.answer_ids}
        for user, part in (
            (self.sales, "technical"),
            (self.production, "technical"),
            (self.engineer, "production"),
            (self.head, "feasibility"),
        ):
            with self.subTest(user=user.login), self.assertRefused("this is done by", AccessError):
                self.as_user(parts[part], user).result = "yes"
        with self.assertRefused("", AccessError):
            self.as_user(parts["technical"], self.engineer).answered_by_id = self.head
        with self.assertRefused("made together", AccessError):
            self.as_user(parts["technical"], self.engineer).sudo().create(
                {"review_id": review.id, "part": "technical", "role_code": "sales_manager"}
            )
        with self.assertRefused("cannot be deleted", AccessError):
            parts["technical"].sudo().unlink()
        self.as_user(parts["technical"], self.engineer).result = "yes"
        self.assertEqual(parts["technical"].answered_by_id, self.engineer)

    def test_a_part_is_filled_in_on_the_form_of_the_review(self):
        """F7: as the web client saves it, by people without a right to the order."""
        review = self.ask(self.make_machine_order())
        form = self.as_user(review, self.engineer)
        part = form.answer_ids.filtered(lambda answer: answer.part == "technical")
        form.web_save(
            {"answer_ids": [Command.update(part.id, {"result": "yes", "lead_time_days": 4})]},
            {"lead_time_days": {}, "order_id": {"fields": {"display_name": {}}}},
        )
        self.assertEqual(review.lead_time_days, 4)
        with self.assertRefused("asks for feasibility reviews", AccessError):
            form.requirement = "Something else."

    def test_nothing_is_filled_in_before_or_after_the_review(self):
        """F7: an answer stands once everybody agreed."""
        order = self.make_machine_order()
        review = self.ask(order, submit=False)
        with self.assertRefused("is not under review"):
            self.as_user(review.answer_ids, self.engineer)[0].result = "yes"
        done = self.find_feasible(self.make_machine_order())
        with self.assertRefused("is not under review"):
            self.as_user(done.answer_ids, self.engineer)[0].unit_cost = 1

    def test_negative_lead_times_and_costs_are_refused(self):
        """F7: bad input."""
        review = self.ask(self.make_machine_order())
        for values in ({"lead_time_days": -1}, {"unit_cost": -5}):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRefused("_positive", IntegrityError),
            ):
                self.answer(review, self.engineer, **values)
                self.env.flush_all()

    def test_more_or_something_else_is_reviewed_again(self):
        """F7: the review answers for product and quantity as they were asked for."""
        order = self.make_machine_order()
        self.find_feasible(order)
        order.order_line.product_uom_qty = 1
        self.assertFalse(order.feasibility_missing)
        order.order_line.product_uom_qty = 3
        with self.assertRefused("was reviewed by nobody"):
            order.action_quotation_sent()
        order.order_line.product_uom_qty = 2
        order.order_line = [Command.create({"product_id": self.machine.id, "product_uom_qty": 1})]
        with self.assertRefused("was reviewed by nobody"):
            order.action_quotation_sent()

    def test_one_review_for_a_whole_marked_order(self):
        """F7: standard goods made to the customer's wishes."""
        order = self.make_order({self.pump: 1, self.hose: 1})
        order.is_marked_non_standard = True
        review = self.as_user(self.env["sale.feasibility.review"], self.sales).create(
            {"order_id": order.id, "is_whole_order": True}
        )
        self.find_feasible(order)
        self.assertEqual(order.feasibility_review_ids, review)
        self.assertFalse(order.feasibility_missing)

    def test_a_line_of_another_order_is_refused(self):
        """F7: bad input."""
        order, other = self.make_machine_order(), self.make_machine_order()
        with self.assertRefused("is no line of", Exception):
            self.as_user(self.env["sale.feasibility.review"], self.sales).create(
                {"order_id": order.id, "line_id": other.order_line.id}
            )

    def test_who_asks_and_who_does_not(self):
        """F7, F21: the salesperson of the order; no colleague and nobody from production."""
        order = self.make_machine_order()
        for user in (self.sales2, self.production):
            with self.subTest(user=user.login), self.assertRefused("", AccessError):
                self.as_user(self.env["sale.feasibility.review"], user).create(
                    {"order_id": order.id, "line_id": order.order_line.id}
                )
        self.ask(order)
        seen = self.as_user(self.env["sale.feasibility.review"], self.sales2).search(
            [("order_id", "=", order.id)]
        )
        self.assertFalse(seen)

    def test_the_result_is_not_entered_by_hand(self):
        """F7, A10: not by the salesperson, not by an administrator."""
        review = self.ask(self.make_machine_order())
        for values in ({"state": "done"}, {"lead_time_days": 1}, {"unit_cost": 1}):
            with self.subTest(values), self.assertRefused("", AccessError):
                review.write(values)
            with self.subTest(values), self.assertRefused("", AccessError):
                review.with_user(self.env.ref("base.user_admin")).write(values)
        with self.assertRefused("is under review"):
            review.quantity = 99

    def test_a_mark_is_not_removed_under_review(self):
        """F7, A9: what approvers rely on stays."""
        order = self.make_order()
        order.action_approval_submit("confirm")
        with self.assertRefused("cannot be changed while the order is in approval"):
            order.is_marked_non_standard = True

    def test_companies_without_the_flow_offer_as_before(self):
        """X1: nothing changes until somebody switches it on."""
        self.company.feasibility_review_needed = False
        order = self.make_machine_order()
        order.action_quotation_sent()
        self.assertEqual(order.state, "sent")

    def test_technical_matters_pass_to_the_production_owner(self):
        """F7: field, activity and chatter; without an owner, the head of production."""
        press = self.make_product("Press", 500, is_non_standard=True)
        press.with_company(self.company).production_owner_id = self.engineer
        order = self.make_machine_order({self.machine: 1, press: 1})
        self.assertFalse(order.order_line.technical_contact_id)
        self.find_feasible(order)
        order.action_approval_submit("confirm")
        self.decide(order, self.salesmgr)
        contacts = {line.product_id: line.technical_contact_id for line in order.order_line}
        self.assertEqual(contacts, {self.machine: self.production, press: self.engineer})
        # each is told in the own language
        told = order.activity_ids.filtered(
            lambda row: row.user_id in self.production | self.engineer
        )
        self.assertEqual(told.user_id, self.production | self.engineer)
        self.assertTrue(all(order.name in row.summary for row in told))
        self.assertRegex(
            "".join(order.message_ids.mapped("body")), "is the technical contact for|技术联系人"
        )
        with self.assertRefused("", AccessError):
            order.order_line[0].technical_contact_id = self.sales
