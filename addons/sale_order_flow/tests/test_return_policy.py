from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnPolicy(ReturnCase):
    """F17, D19 return policy: period, condition and freight, and what is outside of it."""

    def ship_earlier(self, order, days):
        for move in self.moves(order):
            move.date -= timedelta(days=days)

    def test_the_period_counts_from_the_day_the_goods_left(self):
        """F17: on the last day it is inside, a day later it is not."""
        for days, outside in ((30, False), (31, True)):
            with self.subTest(days):
                order = self.make_shipped()
                self.ship_earlier(order, days)
                request = self.make_return(order, {self.pump: 1})
                self.assertEqual(request.outside_policy, outside)

    def test_outside_the_policy_a_reason_is_needed_and_one_more_decides(self):
        """F17: the sales manager, then the department head."""
        order = self.make_shipped()
        self.ship_earlier(order, 40)
        request = self.make_return(order, {self.pump: 1})
        self.assertIn("Thirty days", request.policy_findings)
        with self.assertRefused("Why an Exception"):
            request.action_approval_submit()
        request.exception_reason = "A customer of twenty years."
        request.action_approval_submit()
        self.decide_change(request, self.salesmgr)
        self.assertEqual(request.state, "draft")
        self.decide_change(request, self.head)
        self.assertEqual(request.state, "approved")

    def test_condition_and_freight_follow_the_policy(self):
        """F17: used goods are outside; for defective ones the company pays, in any condition."""
        order = self.make_shipped()
        cases = {
            "unused": (False, "customer"),
            "opened": (False, "customer"),
            "used": (True, "customer"),
            "defective": (False, "company"),
            "wrong": (False, "company"),
        }
        for condition, expected in cases.items():
            with self.subTest(condition):
                request = self.make_return(order, {self.pump: 1}, condition=condition)
                self.assertEqual((request.outside_policy, request.freight_payer), expected)

    def test_the_nearest_category_decides(self):
        """F17: pumps are not taken back, hoses are as everything else."""
        parent, child = self.env["product.category"].create([{"name": "Made"}, {"name": "Pumps"}])
        child.parent_id = parent
        self.pump.categ_id = child
        values = {"company_id": self.company.id}
        self.env["sale.return.policy"].create(
            [
                {"name": "Made", "category_id": parent.id, "days": 0, **values},
            ]
        )
        order = self.make_shipped({self.pump: 1, self.hose: 1})
        self.assertTrue(self.make_return(order, {self.pump: 1}).outside_policy)
        self.assertFalse(self.make_return(order, {self.hose: 1}).outside_policy)
        self.ship_earlier(order, 2)
        self.assertTrue(self.make_return(order, {self.pump: 1}).outside_policy)
        self.assertFalse(
            self.make_return(order, {self.pump: 1}, condition="defective").outside_policy
        )

    def test_where_no_chain_decides_the_policy_is_asked_when_the_return_is_accepted(self):
        """F17: a draft kept until the period is over needs its reason without approvers, too."""
        self.env["approval.chain"].search(
            [("company_id", "=", self.company.id), ("model", "=", "sale.return.request")]
        ).active = False
        order = self.make_shipped()
        request = self.make_return(order, {self.pump: 1})
        self.ship_earlier(order, 40)
        with self.assertRefused("outside the return policy"):
            request.action_accept()
        request.exception_reason = "The site was closed."
        request.action_accept()
        self.assertTrue(request.outside_policy)

    def test_a_policy_without_inspection_goes_straight_to_the_credit_note(self):
        """F17: nobody looks at the goods."""
        self.policy.inspect = False
        order = self.make_shipped()
        request = self.accept(self.make_return(order, {self.pump: 1}))
        self.take_back(request)
        self.assertFalse(request.sudo().inspection_ids)
        self.assertEqual(request.progress, "crediting")

    def test_administrators_alone_change_policies(self):
        """F17: salespeople read them; one for each category."""
        policy = self.as_user(self.policy, self.sales)
        self.assertEqual(policy.days, 30)
        with self.assertRefused("", AccessError):
            policy.days = 90
        with self.assertRefused("cannot be negative"):
            self.policy.days = -1
