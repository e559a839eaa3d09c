from odoo.tests import tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestRulebookAgain(ExpenseCase):
    """DESIGN 1: an administrator sets the rulebook up again, after an upgrade or by mistake."""

    def chain(self, model="reimbursement.claim"):
        return self.env["approval.chain"].search(
            [("company_id", "=", self.company.id), ("model", "=", model)]
        )

    def again(self):
        """What the administrator reads after setting it up again."""
        return self.company.action_set_up_rulebook()["params"]["message"]

    def definition(self):
        """All that the company has of the rulebook, as it is stored."""
        chains = self.env["approval.chain"].search([("company_id", "=", self.company.id)])
        company = self.company.read(
            ["reimbursement_enabled", "advance_account_id", "budget_policy", "approval_mail_mode"]
        )
        return company, chains.read(), chains.step_ids.read(), chains.step_ids.checklist_ids.read()

    def test_twice_changes_nothing(self):
        """DESIGN 1: not even when something was written last, and it says so."""
        before = self.definition()
        self.assertIn("nothing was changed", self.again())
        self.assertEqual(self.definition(), before)

    def test_what_was_adjusted_stays(self):
        """DESIGN 1: other names, limits, people, policies, and steps that were taken out."""
        chain = self.chain()
        chain.name = "Claims of our company"
        first, leader, originals, recheck, extra, over = chain.step_ids
        first.name = "Truth"
        leader.time_limit = 24
        recheck.checklist_ids[0].unlink()
        extra.unlink()
        over.role_id = self.env.ref("approval_chain.role_president")
        self.company.budget_policy = "stop"
        self.env["approval.limit"].search([("user_id", "=", self.leader.id)]).amount = 700
        before = self.definition()
        self.assertIn("nothing was changed", self.again())
        self.assertEqual(self.definition(), before)
        self.assertTrue(originals)

    def make_older(self, chain, step):
        """As if the rulebook had not had that step yet when it was set up."""
        chain.rulebook_given = [key for key in chain.rulebook_given if key != step.rulebook_name]
        step.unlink()

    def test_an_older_company_gets_what_is_new_and_is_told(self):
        """DESIGN 1: a step in its place, whole chains, settings; what was renamed keeps its name."""
        chain = self.chain()
        chain.name = "Claims of our company"
        chain.step_ids[0].name = "Truth"
        recheck = chain.step_ids[3]
        self.make_older(chain, recheck)
        self.make_older(chain, chain.step_ids[-1])
        self.chain("fund.request").unlink()
        self.company.reimbursement_enabled = False
        told = self.again()
        for text in (
            "step “Finance re-checks” of “Claims of our company”",
            "chain “Fund request”",
            "step “General manager, over the limit of the leader” of “Claims of our company”",
            "setting “",
        ):
            self.assertIn(text, told)
        self.assertNotIn("Truth", told)
        chain.invalidate_recordset()
        self.assertEqual(
            chain.step_ids.sorted("sequence").mapped("name"),
            [
                "Truth",
                "Supervising leader: is it reasonable",
                "Finance receives the originals",
                "Finance re-checks",
                "General manager, where the rules ask for an extra step",
                "General manager, over the limit of the leader",
            ],
        )
        new = chain.step_ids.sorted("sequence")[3]
        self.assertEqual(new.role_id, self.env.ref("approval_chain.role_finance"))
        self.assertEqual(len(new.checklist_ids), 3)
        self.assertEqual(
            chain.step_ids.sorted("sequence")[5].limit_step_id,
            chain.step_ids.sorted("sequence")[1],
        )
        self.assertTrue(self.chain("fund.request").step_ids)
        self.assertTrue(self.company.reimbursement_enabled)
        self.assertIn("nothing was changed", self.again())

    def test_a_chain_from_before_steps_were_remembered_is_taken_over(self):
        """DESIGN 1: known by its name, its steps by theirs or by what is asked of whom."""
        chain = self.chain()
        chain.step_ids[0].name = "Truth"
        chain.step_ids[3].unlink()
        chain.write({"rulebook_name": False, "rulebook_given": False})
        chain.step_ids.rulebook_name = False
        told = self.again()
        self.assertIn("step “Finance re-checks” of “Reimbursement”", told)
        self.assertEqual(len(self.chain()), 1)
        self.assertEqual(len(chain.step_ids), 6)
        self.assertEqual(chain.step_ids[0].name, "Truth")
        self.assertIn("nothing was changed", self.again())

    def test_claims_under_way_keep_the_steps_they_were_submitted_with(self):
        """A1: what is new holds for what is submitted from now on."""
        chain = self.chain()
        self.make_older(chain, chain.step_ids[3])
        claim = self.make_claim(100)
        self.submit(claim)
        steps = self.request_of(claim).step_ids.mapped("name")
        self.again()
        self.assertEqual(self.request_of(claim).step_ids.mapped("name"), steps)
        self.assertNotIn("Finance re-checks", steps)

    def test_the_settings_say_after_an_upgrade_that_there_is_something_new(self):
        """DESIGN 1: to administrators, until it is set up again; not where it was never set up."""
        settings = self.env["res.config.settings"]
        self.assertFalse(settings.create({}).approval_rulebook_news)
        module = self.env["ir.module.module"].search([("name", "=", "expense_approval")])
        module.latest_version = "19.0.99.0.0"
        self.assertTrue(settings.create({}).approval_rulebook_news)
        self.again()
        self.assertFalse(settings.create({}).approval_rulebook_news)
        other = self.env["res.company"].create({"name": "Never set up"})
        self.env.user.company_ids += other
        self.assertFalse(
            settings.with_company(other).create({"company_id": other.id}).approval_rulebook_news
        )
