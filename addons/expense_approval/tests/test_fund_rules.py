from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .fund_common import FundCase


@tagged("post_install", "-at_install")
class TestFundRules(FundCase):
    """E11: what was approved is what moves, in the books of one company, at the rate of one day."""

    def document(self, text=b"Contract of the loan", user=None, **values):
        """A file as the form uploads it, before or after the request is saved."""
        return self.as_user(self.env["ir.attachment"], user or self.claimant).create(
            {"name": "contract.txt", "raw": text, "res_model": "fund.request", **values}
        )

    # ------------------------------------------------------------------ instalments

    def test_no_instalment_takes_the_money_of_another(self):
        """E11: 60,000 now and 40,000 later were approved, not 100,000 now."""
        request = self.make_request()
        self.approve(request)
        first = request.instalment_ids[0]
        with self.assertRefused("60,000.00", ValidationError):
            self.pay_instalment(first, amount=60000.01)
        self.wizard(first, "action_pay", amount=50000).action_create_payment()
        # what is prepared counts as well
        with self.assertRefused("too much", ValidationError):
            self.wizard(first, "action_pay", amount=10000.01).action_create_payment()
        self.wizard(first, "action_pay", amount=10000).action_create_payment()

    def test_a_payment_does_not_move_to_a_full_instalment(self):
        """E11: by none of the fields that say what is paid."""
        request = self.make_request()
        self.approve(request)
        first, second = request.instalment_ids
        self.pay_instalment(first)
        action = self.wizard(second, "action_pay", amount=100).action_create_payment()
        payment = self.env["account.payment"].browse(action["res_id"])
        for vals in ({"fund_instalment_id": first.id}, {"amount": 40000.01}):
            with self.subTest(vals=vals), self.assertRefused("too much", ValidationError):
                self.as_user(payment, self.finance).write(vals)

    def test_a_payment_that_moved_money_stays_with_what_it_paid(self):
        """E9, E11: else the same could be paid again; neither removed nor given to another."""
        request, advance = self.make_request(), self.make_paid()
        self.approve(request)
        first, second = request.instalment_ids
        paid = self.pay_instalment(first)
        given = self.as_user(advance, self.finance).payment_ids
        for payment, vals in (
            (paid, {"fund_instalment_id": False}),
            (paid, {"fund_instalment_id": second.id, "amount": 40000}),
            (given, {"advance_id": False}),
            (given, {"advance_id": self.make_paid().id}),
        ):
            for user in (self.finance, self.env.user):
                with self.subTest(vals=vals, user=user.name):
                    with self.assertRefused("moved money for"):
                        self.as_user(payment, user).write(vals)
        self.assertEqual((first.difference, advance.open_amount), (0, 1000))
        # before it is posted it is nobody's yet
        action = self.wizard(second, "action_pay").action_create_payment()
        prepared = self.as_user(self.env["account.payment"], self.finance).browse(action["res_id"])
        prepared.fund_instalment_id = False
        self.assertFalse(self.as_user(second, self.finance).payment_ids)

    def test_an_instalment_before_the_request_is_refused(self):
        """E11: nothing was to be paid before it was asked for; the sentence names the day."""
        request = self.make_request(date=self.days(-3))
        request.instalment_ids[0].due_date = self.days(-4)
        with self.assertRefused("is due before"):
            self.submit(request)
        request.instalment_ids[0].due_date = self.days(-3)
        self.submit(request)

    def test_a_request_of_tomorrow_is_refused(self):
        """E11: nobody knows the rate of a day to come."""
        request = self.make_request()
        request.date = self.days(2)
        with self.assertRefused("which is to come"):
            self.submit(request)

    # ------------------------------------------------------------------ the limit

    def test_limits_are_compared_at_the_rate_of_the_day_of_the_request(self):
        """E11, A3: 20,000 USD were 80,000.00 ten days ago and are 140,000.00 today."""
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": self.dollar.id,
                    "company_id": self.company.id,
                    "name": day,
                    "inverse_company_rate": rate,
                }
                for day, rate in ((self.days(-20), 4), (self.days(-5), 7))
            ]
        )
        for day, state in ((self.days(-10), "approved"), (self.today, "submitted")):
            with self.subTest(day=day):
                request = self.make_request(20000, date=day, currency_id=self.dollar.id)
                self.submit(request)
                self.decide(request, self.director)
                self.decide(request, self.boss)
                self.assertEqual(request.state, state)
                with self.assertRefused():
                    request.date = self.days(-1)

    def test_the_rate_is_missed_on_the_day_of_the_request(self):
        """E11: a rate that came later does not help."""
        self.dollar.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.dollar.id,
                "company_id": self.company.id,
                "name": self.days(-5),
                "inverse_company_rate": 7,
            }
        )
        request = self.make_request(10, date=self.days(-6), currency_id=self.dollar.id)
        with self.assertRefused("no exchange rate of USD"):
            self.submit(request)
        request.date = self.days(-5)
        self.submit(request)

    # ------------------------------------------------------------------ documents

    def test_documents_uploaded_with_a_new_request_are_read_by_those_who_decide(self):
        """E11, A22: the form uploads them before there is a request."""
        document = self.document()
        request = self.make_request(document_ids=[Command.set(document.ids)])
        self.assertEqual((document.res_model, document.res_id), ("fund.request", request.id))
        self.submit(request)
        seen = self.as_user(request, self.director).document_ids
        self.assertEqual(seen.raw, b"Contract of the loan")
        files = self.request_of(request).sheet["files"]
        self.assertEqual([file["name"] for file in files], ["contract.txt"])

    def test_documents_do_not_change_once_submitted(self):
        """E11, A9: neither another file nor another content of the same, before or after approval."""
        document = self.document()
        request = self.make_request(document_ids=[Command.set(document.ids)])
        other = self.document(b"Another contract", res_id=request.id)
        self.submit(request)
        for state in ("submitted", "approved"):
            self.assertEqual(request.state, state)
            for name, change in {
                "added": lambda: request.write({"document_ids": [Command.link(other.id)]}),
                "removed": lambda: request.write({"document_ids": [Command.clear()]}),
                "replaced": lambda: document.write({"raw": b"Another contract"}),
                "deleted": document.unlink,
            }.items():
                with self.subTest(state=state, change=name), self.assertRefused():
                    change()
                    self.env.flush_all()
            if state == "submitted":
                for user in (self.director, self.boss):
                    self.decide(request, user)

    def test_a_change_makes_an_approval_that_was_not_carried_out_void(self):
        """E11, A9: amount, plan, documents and day; the chain is asked again."""
        changes = {
            "amount": lambda request: request.write(
                {
                    "amount": 100,
                    "instalment_ids": [
                        Command.clear(),
                        Command.create({"due_date": self.days(1), "amount": 100}),
                    ],
                }
            ),
            "plan": lambda request: request.instalment_ids[0].write({"due_date": self.days(9)}),
            "document": lambda request: request.write(
                {"document_ids": [Command.link(self.document(res_id=request.id).id)]}
            ),
            # a new request is of the day where its employee is, which may be another one
            "day": lambda request: request.write(
                {"date": fields.Date.subtract(request.date, days=1)}
            ),
        }
        employee = self.employee_of(self.claimant)
        for name, change in changes.items():
            with self.subTest(change=name):
                request = self.make_request()
                self.submit(request)
                self.decide(request, self.director)
                # for a moment it is not the own request of who asked, who cannot carry it out
                employee.user_id = self.env["res.users"]
                self.decide(request, self.boss)
                asked = self.request_of(request)
                self.assertEqual((asked.state, request.state), ("approved", "submitted"))
                employee.user_id = self.claimant
                change(self.as_user(request, self.claimant))
                self.env.flush_all()
                self.assertEqual((asked.state, request.state), ("void", "draft"))
                self.submit(request)
                self.assertEqual(self.waits_for(request), ["Finance director: is it sound"])

    def test_files_of_other_documents_are_not_attached(self):
        """E11: an id typed by hand shows nobody's file to those who decide, and hides no change."""
        theirs = self.document(b"Secret", user=self.colleague)
        foreign = self.make_request(user=self.colleague)
        hanging = self.document(b"Secret", user=self.colleague, res_id=foreign.id)
        own = self.make_request()
        elsewhere = self.document(b"Mine", res_id=own.id)
        for document in (theirs, hanging, elsewhere):
            with self.subTest(document=document.raw), self.assertRefused(exception=UserError):
                self.make_request(document_ids=[Command.set(document.ids)])
        copy = self.as_user(own, self.claimant).copy()
        self.assertFalse(copy.document_ids)

    # ------------------------------------------------------------------ people and companies

    def test_finance_asks_for_an_employee_who_cannot_log_in(self):
        """E11: and nobody else does."""
        driver = self.env["hr.employee"].create({"name": "Driver", "company_id": self.company.id})
        request = self.make_request(user=self.finance, employee_id=driver.id)
        self.assertFalse(request.user_id)
        for user in (self.claimant, self.manager):
            with self.assertRefused(exception=AccessError):
                self.submit(request, user)
        self.approve(request, self.finance)
        self.assertEqual(request.state, "approved")
        with self.assertRefused(exception=AccessError):
            self.make_request(user=self.claimant, employee_id=driver.id)

    def test_an_archived_employee_asks_for_nothing(self):
        """E11: bad input."""
        request = self.make_request()
        self.employee_of(self.claimant).active = False
        with self.assertRefused("who is archived"):
            self.submit(request)

    def test_another_company_neither_sees_nor_pays(self):
        """E11, X5: documents, payments and counterparties stay in their company."""
        other = self.make_company("Elsewhere")
        other.action_set_up_rulebook()
        request = self.make_request()
        self.approve(request)
        stranger = self.make_user("stranger", groups="expense_approval.group_expense_finance")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self.assertRefused(exception=AccessError):
            self.as_user(request, stranger).read(["amount"])
        with self.assertRefused(exception=AccessError):
            self.as_user(request.instalment_ids[0], stranger).action_pay()
        bank = self.env["account.journal"].search(
            [("company_id", "=", other.id), ("type", "=", "bank")], limit=1
        )
        both = self.finance
        both.company_ids = [Command.link(other.id)]
        with self.assertRefused("compan", UserError):
            self.as_user(self.env["account.payment"], both).create(
                {
                    "payment_type": "outbound",
                    "partner_type": "supplier",
                    "partner_id": self.lender.id,
                    "journal_id": bank.id,
                    "company_id": other.id,
                    "amount": 10,
                    "fund_instalment_id": request.instalment_ids[0].id,
                }
            )
        theirs = self.env["res.partner"].create({"name": "Theirs", "company_id": other.id})
        with self.assertRefused("compan", UserError):
            self.make_request(partner_id=theirs.id)

    # ------------------------------------------------------------------ directions

    def test_raised_funds_come_in_and_all_others_go_out(self):
        """E11: of every kind, the payment goes in one direction only, whichever way it is made."""
        for kind, way, back in (
            ("raising", "inbound", "outbound"),
            ("operating", "outbound", "inbound"),
            ("investment", "outbound", "inbound"),
            ("distribution", "outbound", "inbound"),
        ):
            with self.subTest(kind=kind):
                request = self.make_request(300, 200, kind=kind)
                self.approve(request)
                instalment = request.instalment_ids[0]
                payment = self.pay_instalment(instalment)
                self.assertEqual(payment.payment_type, way)
                cash = payment.move_id.line_ids.filtered(
                    lambda line, payment=payment: line.account_id == payment.outstanding_account_id
                )
                self.assertEqual(cash.balance, 300 if way == "inbound" else -300)
                self.assertEqual(
                    [(row.actual_amount, row.difference) for row in request.instalment_ids],
                    [(300, 0), (0, -200)],
                )
                wizard = self.wizard(request.instalment_ids[1], "action_pay")
                self.assertEqual(wizard.direction, way)
                wizard.direction = back
                with self.assertRefused("says otherwise", ValidationError):
                    wizard.action_create_payment()
