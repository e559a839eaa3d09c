from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_case import AttackCase
from .common import DAY


@tagged("post_install", "-at_install")
class TestOthersClaims(AttackCase):
    """E1, A20: whoever is not concerned learns nothing, by whichever way is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = "Secret journey"

    def setUp(self):
        super().setUp()
        self.expense = self.make_expense(4321, name=self.secret)
        self.claim = self.make_claim(expenses=self.expense, purpose=self.secret)
        self.application = self.make_application(purpose=self.secret)
        self.invoice = self.as_user(self.env["expense.invoice"], self.claimant).create(
            {
                "expense_id": self.expense.id,
                "number": "87650000",
                "code": "1234567890",
                "date": DAY,
                "amount_total": 4321,
            }
        )

    def assertUnknown(self, name, ask):
        with self.subTest(asked=name):
            try:
                with self.env.cr.savepoint():
                    answer = ask()
            except (AccessError, UserError) as error:
                answer = str(error)
            self.assertNotIn(self.secret, str(answer))
            self.assertNotIn("4321", str(answer).replace(str(self.expense.id), ""))

    def test_a_colleague_learns_nothing(self):
        """E1: by reading, searching, grouping, exporting, printing or looking through other documents."""
        for record in (self.claim, self.expense, self.application, self.invoice):
            model = self.as_user(self.env[record._name], self.colleague)
            theirs = self.as_user(record, self.colleague)
            names = [name for name in ("name", "purpose", "amount") if name in record]
            asks = {
                "read": lambda theirs=theirs: theirs.read(),
                "web_read": lambda theirs=theirs: theirs.web_read({"display_name": {}}),
                "search": lambda model=model: model.search_read([]),
                "name_search": lambda model=model: model.name_search("Secret"),
                "groups": lambda model=model: model.formatted_read_group([], [], ["__count"]),
                "export": lambda theirs=theirs, names=names: theirs.export_data(["id", *names]),
                "copy": lambda theirs=theirs: theirs.copy().read(),
                "messages": lambda theirs=theirs: self.as_user(
                    self.env["mail.message"], self.colleague
                ).search_read([("model", "=", theirs._name), ("res_id", "=", theirs.id)]),
                "follow": lambda theirs=theirs: (
                    theirs.message_subscribe(self.colleague.partner_id.ids)
                    if "message_ids" in theirs
                    else theirs.read()
                ),
            }
            for name, ask in asks.items():
                if name == "groups":
                    self.assertEqual(ask()[0]["__count"], 0)
                    continue
                self.assertUnknown(f"{record._name} {name}", ask)

    def test_wizards_and_other_documents_show_nothing_of_it(self):
        """E1: a window opened on somebody else's claim is as blind as the claim."""
        mine = self.make_claim(5, user=self.colleague)
        theirs = self.as_user(self.claim, self.colleague)
        env = self.as_user(self.env["res.users"], self.colleague).env
        asks = {
            "return": lambda: (
                env["reimbursement.return"]
                .with_context(default_claim_id=self.claim.id)
                .create({"claim_id": self.claim.id, "opinion": "No."})
                .read()
            ),
            "return lines": lambda: (
                env["reimbursement.return"]
                .create({"claim_id": self.claim.id, "opinion": "No."})
                .line_ids.read()
            ),
            "onchange": lambda: env["reimbursement.return"].onchange(
                {"claim_id": self.claim.id},
                ["claim_id"],
                {
                    "claim_id": {"fields": {"purpose": {}}},
                    "line_ids": {
                        "fields": {"expense_id": {"fields": {"name": {}}}, "total_amount": {}}
                    },
                },
            ),
            "expense onchange": lambda: env["hr.expense"].onchange(
                {"claim_id": self.claim.id, "name": "X"},
                ["claim_id"],
                {"claim_id": {"fields": {"purpose": {}}}, "application_id": {}, "name": {}},
            ),
            "claim onchange": lambda: env["reimbursement.claim"].onchange(
                {"application_ids": [Command.link(self.application.id)]},
                ["application_ids"],
                {"application_ids": {"fields": {"purpose": {}}}},
            ),
            "join": lambda: self.make_expense(user=self.colleague, claim_id=self.claim.id).read(),
            "application": lambda: (
                mine.write({"application_ids": [Command.link(self.application.id)]}),
                mine.with_user(self.colleague).application_ids.read(["purpose"]),
            ),
            "foreign line": lambda: (
                self.as_user(self.env["reimbursement.return"], self.colleague)
                .create({"claim_id": mine.id, "opinion": "No."})
                .line_ids.create(
                    {
                        "return_id": env["reimbursement.return"]
                        .create({"claim_id": mine.id, "opinion": "No."})
                        .id,
                        "expense_id": self.expense.id,
                    }
                )
                .read()
            ),
            "application of an expense": lambda: self.make_expense(
                user=self.colleague, application_id=self.application.id
            ).read(["application_id"]),
            "print": lambda: env["ir.actions.report"]._render_qweb_html(
                "expense_approval.report_claim", self.claim.ids
            ),
            "same invoice": lambda: env["expense.invoice"].create(
                {
                    "expense_id": self.make_expense(user=self.colleague).id,
                    "number": "87650000",
                    "amount_total": 1,
                }
            ),
            "panel": lambda: theirs.read(["approval_panel"]),
            "get_views": lambda: theirs.web_search_read([], {"purpose": {}}),
        }
        for name, ask in asks.items():
            self.assertUnknown(name, ask)

    def test_a_manager_sees_the_own_people_only(self):
        """E1: and finance of another company nothing."""
        other_department = self.env["hr.department"].create(
            {"name": "Service", "company_id": self.company.id}
        )
        head = self.make_user("other_head", department=other_department)
        other_department.manager_id = self.employee_of(head)
        stranger = self.make_user("stranger", groups="expense_approval.group_expense_finance")
        company = self.make_company("Other company")
        stranger.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        for user in (head, stranger):
            for record in (self.claim, self.expense, self.application, self.invoice):
                with self.subTest(user=user.name, model=record._name):
                    self.assertFalse(self.as_user(record, user).has_access("read"))
                    self.assertNotIn(record, self.as_user(self.env[record._name], user).search([]))
        self.assertTrue(self.as_user(self.claim, self.manager).has_access("read"))

    def test_public_methods_ask_for_the_right_to_the_document(self):
        """A20: every method that can be called over RPC, on a claim of somebody else."""
        self.submit(self.claim)
        for record in (self.claim, self.expense, self.application):
            theirs = self.as_user(record, self.colleague)
            state = record.read(["state", "write_date"])
            for name in sorted(n for n in dir(type(record)) if n.startswith("action_")):
                method = getattr(theirs, name)
                if getattr(method, "_api_private", False):
                    continue
                with self.subTest(model=record._name, method=name):
                    with suppress(Exception), self.env.cr.savepoint():
                        answer = method()
                        self.assertNotIn(self.secret, str(answer))
                    self.env.invalidate_all()
                    self.assertEqual(record.read(["state", "write_date"]), state)
