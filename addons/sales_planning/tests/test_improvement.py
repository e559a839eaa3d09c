from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .performance_case import PerformanceCase


@tagged("post_install", "-at_install")
class TestImprovement(PerformanceCase):
    """P11: who does what until when, and whether it helped."""

    def propose(self, by=None, **values):
        Action = self.as_user(self.env["improvement.action"], by or self.assistant)
        return Action.create(
            {
                "name": "Negotiation training",
                "kind": "training",
                "owner_id": self.sales.id,
                "due_date": self.today + timedelta(days=20),
                "measure": "Two days with the whole team.",
                **values,
            }
        )

    def make_done(self, **values):
        action = self.propose(**values)
        own = self.as_user(action, action.owner_id)
        own.action_begin()
        own.result = "Held on Monday."
        own.action_done()
        return action

    def test_everybody_proposes_and_the_owner_is_asked(self):
        """P11: with the due date; the manager is the employee's."""
        action = self.propose()
        self.assertEqual(
            (action.proposer_id, action.manager_id, action.state),
            (self.assistant, self.salesmgr, "open"),
        )
        self.assertRegex(action.number, r"^IA/\d{4}/\d{5}$")
        activity = action.sudo().activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.sales, action.due_date))
        action.write({"owner_id": self.sales2.id, "due_date": self.today + timedelta(days=30)})
        activity = action.sudo().activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.sales2, action.due_date))

    def test_the_owner_works_and_others_check_the_effect(self):
        """P11: never the owner."""
        action = self.propose()
        with self.assertRefused("is done by", AccessError):
            action.action_begin()
        own = self.as_user(action, self.sales)
        own.action_begin()
        with self.assertRefused("enter in “What Was Done”"):
            own.action_done()
        own.result = "Held."
        own.action_done()
        self.assertEqual(action.sudo().activity_ids.user_id, self.assistant)
        with self.assertRefused("never by the owner", AccessError):
            own.action_effective("Good.")
        with self.assertRefused("Say why"):
            action.action_effective(" ")
        self.as_user(action, self.salesmgr).action_effective("Two orders more.")
        self.assertEqual(
            (action.effective, action.effect_user_id, action.effect_remark),
            ("yes", self.salesmgr, "Two orders more."),
        )
        self.assertTrue(action.effect_date)
        self.assertFalse(action.sudo().activity_ids)
        with self.assertRefused("was checked already"):
            action.action_not_effective("After all.")

    def test_a_proposer_who_owns_it_does_not_check_it(self):
        """P11: the manager does; without one, the sales managers."""
        action = self.make_done(by=self.sales)
        with self.assertRefused("never by the owner", AccessError):
            self.as_user(action, self.sales).action_effective("Fine.")
        self.as_user(action, self.salesmgr).action_effective("Fine.")
        lonely = self.make_done(by=self.planner, owner_id=self.planner.id)
        self.assertFalse(lonely.manager_id)
        self.as_user(lonely, self.salesmgr).action_effective("Fine.")

    def test_what_did_not_help_is_followed_up(self):
        """P11: for the owner, with the remark as what is to be done, and as much time again."""
        review = self.make_review()
        action = self.make_done(by=self.salesmgr, source=f"performance.review,{review.id}")
        opened = self.as_user(action, self.salesmgr).action_not_effective("Still no orders.")
        follow_up = self.env["improvement.action"].browse(opened["res_id"])
        self.assertEqual((follow_up.cause_id, follow_up.owner_id), (action, self.sales))
        self.assertEqual((follow_up.state, follow_up.measure), ("open", "Still no orders."))
        self.assertEqual((follow_up.review_id, follow_up.source), (review, review))
        self.assertGreaterEqual(follow_up.due_date, self.today + timedelta(days=19))
        self.assertEqual(review.improvement_count, 2)
        self.assertEqual((action.state, action.effective), ("done", "no"))

    def test_only_who_proposed_it_or_leads_changes_it(self):
        """P11: the owner moves no due date; what is over stays."""
        action = self.propose()
        own = self.as_user(action, self.sales)
        for values in (
            {"due_date": self.today + timedelta(days=90)},
            {"owner_id": self.sales2.id},
            {"name": "Nothing"},
        ):
            with self.subTest(values=values), self.assertRefused("is changed by", AccessError):
                own.write(values)
        with self.assertRefused(exception=AccessError):
            action.result = "Done by somebody else."
        for values in ({"state": "done"}, {"effective": "yes"}, {"proposer_id": self.sales.id}):
            with self.subTest(values=values), self.assertRefused(exception=AccessError):
                action.write(values)
        self.as_user(action, self.salesmgr).due_date = self.today + timedelta(days=5)
        with self.assertRefused(exception=AccessError):
            own.action_cancel("No time.")
        with self.assertRefused("Say why"):
            action.action_cancel("")
        action.action_cancel("Not needed.")
        self.assertEqual(action.cancel_reason, "Not needed.")
        with self.assertRefused("is “Cancelled”"):
            action.name = "Again"
        with self.assertRefused("stays"):
            action.unlink()

    def test_nobody_names_a_document_they_may_not_read(self):
        """P11: a colleague's review."""
        review = self.make_review()
        with self.assertRefused(exception=AccessError):
            self.propose(by=self.sales2, source=f"performance.review,{review.id}")

    def test_the_owner_sees_what_a_document_they_may_not_read_led_to(self):
        """P11: the action, with nothing of the document but its name."""
        review = self.make_review(self.sales2)
        action = self.propose(by=self.salesmgr, source=f"performance.review,{review.id}")
        own = self.as_user(action, self.sales)
        spec = {
            "name": {},
            "source": {"fields": {"display_name": {}}},
            "review_id": {"fields": {"display_name": {}}},
        }
        self.assertEqual(own.web_read(spec)[0]["name"], "Negotiation training")

    def test_others_see_nothing(self):
        """P11: neither colleagues nor the portal; planners everything."""
        action = self.propose()
        Action = self.env["improvement.action"]
        for user, seen in (
            (self.sales, True),
            (self.salesmgr, True),
            (self.planner, True),
            (self.sales2, False),
            (self.outsider, False),
        ):
            with self.subTest(user.login):
                self.assertEqual(
                    bool(self.as_user(Action, user).search([("id", "=", action.id)])), seen
                )
        with self.assertRefused(exception=AccessError):
            portal = self.env.ref("sale_order_flow.demo_user_customer")
            self.as_user(Action, portal).search([])

    def test_overdue_ones_are_told_to_the_owner_and_then_to_the_manager_once(self):
        """P11: by the day of the company, after so many days."""
        self.company.improvement_escalate_days = 3
        action = self.propose()
        Action = self.env["improvement.action"]
        self.assertFalse(action.is_overdue)

        def told(days_late):
            action.write({}) if days_late is None else action._stamp(
                {"due_date": self.today - timedelta(days=days_late)}
            )
            before = action.sudo().message_ids
            with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
                Action._cron_remind()
            return (action.sudo().message_ids - before).notified_partner_ids

        self.assertFalse(told(0))
        self.assertEqual(told(1), self.sales.partner_id)
        self.assertTrue(action.is_overdue)
        self.assertIn(action, Action.search([("is_overdue", "=", True)]))
        self.assertFalse(told(2))
        self.assertIn(self.salesmgr.partner_id, told(3))
        self.assertFalse(told(4))
        action.due_date = self.today - timedelta(days=1)
        self.assertEqual(told(1), self.sales.partner_id)
        self.company.planning_enabled = False
        action._stamp({"reminded_on": False})
        self.assertFalse(told(1))
