from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimRights(ExpenseCase):
    """E1-E7: own, managed, asked for, finance, company; and what is refused."""

    def sees(self, user, record):
        return bool(self.as_user(self.env[record._name], user).search([("id", "=", record.id)]))

    def test_who_sees_a_claim_and_its_expenses(self):
        """E1: the claimant, those above, finance; no colleague."""
        claim = self.make_claim(100)
        application = self.make_application()
        for user, expected in (
            (self.claimant, True),
            (self.manager, True),
            (self.leader, True),
            (self.boss, True),
            (self.finance, True),
            (self.colleague, False),
        ):
            for record in (claim, claim.expense_ids, application, application.line_ids):
                with self.subTest(user=user.name, record=record._name):
                    self.assertEqual(self.sees(user, record), expected)

    def test_whoever_is_asked_sees_it_from_then_on(self):
        """A10: an approver from elsewhere reads claim, expenses and receipts."""
        auditor = self.make_user("auditor")
        claim = self.make_claim(6000)
        self.approve_to(claim, "manager")
        self.assertFalse(self.sees(auditor, claim))
        self.as_user(self.request_of(claim), self.manager).action_hand_over(auditor.id)
        self.assertTrue(self.sees(auditor, claim))
        self.assertTrue(self.sees(auditor, claim.expense_ids))
        self.decide(claim, auditor)
        self.assertTrue(self.sees(auditor, claim))
        self.assertTrue(self.as_user(claim, auditor).comparison)

    def test_those_who_decide_do_not_write(self):
        """E5: managers, leaders and finance change nothing of what they decide on."""
        claim = self.make_claim(100)
        application = self.make_application()
        for user in (self.manager, self.leader, self.boss, self.finance, self.colleague):
            for record in (claim, application):
                with self.subTest(user=user.name, record=record._name):
                    with self.assertRefused(exception=AccessError):
                        self.as_user(record, user).write({"purpose": "Another"})
                    with self.assertRefused(exception=AccessError):
                        self.as_user(record, user).unlink()
                    with self.assertRefused(exception=AccessError):
                        self.as_user(record, user).action_cancel()
                    with self.assertRefused(exception=AccessError):
                        self.as_user(record, user).action_approval_submit()

    def test_nobody_claims_in_the_name_of_another(self):
        """E1: not by create, and not by giving a claim away."""
        claims = self.as_user(self.env["reimbursement.claim"], self.colleague)
        values = {"purpose": "Trip", "employee_id": self.employee_of(self.claimant).id}
        with self.assertRefused(exception=AccessError):
            claims.create(values)
        own = claims.create({"purpose": "Trip"})
        with self.assertRefused(exception=AccessError):
            own.employee_id = self.employee_of(self.claimant)
            own.flush_recordset()

    def test_nobody_decides_on_the_own_claim(self):
        """E2: finance, too, has somebody else of finance check it."""
        self.employee_of(self.finance).department_id = self.department
        claim = self.make_claim(100, user=self.finance)
        with self.assertRefused():
            self.submit(claim)
        second = self.make_user("second", groups="expense_approval.group_expense_finance")
        self.hold("finance", second)
        self.submit(claim)
        self.decide(claim, self.manager)
        self.decide(claim, self.leader)
        with self.assertRefused():
            self.decide(claim, self.finance, "handle")
        self.decide(claim, second, "handle")
        with self.assertRefused():
            self.as_user(claim.expense_ids, self.finance).action_sanction(10, "Mine.")
        self.decide(claim, second)
        self.assertEqual(claim.state, "approved")

    def test_claims_stay_in_their_company(self):
        """X5: nobody of another company sees or groups them."""
        claim = self.make_claim(100)
        other = self.make_company("Elsewhere")
        stranger = new_test_user(
            self.env,
            "expense_stranger",
            groups="expense_approval.group_expense_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.sees(stranger, claim))
        self.assertFalse(self.sees(stranger, claim.expense_ids))


@tagged("post_install", "-at_install")
class TestSwitchedOff(TransactionCase):
    """DESIGN 1: nothing changes until someone switches it on."""

    def test_a_plain_company_works_as_ever(self):
        """E1: no claim can be made, and Odoo's own approval goes on."""
        company = self.env["res.company"].create({"name": "Plain Company"})
        (self.env.user | self.env.ref("base.user_admin")).company_ids = [(4, company.id)]
        people = self.env["hr.employee"].create({"name": "Employee", "company_id": company.id})
        env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        product = env["product.product"].create({"name": "Trip", "can_be_expensed": True})
        values = {
            "name": "Taxi",
            "product_id": product.id,
            "employee_id": people.id,
            "company_id": company.id,
            "total_amount_currency": 10,
        }
        expense = env["hr.expense"].with_user(self.env.ref("base.user_admin")).create(values)
        expense._do_approve()
        self.assertEqual(expense.state, "approved")
        with self.assertRaisesRegex(Exception, "not switched on"):
            env["reimbursement.claim"].create({"purpose": "Trip", "employee_id": people.id})

    def test_setting_the_rulebook_up_twice_changes_nothing(self):
        """DESIGN 1: what was adjusted stays."""
        company = self.env["res.company"].create({"name": "Plain Company"})
        company.action_set_up_rulebook()
        self.assertTrue(company.reimbursement_enabled)
        chains = self.env["approval.chain"].search([("company_id", "=", company.id)])
        claims = chains.filtered(lambda chain: chain.model == "reimbursement.claim")
        self.assertEqual(len(claims.step_ids), 6)
        claims.step_ids[0].name = "Truth"
        company.action_set_up_rulebook()
        self.assertEqual(
            self.env["approval.chain"].search([("company_id", "=", company.id)]), chains
        )
        self.assertEqual(claims.step_ids[0].name, "Truth")
