from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .money_common import MoneyCase

# written by the ORM whatever anybody sends
_LOGGED = {"id", "create_uid", "create_date", "write_uid", "write_date"}
# rows of their own, each behind the doors of its own model
_ROWS = ("one2many", "many2many")
# entered by whoever makes payments; the constraints of the payment judge them
_JUDGED = {("account.payment", "advance_id"), ("account.payment", "fund_instalment_id")}


@tagged("post_install", "-at_install")
class TestDerivedValues(MoneyCase):
    """E1-E11, A10: what limits, budgets and rights go by is derived, and written by nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.claim_without_application = "allow"

    def derived_fields(self):
        """``{model name: [field]}`` of everything stored that people only read, of all our models."""
        derived = {}
        for name, model in self.env.registry.items():
            if model._abstract or model._transient or not model._auto:
                continue
            if found := [
                field
                for field in model._fields.values()
                if "expense_approval" in field._modules
                and field.store
                and field.readonly
                and field.type not in _ROWS
                and field.name not in _LOGGED
                and (name, field.name) not in _JUDGED
            ]:
                derived[name] = found
        return derived

    def records_of_claimant(self):
        """``{model name: record}``: one record in draft of every model with derived values."""
        application = self.make_application()
        request = self.as_user(self.env["fund.request"], self.claimant).create(
            {
                "purpose": "New workshop",
                "employee_id": self.employee_of(self.claimant).id,
                "company_id": self.company.id,
                "partner_id": self.bank.company_id.partner_id.id,
                "amount": 100,
                "instalment_ids": [Command.create({"due_date": self.today, "amount": 100})],
            }
        )
        claim, paid = self.make_claim(500), self.make_paid()
        self.offset(claim, (paid, 200))
        invoice = self.as_user(self.env["expense.invoice"], self.claimant).create(
            {"expense_id": claim.expense_ids.id, "number": "12345678"}
        )
        records = (
            application,
            application.line_ids,
            self.make_advance(),
            request,
            request.instalment_ids,
            claim,
            claim.expense_ids,
            claim.allocation_ids,
            invoice,
        )
        return {record._name: record for record in records}

    def other_value(self, record, field):
        """A value that can be stored and is another one than that of the record."""
        now = record.sudo()[field.name]
        if field.type == "many2one":
            return self.env[field.comodel_name].search([("id", "not in", now.ids)], limit=1).id
        if field.type == "selection":
            return next(key for key, _label in field._description_selection(self.env) if key != now)
        others = {
            "boolean": not now,
            "char": "Other",
            "date": "2031-02-03",
            "datetime": "2031-02-03 04:05:06",
            "integer": 77,
        }
        return others.get(field.type, 0.01)

    def cases(self):
        records = self.records_of_claimant()
        self.env.flush_all()
        for name, derived in self.derived_fields().items():
            for field in derived:
                yield records[name], field, self.other_value(records[name], field)

    def test_every_model_of_the_addon_is_tried(self):
        """A10: the walk below finds what limits and budgets are compared with."""
        found = {
            (name, field.name)
            for name, derived in self.derived_fields().items()
            for field in derived
        }
        self.assertLessEqual(
            {
                ("reimbursement.claim", "amount"),
                ("reimbursement.claim", "payable_amount"),
                ("hr.expense", "payable_amount"),
                ("expense.application", "amount"),
                ("expense.application", "open_amount"),
                ("expense.advance", "open_amount"),
                ("fund.request", "actual_amount"),
                ("fund.request.instalment", "difference"),
            },
            found,
        )

    def test_nobody_writes_what_is_derived(self):
        """A10, E6: claimant, manager, finance and superuser, each field by itself."""
        for record, field, value in self.cases():
            for user in (self.claimant, self.manager, self.finance):
                with self.subTest(record=record._name, field=field.name, user=user.name):
                    with self.assertRefused(exception=AccessError):
                        self.as_user(record, user).write({field.name: value})
            with self.subTest(record=record._name, field=field.name, user="superuser"):
                with self.assertRefused("cannot be entered by hand", AccessError):
                    self.as_user(record, self.claimant).sudo().write({field.name: value})

    def test_nobody_creates_with_what_is_derived(self):
        """A10, E6: neither as a value nor as a default in the context."""
        for record, field, value in self.cases():
            with self.subTest(record=record._name, field=field.name):
                for user in (self.claimant, self.manager, self.finance):
                    with self.assertRefused("cannot be entered by hand", AccessError):
                        self.as_user(record, user).browse().create({field.name: value})

    def test_no_import_says_what_is_derived(self):
        """A10, E6: by the claimant, into the own draft."""
        for record, field, value in self.cases():
            with self.subTest(record=record._name, field=field.name):
                column = f"{field.name}/.id" if field.type == "many2one" else field.name
                own = self.as_user(record, self.claimant)
                result = own.load([".id", column], [[str(record.id), str(value)]])
                self.assertFalse(result["ids"])
                self.assertIn("cannot be entered by hand", result["messages"][0]["message"])

    def test_a_smaller_sum_does_not_pass_a_limit_by(self):
        """E9, E11: the way a person would try it, together with what may be written."""
        advance = self.make_advance(self.finance_limit + 1)
        for vals in (
            {"purpose": "Deposit", "stage": "paid"},
            {"note": "x", "open_amount": 0},
            {"user_id": self.colleague.id},
            {"department_id": False},
        ):
            with self.subTest(vals=vals), self.assertRefused("by hand", UserError):
                self.as_user(advance, self.claimant).write(vals)
        self.assertEqual((advance.stage, advance.user_id), ("draft", self.claimant))
