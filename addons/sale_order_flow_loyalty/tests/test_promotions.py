from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestPromotions(OrderFlowCase):
    """F5: promotions the company has approved are usual, others are special."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # other promotions are not part of the question
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls.make_program()

    @classmethod
    def make_program(cls, **reward):
        return cls.env["loyalty.program"].create(
            {
                "name": "Spring",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 10,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                            **reward,
                        }
                    )
                ],
            }
        )

    def make_promoted(self, *programs):
        order = self.make_order()
        order._update_programs_and_rewards()
        for program in programs or self.program:
            coupon = order.coupon_point_ids.coupon_id.filtered(
                lambda card, program=program: card.program_id == program
            )
            order._apply_program_reward(program.reward_ids, coupon)
        order.invalidate_recordset()
        self.assertTrue(order.order_line.reward_id)
        return order

    def approve(self, program):
        manager = self.env.ref("base.user_admin")
        manager.group_ids += self.env.ref("sale_order_flow.group_flow_manager")
        self.as_user(program, manager).flow_approved = True

    def as_sales_manager(self, records):
        self.salesmgr.group_ids += self.env.ref("sales_team.group_sale_manager")
        # Odoo makes a product for each discount
        self.salesmgr.group_ids += self.env.ref("product.group_product_manager")
        return self.as_user(records, self.salesmgr)

    # ------------------------------------------------------------------ orders

    def test_a_promotion_nobody_approved_is_special(self):
        """F5: named with what it gives; the goods themselves are at their price."""
        order = self.make_promoted()
        self.assertEqual(order.amount_total, 360)
        self.assertEqual(order.special_level, "president")
        self.assertIn("Spring", order.special_reasons)
        self.assertIn("40.00", order.special_reasons)
        self.assertNotIn("Pump", order.special_reasons)

    def test_an_approved_promotion_is_usual(self):
        """F5: the sales manager reviews, and the order is confirmed with its reward."""
        self.approve(self.program)
        order = self.make_promoted()
        self.assertEqual(order.special_level, "none", order.special_reasons)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual((order.state, order.amount_total), ("sale", 360))

    def test_a_lower_price_beside_an_approved_promotion_is_special(self):
        """F5: only the reward is usual."""
        self.approve(self.program)
        order = self.make_promoted()
        order.order_line.filtered(lambda line: line.product_id == self.pump).price_unit = 80
        self.assertIn("price lowered", order.special_reasons)

    def test_a_reward_line_that_gives_more_is_special(self):
        """F5, A10: written by hand on an approved promotion."""
        self.approve(self.program)
        order = self.make_promoted()
        order.order_line.filtered("reward_id").price_unit = -200
        self.assertIn("more than its reward", order.special_reasons)

    def test_free_goods_of_an_approved_promotion_are_usual(self):
        """F5: as many as were promised, and not one more."""
        program = self.make_program(
            reward_type="product", reward_product_id=self.hose.id, reward_product_qty=2
        )
        self.approve(program)
        order = self.make_promoted(program)
        line = order.order_line.filtered("reward_id")
        self.assertEqual((line.product_id, order.amount_total), (self.hose, 400))
        self.assertEqual(order.special_level, "none", order.special_reasons)
        line.product_uom_qty += 1
        self.assertIn("more than its reward", order.special_reasons)

    def test_rewards_lower_the_margin(self):
        """F4: 400 less 40 over a cost of 320 leaves 11.11 percent."""
        self.approve(self.program)
        self.pump.with_company(self.company).standard_price = 80
        policy = self.env["sale.order.check.policy"].search(
            [("company_id", "=", self.company.id), ("code", "=", "margin")]
        )
        policy.write({"means": "president", "limit": 11.11})
        self.assertEqual(self.make_promoted().special_level, "none")
        policy.limit = 11.12
        self.assertEqual(self.make_promoted().special_level, "president")

    # ------------------------------------------------------------------ promotions

    def test_a_promotion_is_approved_by_an_administrator_of_the_flow(self):
        """F5, A10: neither written, created nor given as a default by whoever makes promotions."""
        program = self.as_sales_manager(self.program)
        with self.assertRefused("administrator of the order flow", AccessError):
            program.flow_approved = True
        with self.assertRefused("administrator of the order flow", AccessError):
            program.create({"name": "Mine", "program_type": "promotion", "flow_approved": True})
        with self.assertRefused("administrator of the order flow", AccessError):
            program.with_context(default_flow_approved=True).create(
                {"name": "Mine", "program_type": "promotion"}
            )
        self.approve(self.program)
        self.assertFalse(program.copy().flow_approved)

    def test_a_changed_promotion_is_not_approved_any_more(self):
        """F5: whatever it gives more, to whom and when; its name does not matter."""
        program = self.as_sales_manager(self.program)
        for change in (
            lambda: program.reward_ids.write({"discount": 50}),
            lambda: program.write(
                {"reward_ids": [Command.update(program.reward_ids.id, {"discount": 60})]}
            ),
            lambda: program.rule_ids.write({"minimum_qty": 0}),
            lambda: program.reward_ids.create(
                {"program_id": program.id, "reward_type": "discount", "discount": 90}
            ),
            lambda: program.write({"date_to": "2099-12-31"}),
        ):
            self.approve(self.program)
            program.name = "Spring again"
            self.assertTrue(program.flow_approved)
            change()
            self.assertFalse(program.flow_approved)

    def test_what_the_administrator_changes_stays_approved(self):
        """F5: it is their decision."""
        self.approve(self.program)
        self.as_user(self.program, self.env.ref("base.user_admin")).reward_ids.discount = 15
        self.assertTrue(self.program.flow_approved)
