from odoo import Command
from odoo.tests import tagged

from .attack_case import AttackCase


@tagged("post_install", "-at_install")
class TestWithoutTheChain(AttackCase):
    """A10, E1: no door of the claim, its expenses or accounting leads around those who decide."""

    def test_nothing_is_posted_before_the_decision(self):
        """E7: in draft, in approval, returned and cancelled."""
        entries = self.as_user(self.env["account.move"], self.accountant)
        for stage in ("draft", "submitted", "returned"):
            claim = self.make_claim(100)
            expense = claim.expense_ids
            if stage != "draft":
                self.submit(claim)
            if stage == "returned":
                self.decide(claim, self.manager, "return", "No.")
            receipt = {
                "move_type": "in_receipt",
                "partner_id": self.claimant.partner_id.id,
                "ref": f"{claim.name} in",
                "expense_ids": [Command.set(expense.ids)],
                "invoice_line_ids": [Command.create({"name": "Trip", "price_unit": 100})],
            }
            for name, attack in {
                "claim": lambda claim=claim: self.post(claim, self.accountant),
                "expense": lambda expense=expense: self.as_user(
                    expense, self.accountant
                ).action_post(),
                "wizard": lambda expense=expense: self.post_wizard(expense).action_post_entry(),
                "without wizard": lambda expense=expense: self.as_user(
                    expense, self.accountant
                )._post_without_wizard(),
                "receipt": lambda receipt=receipt: entries.create(receipt).action_post(),
                "reimburse": lambda claim=claim: self.as_user(
                    claim, self.accountant
                )._do_reimburse(),
            }.items():
                with self.subTest(stage=stage, attack=name):
                    self.assertFalse(self.tried(attack))
                    self.assertEqual(claim.stage, stage)
                    self.assertFalse(expense.account_move_id)

    def test_an_expense_is_not_made_approved_on_a_claim(self):
        """A10: create and copy with the state, the entry and the claim in one call."""
        claim = self.make_claim(100)
        move = self.as_user(self.env["account.move"], self.accountant).create(
            {"move_type": "in_receipt"}
        )
        vals = {"claim_id": claim.id, "employee_id": claim.employee_id.id}
        for user in (self.claimant, self.accountant):
            for more in (
                {"approval_state": "approved"},
                {"approval_state": "submitted"},
                {"account_move_id": move.id},
                {"state": "approved"},
            ):
                with self.subTest(user=user.name, more=more):
                    self.tried(
                        lambda user=user, more=more: self.make_expense(user=user, **vals, **more)
                    )
                    self.tried(
                        lambda user=user, more=more: self.as_user(claim.expense_ids[:1], user).copy(
                            {**vals, **more}
                        )
                    )
                    self.assertEqual(set(claim.expense_ids.mapped("state")), {"draft"})
                    self.assertFalse(claim.expense_ids.account_move_id)

    def test_commands_on_a_claim_are_doors_like_any_other(self):
        """A10: the web client saves lines by commands."""
        claim = self.make_claim(100)
        foreign = self.make_expense(700, user=self.colleague)
        expense = claim.expense_ids
        for user in (self.claimant, self.manager, self.accountant):
            for command in (
                Command.update(expense.id, {"approval_state": "approved"}),
                Command.update(expense.id, {"is_lowered": True, "sanctioned_amount": 900}),
                Command.update(foreign.id, {"total_amount_currency": 1}),
                Command.link(foreign.id),
                Command.create({"name": "X", "approval_state": "approved"}),
            ):
                with self.subTest(user=user.name, command=command):
                    self.tried(
                        lambda user=user, command=command: self.as_user(claim, user).web_save(
                            {"expense_ids": [command]}, {}
                        )
                    )
                    self.env.invalidate_all()
                    self.assertEqual(set(claim.expense_ids.mapped("state")), {"draft"})
                    self.assertNotIn(foreign, claim.expense_ids)
                    self.assertEqual(foreign.total_amount_currency, 700)
                    self.assertFalse(expense.is_lowered)

    def test_imports_pass_the_same_doors(self):
        """A10: of claims and through them of their expenses."""
        claim = self.make_claim(100)
        for user in (self.claimant, self.manager, self.accountant):
            claims = self.as_user(self.env["reimbursement.claim"], user)
            for names, row in (
                ([".id", "state"], [str(claim.id), "Approved"]),
                ([".id", "amount"], [str(claim.id), "1"]),
                (
                    [".id", "expense_ids/.id", "expense_ids/approval_state"],
                    [str(claim.id), str(claim.expense_ids.id), "Approved"],
                ),
            ):
                with self.subTest(user=user.name, names=names):
                    self.tried(
                        lambda claims=claims, names=names, row=row: claims.load(names, [row])
                    )
                    self.env.invalidate_all()
                    self.assertEqual(
                        (claim.state, claim.amount, claim.expense_ids.state),
                        ("draft", 100, "draft"),
                    )

    def test_a_claim_does_not_move_to_a_company_without_rules(self):
        """X4, E1: made where claims are approved, it stays there."""
        other = self.make_company("Without rules")
        self.claimant.company_ids += other
        there = self.env["hr.employee"].create(
            {"name": "Claimant", "user_id": self.claimant.id, "company_id": other.id}
        )
        claim = self.as_user(self.env["reimbursement.claim"], self.claimant).create(
            {"purpose": "Trip", "company_id": self.company.id}
        )
        with self.assertRefused("Reimbursement is not switched on"):
            claim.write({"company_id": other.id, "employee_id": there.id})

    def test_no_one_decides_in_somebody_elses_turn(self):
        """A6: the claimant, a colleague and finance out of turn."""
        claim = self.make_claim(100)
        self.submit(claim)
        for user in (self.claimant, self.colleague, self.finance, self.accountant, self.leader):
            with self.subTest(user=user.name), self.assertRefused():
                self.decide(claim, user)
            with self.subTest(user=user.name), self.assertRefused():
                self.as_user(claim.expense_ids, user).action_sanction(1, "Less.")
            with self.subTest(user=user.name), self.assertRefused():
                self.as_user(claim, user).action_return("No.", {})
        self.assertEqual(claim.stage, "submitted")


