from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import ApprovalCase

KIND = "test.approval.order"


@tagged("post_install", "-at_install")
class TestLimits(ApprovalCase):
    """A3: who may decide up to which amount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["approval.limit"].search([("company_id", "=", cls.company.id)]).unlink()
        cls.cny, cls.usd = cls.company.currency_id, cls.env.ref("base.USD")
        cls.usd.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.usd.id,
                    "company_id": cls.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in (("2020-01-01", 0.10), ("2021-01-01", 0.20))
            ]
        )
        cls.cfo.group_ids |= cls.env.ref("approval_chain.group_approval_manager")
        cls.kind = cls.env["ir.model"]._get_id(KIND)

    def make_limit(self, who, amount=0, **values):
        field = "role_id" if who._name == "approval.role" else "user_id"
        return self.as_user(self.env["approval.limit"], self.cfo).create(
            {field: who.id, "amount": amount, "company_id": self.company.id, **values}
        )

    def covered(self, amount, users=None, currency=None, date=None, operation="finish"):
        return self.env["approval.limit"]._covered(
            users or self.salesmgr | self.head,
            amount,
            currency or self.cny,
            KIND,
            operation,
            self.company,
            date or self.company._approval_today(),
        )

    def hold(self, user, code, **values):
        return self.env["approval.role.holder"].create(
            {
                "role_id": self.role[code].id,
                "user_id": user.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_limit_of_a_role_covers_its_holders_up_to_the_amount_included(self):
        """A3: either sign; one cent more is too much; nobody without a limit."""
        self.make_limit(self.role["department_head"], 1000)
        self.assertEqual(self.covered(1000), self.head)
        self.assertEqual(self.covered(-1000), self.head)
        self.assertFalse(self.covered(1000.01))
        self.assertFalse(self.covered(-1000.01))
        self.assertEqual(self.covered(0), self.head)

    def test_personal_limit_replaces_those_of_the_roles(self):
        """A3: upwards and downwards."""
        self.make_limit(self.role["department_head"], 1000)
        self.make_limit(self.head, 10)
        self.assertFalse(self.covered(11))
        self.hold(self.salesmgr, "department_head")
        self.assertEqual(self.covered(11), self.salesmgr)
        self.make_limit(self.salesmgr, is_unlimited=True)
        self.assertEqual(self.covered(10**9), self.salesmgr)

    def test_highest_of_several_roles_counts(self):
        """A3: whoever holds two roles decides as the higher one."""
        self.make_limit(self.role["department_head"], 1000)
        self.make_limit(self.role["sales_manager"], 100)
        self.assertFalse(self.covered(500, self.salesmgr))
        self.hold(self.salesmgr, "department_head")
        self.assertEqual(self.covered(500, self.salesmgr), self.salesmgr)

    def test_operation_beats_kind_beats_everything(self):
        """A3: what is said of one thing replaces what is said of all, even if it is less."""
        head = self.role["department_head"]
        self.make_limit(head, 1000)
        self.assertTrue(self.covered(900))
        self.make_limit(head, 500, model_id=self.kind)
        self.assertFalse(self.covered(900))
        self.assertTrue(self.covered(500))
        self.make_limit(head, 700, model_id=self.kind, operation="finish")
        self.assertTrue(self.covered(700))
        self.assertFalse(self.covered(900))
        self.assertTrue(self.covered(500, operation="other"))
        self.assertFalse(self.covered(700, operation="other"))

    def test_amount_is_converted_at_the_date_of_the_document(self):
        """A3, X4: 100 USD were 1,000 CNY in 2020 and are 500 CNY since 2021."""
        self.make_limit(self.role["department_head"], 600)
        self.assertFalse(self.covered(100, currency=self.usd, date="2020-06-01"))
        self.assertTrue(self.covered(100, currency=self.usd, date="2021-06-01"))
        self.make_limit(self.role["sales_manager"], 100, currency_id=self.usd.id)
        self.assertEqual(self.covered(900, date="2020-06-01"), self.salesmgr)
        self.assertFalse(self.covered(900, date="2021-06-01"))

    def test_limit_in_the_currency_of_the_document_is_preferred(self):
        """A3: rates do not matter where the rulebook names the currency."""
        head = self.role["department_head"]
        self.make_limit(head, 1_000_000)
        self.make_limit(head, 10, currency_id=self.usd.id)
        self.assertFalse(self.covered(11, currency=self.usd))
        self.assertTrue(self.covered(11))

    def test_role_counts_only_while_and_where_it_is_held(self):
        """A3, A2: holders of yesterday, of tomorrow and of another company cover nothing."""
        self.make_limit(self.role["general_manager"], 1000)
        today = self.company._approval_today()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        holder = self.hold(self.vp, "general_manager", date_to=today)
        self.assertEqual(self.covered(1, self.vp), self.vp)
        holder.date_to = today - timedelta(days=1)
        self.assertFalse(self.covered(1, self.vp))
        holder.write({"date_to": False, "date_from": today + timedelta(days=1)})
        self.assertFalse(self.covered(1, self.vp))
        holder.write({"date_from": False, "company_id": other.id})
        self.assertFalse(self.covered(1, self.vp))

    def test_holders_for_a_department_have_the_limit_of_the_role(self):
        """A3: the limit belongs to the role, whatever department it is held for."""
        self.make_limit(self.role["general_manager"], 1000)
        department = self.env.ref("approval_chain.demo_department_sales")
        self.hold(self.vp, "general_manager", department_id=department.id)
        self.assertEqual(self.covered(1000, self.vp), self.vp)

    def test_limits_of_another_company_do_not_count(self):
        """A3, X4: each company has its own limits."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["approval.limit"].create(
            {"user_id": self.head.id, "amount": 10**6, "company_id": other.id}
        )
        self.assertFalse(self.covered(1))

    def test_queries_do_not_grow_with_the_users(self):
        """A3: hot path of submissions."""
        self.make_limit(self.role["department_head"], 1000)
        self.make_limit(self.role["sales_manager"], 100, currency_id=self.usd.id)
        users = self.env["res.users"]
        for number in range(20):
            user = new_test_user(self.env, f"limit{number}", company_id=self.company.id)
            self.hold(user, "department_head" if number % 2 else "sales_manager")
            users |= user
        self.env.flush_all()
        counts = []
        for some in (users[:2], users):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.covered(900, some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 8)
        self.assertEqual(len(self.covered(900, users)), 10)

    def test_limit_belongs_to_a_role_or_a_person(self):
        """A3, X6: exactly one of both; once for the same thing; never negative."""
        head = self.role["department_head"]
        for values in (
            {"role_id": head.id, "user_id": self.head.id},
            {"amount": 5},
            {"role_id": head.id, "amount": -1},
        ):
            with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                self.as_user(self.env["approval.limit"], self.cfo).create(
                    {"company_id": self.company.id, **values}
                )
            self.assertIn("approval_limit", str(caught.exception))
        self.make_limit(head, 5)
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.make_limit(head, 6)
        self.assertIn("approval_limit", str(caught.exception))
        with self.assertRefused("does not have", ValidationError):
            self.make_limit(head, 6, operation="finish")
        with self.assertRefused("does not have", ValidationError):
            self.make_limit(head, 6, model_id=self.kind, operation="nothing")

    def test_administrator_without_rights_on_settings_fills_in_the_form(self):
        """A3: the kinds of documents are offered by name."""
        limits = self.as_user(self.env["approval.limit"], self.cfo)
        self.assertFalse(self.as_user(self.env["ir.model"], self.cfo).has_access("read"))
        [(kind, _name)] = limits.env["approval.kind"].name_search("Test Order")
        with Form(limits) as form:
            form.role_id = self.role["department_head"]
            form.model_id = limits.env["approval.kind"].browse(kind)
            form.amount = 300
        self.assertEqual(form.record.currency_id, self.cny)
        self.assertEqual(form.record.model, KIND)
        self.assertEqual(self.covered(300), self.head)

    def test_limits_belong_to_administrators(self):
        """A3: nobody reads or raises a limit, not even the own one."""
        limit = self.make_limit(self.head, 5)
        for user in (self.head, self.sales):
            with self.assertRefused(exception=AccessError):
                self.as_user(limit, user).amount = 10**6
            with self.assertRefused(exception=AccessError):
                self.as_user(limit, user).read(["amount"])
            with self.assertRefused(exception=AccessError):
                self.as_user(self.env["approval.limit"], user).create(
                    {"user_id": user.id, "is_unlimited": True}
                )

    # ------------------------------------------------------------------ the amount itself

    def test_an_amount_that_follows_from_lines_is_not_written_over(self):
        """A3, A10: Odoo lets RPC and import write what it computes; the limit sees what follows."""
        self.make_chain([{"approver": "user", "user_ids": [(6, 0, self.head.ids)]}], amount_min=100)
        lines = [(0, 0, {"product": "Pump", "quantity": 10, "price": 50})]
        written = self.as_user(self.make_order(line_ids=lines), self.sales)
        written.amount = 1
        created = self.as_user(self.env[KIND], self.sales).create(
            {
                "name": "T3",
                "partner_name": "Buyer",
                "company_id": self.company.id,
                "amount": 1,
                "line_ids": lines,
            }
        )
        for order in (written, created):
            with self.assertRefused("needs approval"):
                order.write({"state": "done", "amount": 1})
            self.env.flush_all()
            self.assertEqual(order.amount, 500)
            order.action_approval_submit()
            self.assertEqual(self.request_of(order).amount, 500)

    def test_outside_of_approval_odoo_goes_on_as_ever(self):
        """A10, X1: a company without a chain may write what it likes."""
        chains = self.env["approval.chain"].search([])
        chains.filtered(lambda chain: chain.model_id.model == KIND).active = False
        order = self.make_order()
        order.amount = 7
        self.env.flush_all()
        self.assertEqual(order.amount, 7)
