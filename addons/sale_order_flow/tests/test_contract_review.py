from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestContractReview(OrderFlowCase):
    """F3: three departments review big orders side by side, each with its own checklist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.contract_review_amount = 5000
        cls.production = cls.env.ref("sale_order_flow.demo_user_production")

    def submitted(self, pumps=50, discount=0):
        order = self.make_order({self.pump: pumps})
        if discount:
            order.order_line.discount = discount
        order.action_approval_submit()
        return order

    def open_steps(self, order):
        slots = self.request_of(order).slot_ids.filtered(lambda slot: slot.state == "open")
        return set(slots.role_id.mapped("code"))

    def review(self, order, user, opinion="Can be done.", ticks=None):
        """The opinion of ``user`` with everything ticked, or with ``ticks`` only."""
        request = self.as_user(self.request_of(order), user)
        slot = request._slot_for_me("opinion")
        lines = [row["name"] for row in slot.step_id.checklist]
        request.action_decide("opinion", opinion, checked=lines if ticks is None else ticks)

    def test_a_big_order_is_reviewed_by_three_departments_at_the_same_time(self):
        """F3: finance, purchasing and production; then the sales manager decides."""
        order = self.submitted()
        self.assertTrue(order.needs_contract_review)
        self.assertEqual(self.open_steps(order), {"finance", "purchasing", "vp_production"})
        with self.assertRefused():
            self.decide(order, self.salesmgr)
        self.review(order, self.production)
        self.review(order, self.finance)
        self.assertEqual(self.open_steps(order), {"purchasing"})
        self.review(order, self.purchasing, "The motor takes four weeks.")
        self.assertEqual(self.open_steps(order), {"sales_manager"})
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "sale")

    def test_each_department_ticks_its_own_checklist(self):
        """F3: nothing ticked, or what belongs to another department, is refused."""
        order = self.submitted()
        with self.assertRefused("has a checklist"):
            self.review(order, self.finance, ticks=[])
        steps = self.request_of(order).step_ids.filtered("checklist")
        lists = [{row["name"] for row in step.checklist} for step in steps]
        self.assertEqual(len(lists), 3)
        for one in lists:
            for other in lists:
                self.assertTrue(one is other or one.isdisjoint(other))
        production = next(
            names
            for step, names in zip(steps, lists, strict=True)
            if step.slot_ids.role_id.code == "vp_production"
        )
        with self.assertRefused("no line of the checklist"):
            self.review(order, self.finance, ticks=list(production))

    def test_others_have_no_say_in_the_contract_review(self):
        """F3: neither the salesperson nor the assistant, head, warehouse or president."""
        order = self.submitted()
        for user in (self.sales, self.assistant, self.head, self.warehouse, self.president):
            with self.subTest(user.login), self.assertRefused():
                self.decide(order, user, "opinion")

    def test_a_department_gives_its_opinion_once(self):
        """F3: the double click changes nothing."""
        order = self.submitted()
        self.review(order, self.finance)
        with self.assertRefused():
            self.decide(order, self.finance, "opinion")

    def test_a_special_order_gets_the_review_and_the_president(self):
        """F3, F5: the one does not replace the other."""
        order = self.submitted(discount=30, pumps=100)
        for user in (self.finance, self.purchasing, self.production):
            self.review(order, user)
        self.assertEqual(self.open_steps(order), {"vp_marketing"})
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.cfo, "opinion")
        self.decide(order, self.president)
        self.assertEqual(order.state, "sale")

    def test_the_amount_itself_is_reviewed_and_less_is_not(self):
        """F3: from the total on, compared in the currency of the company."""
        self.assertTrue(self.make_order({self.pump: 50}).needs_contract_review)
        small = self.submitted(pumps=49)
        self.assertFalse(small.needs_contract_review)
        self.assertEqual(self.open_steps(small), {"sales_manager"})

    def test_a_total_in_another_currency_is_converted(self):
        """F3: a few units of a strong currency are a big order."""
        strong = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "X",
                "rate_ids": [
                    (0, 0, {"name": "2000-01-01", "rate": 0.01, "company_id": self.company.id})
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Strong", "currency_id": strong.id, "company_id": self.company.id}
        )
        order = self.make_order({self.pump: 1}, pricelist_id=pricelist.id)
        order.order_line.price_unit = 50
        self.assertTrue(order.needs_contract_review)
        order.order_line.price_unit = 49
        self.assertFalse(order.needs_contract_review)

    def test_without_an_amount_no_order_is_reviewed_by_departments(self):
        """F3: the setting switches it off."""
        self.company.contract_review_amount = 0
        self.assertEqual(self.open_steps(self.submitted(pumps=500)), {"sales_manager"})

    def test_an_addon_asks_for_the_review_of_small_orders(self):
        """F3: the hook for non-standard orders."""
        self.patch(
            self.env.registry["sale.order"],
            "_needs_contract_review",
            lambda order: order.order_channel == "fax",
        )
        order = self.make_order(order_channel="fax")
        order.action_approval_submit()
        self.assertEqual(self.open_steps(order), {"finance", "purchasing", "vp_production"})

    def test_setting_the_rulebook_up_again_keeps_what_was_adjusted(self):
        """X1, F3: one chain, checklists as they were changed."""
        chain = self.env["approval.chain"].search(
            [("company_id", "=", self.company.id), ("name", "=", "Contract review")]
        )
        chain.step_ids[0].checklist_ids[0].unlink()
        lines = chain.step_ids.checklist_ids
        self.company._set_up_rulebook()
        self.assertEqual(
            self.env["approval.chain"].search(
                [("company_id", "=", self.company.id), ("name", "=", "Contract review")]
            ),
            chain,
        )
        self.assertEqual(chain.step_ids.checklist_ids, lines)
        self.assertEqual(self.company.contract_review_amount, 5000)
