from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user

DAY = "2026-03-10"


class ExpenseCase(TransactionCase):
    """A company with a Chinese chart, the rulebook set up, and people with only their own rights.

    ``claimant`` works in a department managed by ``manager``, who is led by ``leader`` (up to
    5,000.00), who is led by the general manager ``boss`` (any amount); ``finance`` holds the role
    Finance. ``colleague`` works beside the claimant.
    """

    leader_limit = 5000.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what is tried here is no matter of mails
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "lang": "en_US"})
        cls.currency = cls.env.ref("base.CNY")
        cls.currency.active = True
        cls.company = cls.make_company("Stargear")
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.make_people()
        cls.travel, cls.dinner = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "can_be_expensed": True,
                    "type": "service",
                    "standard_price": 0,
                    "supplier_taxes_id": [Command.clear()],
                }
                for name in ("Travel", "Dinner")
            ]
        )
        cls.company.action_set_up_rulebook()
        # receipts are attached where they are tried
        cls.company.invoice_file_policy = "off"

    @classmethod
    def make_company(cls, name):
        """A company with a chart of accounts of its own, which the current user works for."""
        company = cls.env["res.company"].create(
            {
                "name": name,
                "country_id": cls.env.ref("base.cn").id,
                "currency_id": cls.env.ref("base.CNY").id,
            }
        )
        cls.env.user.company_ids = [Command.link(company.id)]
        cls.env["account.chart.template"].try_loading("cn", company, install_demo=False)
        return company

    @classmethod
    def make_people(cls):
        cls.department = cls.env["hr.department"].create(
            {"name": "Sales", "company_id": cls.company.id}
        )
        cls.boss = cls.make_user("boss")
        cls.leader = cls.make_user("leader", above=cls.boss)
        cls.manager = cls.make_user("manager", above=cls.leader, department=cls.department)
        cls.department.manager_id = cls.employee_of(cls.manager)
        cls.claimant = cls.make_user("claimant", above=cls.manager, department=cls.department)
        cls.colleague = cls.make_user("colleague", above=cls.manager, department=cls.department)
        cls.finance = cls.make_user(
            "finance", groups="expense_approval.group_expense_finance", above=cls.boss
        )
        cls.hold("finance", cls.finance)
        cls.hold("general_manager", cls.boss)
        cls.env["approval.limit"].create(
            [
                {
                    "user_id": cls.leader.id,
                    "company_id": cls.company.id,
                    "amount": cls.leader_limit,
                },
                {"user_id": cls.boss.id, "company_id": cls.company.id, "is_unlimited": True},
            ]
        )

    @classmethod
    def make_user(cls, login, groups="base.group_user", above=None, department=None):
        """A user of the company with an employee, led by the user ``above``."""
        user = new_test_user(
            cls.env,
            f"expense_{login}",
            groups=groups,
            name=login.capitalize(),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "work_contact_id": user.partner_id.id,
                "company_id": cls.company.id,
                "department_id": department.id if department else False,
                "parent_id": cls.employee_of(above).id if above else False,
            }
        )
        return user

    @classmethod
    def hold(cls, code, user):
        role = cls.env["approval.role"].search([("code", "=", code)])
        return cls.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": user.id, "company_id": cls.company.id}
        )

    @classmethod
    def employee_of(cls, user):
        return cls.env["hr.employee"].search(
            [("user_id", "=", user.id), ("company_id", "=", cls.company.id)]
        )

    # ------------------------------------------------------------------ acting

    def as_user(self, records, user):
        """The records as ``user`` sees them in the web client."""
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids, lang="en_US"
        )

    def make_expense(self, amount=100.0, user=None, product=None, **values):
        """An expense that ``user`` captured, on :data:`DAY`."""
        user = user or self.claimant
        return self.as_user(self.env["hr.expense"], user).create(
            {
                "name": "Taxi",
                "product_id": (product or self.travel).id,
                "employee_id": self.employee_of(user).id,
                "date": DAY,
                "total_amount_currency": amount,
                "company_id": self.company.id,
                **values,
            }
        )

    def make_claim(self, *amounts, user=None, expenses=None, **values):
        """A claim of ``user`` over new expenses of these amounts, or over ``expenses``."""
        user = user or self.claimant
        if expenses is None:
            expenses = self.env["hr.expense"].union(
                *(self.make_expense(amount, user=user) for amount in amounts or (100.0,))
            )
        return self.as_user(self.env["reimbursement.claim"], user).create(
            {
                "purpose": "Visit to a customer",
                "employee_id": self.employee_of(user).id,
                "company_id": self.company.id,
                "expense_ids": [Command.set(expenses.ids)],
                **values,
            }
        )

    def make_application(self, user=None, **values):
        """An application of ``user`` over 800.00 for travel in March 2026."""
        user = user or self.claimant
        return self.as_user(self.env["expense.application"], user).create(
            {
                "purpose": "Visit to a customer",
                "employee_id": self.employee_of(user).id,
                "company_id": self.company.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "line_ids": [Command.create({"product_id": self.travel.id, "amount": 800})],
                **values,
            }
        )

    def request_of(self, document):
        return self.env["approval.request"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)], limit=1
        )

    def decide(self, document, user, verb="approve", opinion="Seen.", **answer):
        """Answer the place that waits for ``user``; the checklist is ticked to approve."""
        request = self.as_user(self.request_of(document), user)
        if verb == "approve":
            answer.setdefault("checked", self.checks_of(document))
        request.action_decide(verb, opinion, **answer)

    def checks_of(self, document):
        steps = self.request_of(document).step_ids.filtered(lambda step: step.state == "open")
        return [check["name"] for step in steps for check in step.checklist or []]

    def submit(self, document, user=None):
        self.as_user(document, user or document.user_id).action_approval_submit()

    def approve_to(self, claim, until):
        """Submit the claim and have it approved by those who come before the step of ``until``.

        :param until: ``manager``, ``leader``, ``originals``, ``finance`` or ``boss``
        """
        way = {
            "manager": (self.manager, "approve"),
            "leader": (self.leader, "approve"),
            "originals": (self.finance, "handle"),
            "finance": (self.finance, "approve"),
            "boss": (self.boss, "approve"),
        }
        self.submit(claim)
        for name, (user, verb) in way.items():
            if name == until:
                break
            self.decide(claim, user, verb)

    def post(self, claims, user=None):
        """Finance posts the claims, with journal and date as Odoo proposes them."""
        action = self.as_user(claims, user or self.finance).action_post()
        if isinstance(action, dict):
            wizards = self.as_user(self.env[action["res_model"]], user or self.finance)
            wizard = wizards.with_context(**action["context"]).browse(action["res_id"])
            wizard.action_post_entry()

    def pay(self, claims, user=None):
        """Finance pays the claims from the bank."""
        action = self.as_user(claims, user or self.finance).action_pay()
        wizards = self.as_user(self.env[action["res_model"]], user or self.finance)
        wizards = wizards.with_context(**action["context"])
        wizards.create({}).action_create_payments()

    def waits_for(self, document):
        """Name of the step that is open."""
        steps = self.request_of(document).step_ids
        return steps.filtered(lambda step: step.state == "open").mapped("name")

    @contextmanager
    def assertRefused(self, text="", exception=UserError):
        """The block must be refused with a sentence containing ``text``, and leave nothing."""
        with self.assertRaises(exception) as caught, self.env.cr.savepoint():
            yield
        if text:
            self.assertIn(text, str(caught.exception))
