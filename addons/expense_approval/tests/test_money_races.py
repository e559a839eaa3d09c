import psycopg2

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

DAY = "2099-03-10"


@tagged("post_install", "-at_install")
class TestMoneyRaces(TransactionCase):
    """E9-E11: two people at once, with real commits on the throw-away test database."""

    def env_of(self, cr, login):
        user = self.env.ref(f"approval_chain.demo_user_{login}")
        return api.Environment(cr, user.id, {"allowed_company_ids": user.company_id.ids})

    def committed(self, make):
        """Make a record in a transaction of its own.

        :param make: function of an environment of the superuser
        """
        with self.registry.cursor() as cr:
            return make(api.Environment(cr, SUPERUSER_ID, {})).id

    def forget(self, model, record_id, method="unlink"):
        def clean():
            with self.registry.cursor() as cr:
                record = api.Environment(cr, SUPERUSER_ID, {})[model].browse(record_id)
                getattr(record, method)()

        self.addCleanup(clean)

    def application(self, login):
        def make(env):
            employee = env.ref(f"approval_chain.demo_employee_{login}")
            return self.env_of(env.cr, login)["expense.application"].create(
                {
                    "purpose": "Visit",
                    "employee_id": employee.id,
                    "date_from": DAY,
                    "date_to": DAY,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": env.ref("expense_approval.demo_product_travel").id,
                                "amount": 600,
                            }
                        )
                    ],
                }
            )

        record_id = self.committed(make)
        self.forget("expense.application", record_id, "action_cancel")
        return record_id

    def test_two_applications_at_once_cannot_both_take_the_last_of_a_budget(self):
        """E10: 1,000 planned, twice 600 asked for; the second starts over and is refused."""

        def make_budget(env):
            return env["expense.budget"].create(
                {
                    "company_id": env.ref("approval_chain.demo_company").id,
                    "department_id": env.ref("approval_chain.demo_department_sales").id,
                    "date_from": "2099-01-01",
                    "date_to": "2099-12-31",
                    "amount": 1000,
                    "policy": "stop",
                }
            )

        budget_id = self.committed(make_budget)
        self.forget("expense.budget", budget_id)
        first_id, second_id = self.application("sales"), self.application("sales2")

        def submit(cr, login, record_id):
            application = self.env_of(cr, login)["expense.application"].browse(record_id)
            application.action_approval_submit()

        with self.registry.cursor() as slow:
            slow.execute("SELECT amount FROM expense_budget WHERE id = %s", [budget_id])
            with self.registry.cursor() as fast:
                submit(fast, "sales2", second_id)
            with (
                self.assertRaises(psycopg2.errors.SerializationFailure),
                mute_logger("odoo.sql_db"),
            ):
                submit(slow, "sales", first_id)
            slow.rollback()
        # what the server does then: the whole call again
        with self.assertRaises(UserError), self.registry.cursor() as again:
            submit(again, "sales", first_id)

    def test_two_claims_at_once_cannot_both_take_the_last_of_a_budget(self):
        """E10: 1,000 planned, twice 600 claimed; the second starts over and is refused."""

        def make_budget(env):
            return env["expense.budget"].create(
                {
                    "company_id": env.ref("approval_chain.demo_company").id,
                    "department_id": env.ref("approval_chain.demo_department_sales").id,
                    "date_from": "2098-01-01",
                    "date_to": "2098-12-31",
                    "amount": 1000,
                    "policy": "stop",
                }
            )

        budget_id = self.committed(make_budget)
        self.forget("expense.budget", budget_id)
        claims = {}
        for login in ("sales", "sales2"):

            def make_claim(env, login=login):
                employee = env.ref(f"approval_chain.demo_employee_{login}")
                own = self.env_of(env.cr, login)
                expense = own["hr.expense"].create(
                    {
                        "name": f"Train of {login}",
                        "product_id": env.ref("expense_approval.demo_product_travel").id,
                        "employee_id": employee.id,
                        "date": "2098-03-10",
                        "total_amount_currency": 600,
                    }
                )
                own["ir.attachment"].create(
                    {
                        "name": "ticket.txt",
                        "raw": login.encode(),
                        "res_model": "hr.expense",
                        "res_id": expense.id,
                    }
                )
                return own["reimbursement.claim"].create(
                    {
                        "purpose": "Visit",
                        "employee_id": employee.id,
                        "expense_ids": [Command.set(expense.ids)],
                    }
                )

            claims[login] = self.committed(make_claim)
            self.forget("reimbursement.claim", claims[login], "action_cancel")

        def submit(cr, login):
            env = self.env_of(cr, login)
            env["reimbursement.claim"].browse(claims[login]).action_approval_submit()
            env.flush_all()

        with self.registry.cursor() as slow:
            slow.execute("SELECT amount FROM expense_budget WHERE id = %s", [budget_id])
            with self.registry.cursor() as fast:
                submit(fast, "sales2")
            with (
                self.assertRaises(psycopg2.errors.SerializationFailure),
                mute_logger("odoo.sql_db"),
            ):
                submit(slow, "sales")
            slow.rollback()
        with self.assertRaisesRegex(UserError, "goes over budget"), self.registry.cursor() as again:
            submit(again, "sales")

    def test_two_payments_of_one_instalment_at_once_are_not_both_made(self):
        """E11: twice six tenths of what is planned; the second starts over and is refused."""
        request = self.env.ref("expense_approval.demo_fund_approved")
        instalment = request.instalment_ids.filtered(lambda row: not row.actual_amount)[0]

        def prepare(cr):
            env = self.env_of(cr, "finance")
            action = env["fund.request.instalment"].browse(instalment.id).action_pay()
            wizard = env[action["res_model"]].browse(action["res_id"])
            wizard.amount = instalment.amount * 0.6
            payment_id = wizard.action_create_payment()["res_id"]
            env.flush_all()
            return payment_id

        with self.registry.cursor() as slow:
            # its picture of the instalment is from before the other payment
            slow.execute("SELECT amount FROM fund_request WHERE id = %s", [request.id])
            with self.registry.cursor() as fast:
                self.forget("account.payment", prepare(fast))
            with (
                self.assertRaises(psycopg2.errors.SerializationFailure),
                mute_logger("odoo.sql_db"),
            ):
                prepare(slow)
            slow.rollback()
        with self.assertRaisesRegex(ValidationError, "too much"), self.registry.cursor() as again:
            prepare(again)

    def test_two_claims_at_once_cannot_use_the_same_advance(self):
        """E9: 5,000 open, twice 3,000 to be offset; the second starts over and is refused."""

        def make_claim(env):
            employee = env.ref("approval_chain.demo_employee_sales")
            own = self.env_of(env.cr, "sales")
            expense = own["hr.expense"].create(
                {
                    "name": "Taxi",
                    "product_id": env.ref("expense_approval.demo_product_travel").id,
                    "employee_id": employee.id,
                    "date": DAY,
                    "total_amount_currency": 3000,
                }
            )
            return own["reimbursement.claim"].create(
                {
                    "purpose": "Visit",
                    "employee_id": employee.id,
                    "expense_ids": [Command.set(expense.ids)],
                }
            )

        advance_id = self.env.ref("expense_approval.demo_advance_paid").id
        claim_ids = [self.committed(make_claim) for _claim in range(2)]
        for claim_id in claim_ids:
            self.forget("reimbursement.claim", claim_id)

        def offset(cr, claim_id):
            env = self.env_of(cr, "sales")
            env["expense.advance.allocation"].create(
                {"claim_id": claim_id, "advance_id": advance_id, "amount": 3000}
            )
            env.flush_all()

        with self.registry.cursor() as slow:
            slow.execute("SELECT amount FROM expense_advance WHERE id = %s", [advance_id])
            with self.registry.cursor() as fast:
                offset(fast, claim_ids[0])
            with (
                self.assertRaises(psycopg2.errors.SerializationFailure),
                mute_logger("odoo.sql_db"),
            ):
                offset(slow, claim_ids[1])
            slow.rollback()
        with self.assertRaises(ValidationError), self.registry.cursor() as again:
            offset(again, claim_ids[1])
