from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .install_case import InstallCase


@tagged("post_install", "-at_install")
class TestPlan(InstallCase):
    """I2, I3, I4: who installs it, by which plan, and who learns of it."""

    def test_the_director_assigns_own_people_or_a_partner_company(self):
        """I2: and nobody else does; a partner company is named."""
        project = self.project_of(self.make_shipped())
        self.as_user(project, self.assistant).action_announce()
        for user in (self.assistant, self.sales, self.foreman):
            with self.assertRefused(exception=AccessError):
                self.as_user(project, user).write({"lead_id": self.foreman.id})
            with self.assertRefused(exception=AccessError):
                self.as_user(project, user).action_assign()
        with self.assertRefused("Person Responsible"):
            project.action_assign()
        project.write({"lead_id": self.foreman.id, "team": "partner"})
        with self.assertRefused("Partner Company"):
            project.action_assign()
        project.contractor_id = self.contractor
        project.action_assign()
        self.assertEqual((project.state, project.assigned_by_id), ("planning", self.director))
        self.assertIn(self.foreman.partner_id, project.message_ids.notified_partner_ids)
        self.assertEqual(project.sudo().project_id.user_id, self.foreman)

    def test_a_plan_lacks_nothing_before_it_starts(self):
        """I3: text, persons, dates; no work before the goods have shipped, no end before the start."""
        project = self.make_assigned()
        with self.assertRefused("describe in Installation Plan"):
            project.action_start()
        self.fill_plan(project, days=-3)
        with self.assertRefused("shipped on"):
            project.action_start()
        work = project.stage_ids.filtered(lambda stage: stage.kind == "install")
        with self.assertRefused("ends before it begins"):
            work.write({"date_start": self.today, "date_end": self.today - timedelta(days=1)})
        self.fill_plan(project)
        work.user_id = False
        with self.assertRefused("enter who does it"):
            project.action_start()
        work.user_id = self.foreman
        project.action_start()
        self.assertEqual(project.state, "installing")
        self.assertEqual(project.date_start, self.today)

    def test_the_stages_are_those_of_the_rulebook(self):
        """I3, D9: six stages and two duties; none is added, taken away or turned into another."""
        project = self.make_assigned()
        self.assertEqual(len(project.stage_ids), 8)
        self.assertEqual(
            project.stage_ids.filtered("is_duty").mapped("kind"), ["support", "supervise"]
        )
        Stage = project.stage_ids
        with self.assertRefused(exception=AccessError):
            Stage[0].unlink()
        with self.assertRefused("they stay"):
            Stage[0].with_user(self.env.user).unlink()
        with self.assertRefused("they stay"):
            Stage[0].kind = "support"
        with self.assertRefused("they stay"):
            Stage.create({"project_id": project.id, "kind": "install"})
        with self.assertRefused(exception=AccessError):
            self.as_user(Stage[0], self.installer).date_start = self.today

    def test_a_chain_reviews_the_plan(self):
        """I3: what was approved starts; another plan or person after that is approved anew."""
        chain = self.env["approval.chain"].create(
            {
                "name": "Plan review",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("install.project"),
                "operation": "plan",
                "step_ids": [
                    Command.create(
                        {"name": "Director", "approver": "user", "user_ids": self.director.ids}
                    )
                ],
            }
        )
        self.assertTrue(chain.step_ids)
        project = self.make_assigned()
        with self.assertRefused("describe in Installation Plan"):
            project.action_approval_submit("plan")
        self.fill_plan(project)
        with self.assertRefused():
            project.action_start()
        project.action_approval_submit("plan")
        with self.assertRefused():
            project.plan = "<p>Quicker.</p>"
        request = self.as_user(project.sudo().approval_request_id, self.director)
        request.action_decide("approve", "Good.")
        self.assertEqual(project.state, "installing")
        with self.assertRefused():
            self.as_user(project, self.director).lead_id = self.installer
        # the schedule moves without another approval
        project.stage_ids[0].date_end += timedelta(days=1)
        director = self.as_user(project, self.director)
        director.action_replan()
        director.write({"team": "partner", "contractor_id": self.contractor.id})
        with self.assertRefused():
            project.action_start()
        self.assertEqual(project.state, "planning")

    def test_the_plan_and_every_move_reach_assistant_salesperson_and_customer(self):
        """I4: by themselves, once a save, with the address of the page."""
        project = self.make_installing()
        told = project.message_ids.notified_partner_ids
        for user in (self.assistant, self.sales):
            self.assertIn(user.partner_id, told)
        mails = self.mails_to_customer()
        self.assertEqual(len(mails), 1)
        self.assertIn(f"/my/installations/{project.id}", mails.body)
        self.env.cr.precommit.run()
        before = len(self.mails_to_customer())
        project.write(
            {
                "stage_ids": [
                    Command.update(stage.id, {"date_end": stage.date_end + timedelta(days=3)})
                    for stage in project.stage_ids
                ]
            }
        )
        self.env.cr.precommit.run()
        self.assertEqual(len(self.mails_to_customer()), before + 1)

    def test_who_leads_the_work_needs_no_rights_in_sales(self):
        """I3, I4: to start it, and to move its dates."""
        project = self.make_assigned()
        self.fill_plan(project)
        self.env.flush_all()
        self.env.invalidate_all()
        project.action_start()
        self.env.flush_all()
        self.env.invalidate_all()
        project.stage_ids[0].date_end += timedelta(days=1)
        self.env.cr.precommit.run()
        self.assertEqual(project.state, "installing")

    def mails_to_customer(self):
        return (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("notified_partner_ids", "in", self.contact.ids),
                    ("body", "ilike", "/my/installations/"),
                ]
            )
        )

    def test_a_stage_is_done_by_who_has_it(self):
        """I3: once, with name and time."""
        project = self.make_installing()
        stage = project.stage_ids[1]
        with self.assertRefused(exception=AccessError):
            self.as_user(stage, self.installer).action_done()
        stage.action_done()
        self.assertEqual(stage.done_by_id, self.foreman)
        with self.assertRefused("done already"):
            stage.action_done()

    def test_a_project_is_given_up_with_a_reason_or_with_its_order(self):
        """I1: and everybody on it is told; another may be opened by later goods."""
        project = self.make_installing()
        with self.assertRefused(exception=AccessError):
            project.action_cancel("No.")
        director = self.as_user(project, self.director)
        with self.assertRefused("Say why"):
            director.action_cancel(" ")
        director.action_cancel("The site was sold.")
        self.assertEqual(
            (project.state, project.cancel_reason), ("cancelled", "The site was sold.")
        )
        with self.assertRefused("is “Cancelled”"):
            project.action_start()
        other = self.project_of(self.make_shipped())
        other.order_id.sudo()._action_cancel()
        self.assertEqual(other.state, "cancelled")

    def test_a_stage_moves_on_the_timeline_as_a_whole(self):
        """I3, I4: by whoever leads; it takes as long as before, and those concerned are told."""
        project = self.make_installing()
        work = project.stage_ids.filtered(lambda stage: stage.kind == "install")
        first, last = work.date_start, work.date_end
        later = first + timedelta(days=3)
        with self.assertRefused(exception=AccessError):
            self.as_user(work, self.installer).action_move(str(later))
        told = len(self.mails_to_customer())
        work.action_move(str(later))
        self.env.cr.precommit.run()
        self.assertEqual((work.date_start, work.date_end), (later, last + timedelta(days=3)))
        self.assertEqual(len(self.mails_to_customer()), told + 1)
        with self.assertRefused("shipped on"):
            work.action_move(str(first - timedelta(days=9)))
        work.action_done()
        with self.assertRefused("is done"):
            work.action_move(str(first))

    def test_the_timeline_shows_stages_that_have_days(self):
        """I3: late ones and those that are done can be told."""
        project = self.make_assigned()
        self.assertEqual(project.timeline, {"days": True, "rows": [], "bars": []})
        with self.assertRefused("from when to when"):
            project.stage_ids[0].action_move(str(self.today))
        review, organise = project.stage_ids[:2]
        project.stage_ids[:2].user_id = self.foreman
        early = self.today - timedelta(days=4)
        review.write({"date_start": early, "date_end": early})
        organise.write({"date_start": self.today, "date_end": self.today + timedelta(days=1)})
        self.assertEqual([row["id"] for row in project.timeline["rows"]], [review.id, organise.id])
        bars = project.timeline["bars"]
        self.assertEqual([bar["late"] for bar in bars], [True, False])
        self.assertEqual((bars[0]["start"], bars[0]["end"]), (str(early), str(early)))
        self.assertEqual(bars[1]["name"], self.foreman.name)
        review.action_done()
        self.assertEqual(
            [(bar["done"], bar["late"]) for bar in project.timeline["bars"]],
            [(True, False), (False, False)],
        )
