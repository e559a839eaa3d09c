from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestRouting(StockingCase):
    """S2: which assistant has a request, and how it changes hands."""

    def setUp(self):
        super().setUp()
        self.second = self.assistant.copy(
            {"name": "Second Assistant", "login": "assistant.two", "email": "two@example.com"}
        )
        role = self.env["approval.role"].search([("code", "=", "sales_assistant")])
        self.holder = self.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": self.second.id, "company_id": self.company.id}
        )
        departments = self.env["hr.department"].create(
            {"name": "Service", "company_id": self.company.id}
        )
        self.department = departments
        self.below = departments.create(
            {"name": "Field Service", "company_id": self.company.id, "parent_id": departments.id}
        )

    def rule(self, user=None, **values):
        return self.env["stocking.assistant.rule"].create(
            {
                "name": "Rule",
                "company_id": self.company.id,
                "user_id": (user or self.second).id,
                **{name: [Command.set(records.ids)] for name, records in values.items()},
            }
        )

    def test_without_a_rule_it_is_every_assistants(self):
        """S2: the role is the fallback, and its holders are named."""
        request = self.make_stocking_request()
        self.assertFalse(request.assistant_id)
        self.assertIn(self.second.name, request.assistant_names)
        self.assertIn(self.assistant.name, request.assistant_names)

    def test_department_warehouse_category_and_customer_decide(self):
        """S2: each condition alone; departments and categories below count."""
        category = self.env["product.category"].create({"name": "Pumps"})
        child = category.create({"name": "Small Pumps", "parent_id": category.id})
        product = self.make_product()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        other = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "K1W2", "company_id": self.company.id}
        )
        line = [Command.create({"product_id": product.id, "quantity": 1})]
        for conditions, fits, misses in (
            ({"department_ids": self.department}, {"department_id": self.below.id}, {}),
            ({"warehouse_ids": other}, {"warehouse_id": other.id}, {"warehouse_id": warehouse.id}),
            ({"categ_ids": category}, {"line_ids": line}, {}),
            ({"partner_ids": self.customer}, {"partner_id": self.customer.child_ids.id}, {}),
        ):
            with self.subTest(str(conditions)):
                product.categ_id = child
                rule = self.rule(**conditions)
                self.assertEqual(self.make_stocking_request(**fits).assistant_id, self.second)
                self.assertFalse(self.make_stocking_request(**misses).assistant_id)
                rule.unlink()

    def test_the_first_rule_that_fits_decides(self):
        """S2: by sequence; all conditions of a rule must fit."""
        self.rule(department_ids=self.department, partner_ids=self.customer).sequence = 1
        self.rule(self.assistant, department_ids=self.department).sequence = 2
        both = {"department_id": self.department.id, "partner_id": self.customer.id}
        self.assertEqual(self.make_stocking_request(**both).assistant_id, self.second)
        one = self.make_stocking_request(department_id=self.department.id)
        self.assertEqual(one.assistant_id, self.assistant)

    def test_a_rule_of_somebody_who_left_the_role_is_passed_over(self):
        """S2, A11: nothing waits for somebody who does not do it any more."""
        self.rule()
        self.holder.unlink()
        self.assertFalse(self.make_stocking_request().assistant_id)

    def test_a_rule_names_an_assistant(self):
        """S2, X6."""
        with self.assertRefused("does not hold the role Sales Assistant", ValidationError):
            self.rule(self.sales)

    def test_the_named_assistant_has_the_turn_on_the_desk(self):
        """S2, F11: and is told."""
        self.rule()
        request = self.make_stocking_request()
        self.assertTrue(self.desk_row(request, self.second).is_mine)
        self.assertFalse(self.desk_row(request, self.assistant).is_mine)
        self.assertEqual(request.assistant_names, self.second.name)
        told = request.message_ids.filtered(lambda message: "rule" in (message.body or ""))
        self.assertIn(self.second.partner_id, told.partner_ids)

    def test_another_assistant_takes_it(self):
        """S2: and it shows who has it."""
        self.rule()
        request = self.make_stocking_request()
        self.as_user(request, self.assistant).action_take()
        self.assertEqual(request.assistant_id, self.assistant)
        self.assertTrue(self.desk_row(request, self.assistant).is_mine)
        with self.assertRefused("Sales Assistant", AccessError):
            self.as_user(request, self.sales).action_take()

    def test_it_is_handed_over_with_a_note(self):
        """S2: from the form of the request."""
        request = self.make_stocking_request()
        action = self.as_user(request, self.assistant).action_hand_over()
        wizard = self.as_user(self.env[action["res_model"]], self.assistant)
        wizard = wizard.with_context(**action["context"]).create(
            {"user_id": self.second.id, "reason": "You know the vendor."}
        )
        wizard.action_hand_over()
        self.assertEqual(request.assistant_id, self.second)
        self.assertIn("You know the vendor.", request.message_ids[0].body)

    def test_rules_are_the_administrators(self):
        """S2, A10."""
        rule = self.rule()
        for user in (self.sales, self.assistant):
            with self.assertRefused(exception=AccessError):
                self.as_user(rule, user).name = "Mine"
        request = self.make_stocking_request()
        with self.assertRefused("cannot be entered by hand", AccessError):
            self.as_user(request, self.assistant).assistant_id = self.assistant