@tagged("post_install", "-at_install")
class TestChangedAfterwards(AttackCase):
    """A9, E5: what was read by those who decide is what stands on the claim."""

    def test_the_claim_says_afterwards_what_it_said_at_submission(self):
        """A9: purpose, date and applications, for everybody and in every stage."""
        application = self.make_application()
        claim = self.make_claim(100)
        for stage in ("submitted", "approved", "posted"):
            if stage == "submitted":
                self.submit(claim)
            elif stage == "approved":
                for user, verb in (
                    (self.manager, "approve"),
                    (self.leader, "approve"),
                    (self.finance, "handle"),
                    (self.finance, "approve"),
                ):
                    self.decide(claim, user, verb)
            else:
                self.post(claim)
            for user in (self.claimant, self.finance, self.accountant):
                for vals in (
                    {"purpose": "Another"},
                    {"date": "2026-01-01"},
                    {"application_ids": [Command.set(application.ids)]},
                    {"employee_id": self.employee_of(self.colleague).id},
                ):
                    with self.subTest(stage=stage, user=user.name, vals=vals), self.assertRefused():
                        self.as_user(claim, user).write(vals)
        self.assertEqual(claim.purpose, "Visit to a customer")

    def test_an_approved_application_says_what_was_approved(self):
        """A9, E2: its purpose, period and sums."""
        application = self.make_application()
        self.submit(application)
        for stage in ("submitted", "approved"):
            if stage == "approved":
                self.decide(application, self.manager)
                self.decide(application, self.leader)
            self.assertEqual(application.state, stage)
            for vals in (
                {"purpose": "Another"},
                {"date_to": "2027-12-31"},
                {"line_ids": [Command.create({"product_id": self.dinner.id, "amount": 9000})]},
                {"line_ids": [Command.update(application.line_ids.id, {"amount": 9000})]},
            ):
                with self.subTest(stage=stage, vals=vals):
                    self.tried(
                        lambda vals=vals: self.as_user(application, self.claimant).write(vals)
                    )
                    # written, it has to be approved anew
                    if application.state == stage:
                        self.assertEqual(application.purpose, "Visit to a customer")
                        self.assertEqual(application.line_ids.mapped("amount"), [800])
                        self.assertEqual(str(application.date_to), "2026-03-31")

    def test_taxes_and_costs_do_not_change_what_was_claimed(self):
        """E5: a category with a cost derives its sum from quantity, cost and taxes."""
        mileage = self.env["product.product"].create(
            {
                "name": "Mileage",
                "can_be_expensed": True,
                "type": "service",
                "supplier_taxes_id": [Command.clear()],
            }
        )
        mileage.with_company(self.company).standard_price = 2
        expense = self.make_expense(100, product=mileage, quantity=50)
        self.assertEqual(expense.total_amount, 100)
        claim = self.make_claim(expenses=expense)
        self.submit(claim)
        tax = self.env["account.tax"].create(
            {
                "name": "On top",
                "amount": 50,
                "type_tax_use": "purchase",
                "price_include_override": "tax_excluded",
                "company_id": self.company.id,
            }
        )
        for name, attack in {
            "taxes": lambda: self.as_user(expense, self.accountant).write(
                {"tax_ids": [Command.set(tax.ids)]}
            ),
            "cost": lambda: mileage.with_company(self.company).write({"standard_price": 20}),
        }.items():
            with self.subTest(attack=name):
                self.tried(attack)
                self.env.invalidate_all()
                self.assertEqual((expense.total_amount, claim.amount), (100, 100))

    def test_costs_are_changed_while_claims_are_under_way(self):
        """E5: the price of a category is nobody's claim; what was submitted stays as it was."""
        mileage = self.env["product.product"].create(
            {
                "name": "Mileage",
                "can_be_expensed": True,
                "type": "service",
                "supplier_taxes_id": [Command.clear()],
            }
        )
        mileage.with_company(self.company).standard_price = 2
        claimed = self.make_expense(100, product=mileage, quantity=50)
        self.submit(self.make_claim(expenses=claimed))
        loose = self.make_expense(100, product=mileage, quantity=50)
        mileage.with_company(self.company).standard_price = 3
        self.assertEqual((claimed.total_amount, loose.total_amount), (100, 150))

    def test_receipts_are_not_exchanged_after_submission(self):
        """E5, E8: the file that was checked is the file that is kept."""
        expense = self.make_expense(100)
        files = self.as_user(self.env["ir.attachment"], self.claimant)
        file = files.create(
            {"name": "a.txt", "raw": b"first", "res_model": "hr.expense", "res_id": expense.id}
        )
        claim = self.make_claim(expenses=expense)
        own = self.as_user(self.env["ir.attachment"], self.claimant).create(
            {
                "name": "own.txt",
                "raw": b"own",
                "res_model": "reimbursement.claim",
                "res_id": claim.id,
            }
        )
        self.submit(claim)
        for user in (self.claimant, self.finance, self.accountant):
            for kept in (file, own):
                for name, attack in {
                    "exchange": lambda kept, user: self.as_user(kept, user).write({"raw": b"x"}),
                    "move": lambda kept, user: self.as_user(kept, user).write({"res_id": 0}),
                    "delete": lambda kept, user: self.as_user(kept, user).unlink(),
                }.items():
                    with self.subTest(user=user.name, file=kept.name, attack=name):
                        self.tried(lambda kept=kept, user=user, attack=attack: attack(kept, user))
                        self.assertTrue(kept.exists())
                        self.assertIn(kept.raw, (b"first", b"own"))
                        self.assertTrue(kept.res_id)
