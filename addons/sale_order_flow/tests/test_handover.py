from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestHandover(OrderFlowCase):
    """F11: the assistant names who does a part of an order; assistants hand over to each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.holder("warehouse", "second.warehouse", "stock.group_stock_user")
        cls.stand_in = cls.holder(
            "sales_assistant", "second.assistant", "sale_order_flow.group_flow_assistant"
        )

    @classmethod
    def holder(cls, role, login, group):
        """Another holder of a role in the company."""
        user = cls.env["res.users"].create(
            {
                "name": login.title(),
                "login": login,
                "email": f"{login}@example.com",
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [
                    (4, cls.env.ref(group).id),
                    (4, cls.env.ref("sale_order_flow.group_flow_user").id),
                ],
            }
        )
        cls.env["approval.role.holder"].create(
            {"role_id": cls.role(role).id, "user_id": user.id, "company_id": cls.company.id}
        )
        return user

    @classmethod
    def role(cls, code):
        return cls.env["approval.role"].search([("code", "=", code)], limit=1)

    def rows(self, orders, user):
        self.env.invalidate_all()
        desk = self.as_user(self.env["sale.desk"], user)
        return desk.search([("res_model", "=", "sale.order"), ("res_id", "in", orders.ids)])

    def hand_over(self, orders, by, to, role=None, reason="On leave until Monday."):
        """As the form does it: from the rows of the desk."""
        action = self.rows(orders, by).action_hand_over()
        handover = self.as_user(self.env["order.desk.handover"], by)
        handover = handover.with_context(**action["context"]).create(
            {
                "user_id": to.id,
                "reason": reason,
                **({"role_id": self.role(role).id} if role else {}),
            }
        )
        handover.action_hand_over()
        return handover

    def test_the_assistant_names_who_ships(self):
        """F11: the turn is that person's, on the desk, by search and by row alike."""
        order = self.make_noticed()
        handover = self.hand_over(order, self.assistant, self.second)
        self.assertEqual(handover.role_id.code, "warehouse")
        self.assertEqual(order.desk_user_id, self.second)
        row = self.rows(order, self.second)
        self.assertTrue(row.is_mine)
        self.assertEqual((row.owner, row.assigned_id), (self.second.name, self.second))
        self.assertFalse(self.rows(order, self.warehouse))
        with self.assertRefused(self.second.name, AccessError):
            self.rows(order, self.assistant).action_next()
        desk = self.as_user(self.env["sale.desk"], self.second)
        self.assertEqual(desk.search([("is_mine", "=", True)]), desk.search([]).filtered("is_mine"))

    def test_the_named_person_is_told_with_the_reason(self):
        """F11: in the chatter of the document."""
        order = self.make_noticed()
        self.hand_over(order, self.assistant, self.second)
        message = order.message_ids[0]
        self.assertIn("On leave until Monday.", message.body)
        self.assertIn(self.second.partner_id, message.partner_ids)
        self.assertEqual(message.author_id, self.assistant.partner_id)

    def test_assistants_hand_over_many_orders_at_once(self):
        """F11: whatever their stage, the assistant's part of each."""
        orders = self.make_confirmed() | self.make_order()
        verified = self.make_confirmed()
        self.make_verified(verified)
        self.hand_over(orders | verified, self.assistant, self.stand_in)
        for order in orders | verified:
            self.assertEqual(order.desk_duty_ids.user_id, self.stand_in)
        self.assertFalse(orders.desk_user_id)
        self.assertTrue(self.rows(verified, self.stand_in).is_mine)
        self.assertFalse(self.rows(verified, self.assistant).is_mine)
        self.hand_over(orders | verified, self.stand_in, self.assistant, "sales_assistant")
        self.assertTrue(self.rows(verified, self.assistant).is_mine)

    def test_the_next_stage_is_with_whom_its_role_names(self):
        """F11: a person named for shipping does not get the payment."""
        order = self.make_confirmed()
        self.hand_over(order, self.assistant, self.second, "warehouse")
        self.assertFalse(order.desk_user_id)
        self.make_verified(order)
        self.make_notice(order)
        self.assertEqual(order.desk_user_id, self.second)

    def test_whoever_holds_the_role_no_more_does_not_keep_the_turn(self):
        """F11, A2: then it is everybody's of the role again."""
        order = self.make_noticed()
        self.hand_over(order, self.assistant, self.second)
        self.second.approval_holder_ids.unlink()
        self.assertTrue(self.rows(order, self.warehouse).is_mine)
        self.assertIn(self.warehouse.name, self.rows(order, self.assistant).owner)

    def test_nobody_is_named_for_a_role_they_do_not_hold(self):
        """X6: the message says what to do."""
        order = self.make_noticed()
        with self.assertRefused("does not hold the role"):
            self.hand_over(order, self.assistant, self.sales2)
        self.assertFalse(order.desk_duty_ids)

    def test_the_role_itself_and_assistants_hand_over_and_nobody_else(self):
        """F11, A10: not the salesperson, not finance."""
        order = self.make_noticed()
        for user in (self.sales, self.finance):
            with self.subTest(user.login), self.assertRefused("handed over by", AccessError):
                self.hand_over(order, user, self.second)
        self.hand_over(order, self.warehouse, self.second)
        self.assertEqual(order.desk_user_id, self.second)

    def test_a_reason_is_needed(self):
        """X6: nothing half-done."""
        order = self.make_noticed()
        with self.assertRefused("", Exception):
            self.hand_over(order, self.assistant, self.second, reason=False)
        with self.assertRefused("“Reason” is empty"):
            self.hand_over(order, self.assistant, self.second, reason="  ")
        self.assertFalse(order.desk_duty_ids)

    def test_only_documents_of_the_desk_are_handed_over(self):
        """A10: the form's list comes from the client."""
        handover = self.as_user(self.env["order.desk.handover"], self.assistant)
        for documents in ([["res.users", 1]], [["sale.order", "1"]]):
            with self.subTest(documents), self.assertRefused("on the desk"):
                handover.create(
                    {
                        "documents": documents,
                        "role_id": self.role("warehouse").id,
                        "user_id": self.second.id,
                        "reason": "Because.",
                    }
                ).action_hand_over()

    def test_orders_of_others_are_not_handed_over(self):
        """F21: a salesperson who is an assistant elsewhere reaches no order here."""
        order = self.make_noticed(user=self.sales)
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role("sales_assistant").id,
                "user_id": self.sales2.id,
                "company_id": self.company.id,
            }
        )
        handover = self.as_user(self.env["order.desk.handover"], self.sales2)
        with self.assertRefused("", AccessError):
            handover.create(
                {
                    "documents": [["sale.order", order.id]],
                    "role_id": self.role("warehouse").id,
                    "user_id": self.second.id,
                    "reason": "Because.",
                }
            ).action_hand_over()

    def test_nobody_writes_named_persons_by_hand(self):
        """A10: neither directly nor through the order."""
        order = self.make_noticed()
        self.hand_over(order, self.assistant, self.second)
        for user in (self.second, self.assistant, self.env.ref("base.user_admin")):
            duty = self.as_user(order.desk_duty_ids, user)
            for change in (
                lambda duty: duty.write({"user_id": self.warehouse.id}),
                lambda duty: duty.unlink(),
            ):
                with self.subTest(user.login), self.assertRefused("", AccessError):
                    change(duty)
        with self.assertRefused("", AccessError):
            self.as_user(order, self.assistant).desk_user_id = self.warehouse

    def test_deleting_a_quotation_forgets_who_was_named(self):
        """X6: ids are not reused for somebody else's document."""
        order = self.make_order()
        self.hand_over(order, self.assistant, self.stand_in, "sales_assistant")
        order_id = order.id
        self.as_user(order, self.env.ref("base.user_admin")).unlink()
        self.assertFalse(self.env["order.desk.duty"].search_count([("res_id", "=", order_id)]))
