from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.expense_approval.tests.common import ExpenseCase


@tagged("post_install", "-at_install")
class TestApplicationOrder(ExpenseCase):
    """E1: what was approved for an order is reinvoiced to that order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.claim_without_application = "allow"
        # orders are plain ones here, whatever other addons do with them
        if "order_flow_enabled" in cls.company._fields:
            cls.company.order_flow_enabled = False
        chains = cls.env["approval.chain"].search([])
        chains.filtered(lambda chain: chain.model_id.model == "sale.order").active = False
        cls.claimant.group_ids = [Command.link(cls.env.ref("sales_team.group_sale_salesman").id)]
        cls.travel.expense_policy = "cost"
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.order, cls.other = (cls.make_order() for _order in range(2))

    @classmethod
    def make_order(cls, **values):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "user_id": cls.claimant.id,
                "order_line": [Command.create({"product_id": cls.dinner.id})],
                **values,
            }
        )
        order.action_confirm()
        return order

    def approved_application(self, **values):
        application = self.make_application(**values)
        self.submit(application)
        self.decide(application, self.manager)
        self.decide(application, self.leader)
        application._stamp({"approved_on": "2026-03-01"})
        return application

    def test_expenses_that_are_reinvoiced_take_the_order_of_their_application(self):
        """E1: before or after they join the claim; others take none."""
        application = self.approved_application(sale_order_id=self.order.id)
        plain = self.make_expense(20, product=self.dinner)
        claim = self.make_claim(
            expenses=self.make_expense(10) | plain, application_ids=application.ids
        )
        self.assertEqual((claim.expense_ids - plain).sale_order_id, self.order)
        self.assertFalse(plain.sale_order_id)
        later = self.make_claim(30)
        self.assertFalse(later.expense_ids.sale_order_id)
        self.as_user(later, self.claimant).application_ids = application
        self.assertEqual(later.expense_ids.sale_order_id, self.order)

    def test_the_order_stays_until_the_entry_and_is_reinvoiced(self):
        """E1, E7: through the whole chain."""
        application = self.approved_application(sale_order_id=self.order.id)
        claim = self.make_claim(10, application_ids=application.ids)
        self.approve_to(claim, "boss")
        self.assertEqual(claim.expense_ids.sale_order_id, self.order)
        self.post(claim)
        line = self.order.order_line.filtered("is_expense")
        self.assertEqual((line.product_id, line.qty_delivered), (self.travel, 1))

    def test_the_order_of_an_approved_application_stays(self):
        """E1, A9: another order is another application."""
        application = self.approved_application(sale_order_id=self.order.id)
        with self.assertRefused("is for"):
            self.as_user(application, self.claimant).sale_order_id = self.other
        draft = self.make_application(sale_order_id=self.order.id)
        self.as_user(draft, self.claimant).sale_order_id = self.other
        self.assertEqual(draft.sale_order_id, self.other)

    def test_an_application_without_order_leaves_the_order_of_the_expense(self):
        """E1: as plain Odoo."""
        application = self.approved_application()
        expense = self.make_expense(10, sale_order_id=self.other.id)
        self.make_claim(expenses=expense, application_ids=application.ids)
        self.assertEqual(expense.sale_order_id, self.other)

    def test_an_order_of_another_company_is_refused(self):
        """E1, X5."""
        elsewhere = self.make_company("Elsewhere")
        foreign = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": elsewhere.id}
        )
        with self.assertRefused("compan", UserError):
            application = self.make_application()
            self.as_user(application, self.env.user).sale_order_id = foreign
