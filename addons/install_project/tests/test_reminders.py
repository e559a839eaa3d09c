from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .install_case import SIGNATURE, InstallCase


@tagged("post_install", "-at_install")
class TestReminders(InstallCase):
    """I6, I8: what waits for the customer or for the warranty is not forgotten."""

    def after(self, days):
        """So many days later, by the clock of this test."""
        return freeze_time(
            datetime.combine(self.today, datetime.min.time()) + timedelta(days, 36000)
        )

    def run_cron(self, name, times=1):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            for _time in range(times):
                self.env.ref(f"install_project.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def mails_to(self, partner):
        return self.env["mail.message"].search_count([("notified_partner_ids", "in", partner.ids)])

    def test_a_customer_who_does_not_sign_is_asked_again(self):
        """I6: after the company's days, once each time; the salesperson has one to-do."""
        self.company.install_reminder_days = 3
        acceptance = self.prepare(self.make_installing())
        acceptance.action_ready()
        before = self.mails_to(self.contact)
        self.run_cron("cron_acceptance")
        self.assertEqual(self.mails_to(self.contact), before)
        with self.after(4):
            self.run_cron("cron_acceptance", times=2)
            self.assertEqual(self.mails_to(self.contact), before + 1)
        with self.after(8):
            self.run_cron("cron_acceptance")
        self.assertEqual(self.mails_to(self.contact), before + 2)
        self.assertEqual(acceptance.sudo().activity_ids.user_id, self.sales)
        self.assertEqual(len(acceptance.sudo().activity_ids), 1)
        acceptance.write({"signature": SIGNATURE})
        self.assertFalse(acceptance.sudo().activity_ids)

    def test_nobody_is_asked_while_it_is_planned_anew(self):
        """I3, I6: when the work goes on the customer is asked, and the days count from then on."""
        self.company.install_reminder_days = 3
        project = self.make_installing()
        acceptance = self.prepare(project)
        acceptance.action_ready()
        with self.after(4):
            self.run_cron("cron_acceptance")
        self.assertTrue(acceptance.sudo().activity_ids)
        self.as_user(project, self.director).action_replan()
        self.assertFalse(acceptance.sudo().activity_ids)
        before = self.mails_to(self.contact)
        with self.after(8):
            self.run_cron("cron_acceptance")
            self.assertEqual(self.mails_to(self.contact), before)
            project.action_start()
            # the schedule, and the signature
            self.assertEqual(self.mails_to(self.contact), before + 2)
            self.run_cron("cron_acceptance")
        with self.after(10):
            self.run_cron("cron_acceptance")
        self.assertEqual(self.mails_to(self.contact), before + 2)
        with self.after(12):
            self.run_cron("cron_acceptance")
        self.assertEqual(self.mails_to(self.contact), before + 3)

    def test_dates_that_moved_before_it_is_planned_anew_are_not_told(self):
        """I4: in one save; the new plan is told when it starts."""
        project = self.as_user(self.make_installing(), self.director)
        self.env.cr.precommit.run()
        before = self.mails_to(self.contact)
        project.stage_ids[0].date_end += timedelta(days=1)
        project.action_replan()
        self.env.cr.precommit.run()
        self.assertEqual(self.mails_to(self.contact), before)

    def test_zero_days_ask_nobody_again(self):
        """I6"""
        self.company.install_reminder_days = 0
        acceptance = self.prepare(self.make_installing())
        acceptance.action_ready()
        with self.after(100):
            self.run_cron("cron_acceptance")
        self.assertFalse(acceptance.sudo().reminded_at)

    def test_retention_money_is_asked_for_when_the_warranty_has_ended(self):
        """I8: once, of finance; not before, and not where none is kept back."""
        self.company.install_retention_percent = 5
        order = self.make_shipped()
        project = self.make_accepted(order)
        self.run_cron("cron_retention")
        self.assertFalse(project.sudo().activity_ids)
        end = project.warranty_until
        with freeze_time(datetime.combine(end, datetime.min.time()) + timedelta(hours=12)):
            self.run_cron("cron_retention", times=2)
        activity = project.sudo().activity_ids
        self.assertEqual(activity.user_id, self.finance)
        self.assertIn(order.name, activity.note)

    def test_retention_money_that_was_agreed_for_an_order_is_asked_for(self):
        """I8: whatever the company keeps back by now; and not where the order agreed on none."""
        self.company.install_retention_percent = 5
        agreed = {"has_agreed_install_shares": True, "agreed_install_invoice_percent": 100}
        kept = self.make_accepted(self.make_shipped(**agreed, agreed_install_retention_percent=3))
        none = self.make_accepted(self.make_shipped(**agreed, agreed_install_retention_percent=0))
        self.company.install_retention_percent = 0
        end = max(kept.warranty_until, none.warranty_until)
        with freeze_time(datetime.combine(end, datetime.min.time()) + timedelta(hours=12)):
            self.run_cron("cron_retention")
        self.assertEqual(kept.sudo().activity_ids.user_id, self.finance)
        self.assertFalse(none.sudo().activity_ids)

    def test_the_customer_is_written_to_in_their_language(self):
        """I4, X2: whoever moves the dates reads English."""
        self.contact.lang = "zh_CN"
        self.make_installing()
        message = self.env["mail.message"].search(
            [("notified_partner_ids", "in", self.contact.ids)], limit=1, order="id desc"
        )
        self.assertIn("计划", message.body)
        self.assertNotIn("is planned from", message.body)

    def test_a_case_tells_whether_the_order_is_under_warranty(self):
        """I8, F19: by the day it was reported."""
        project = self.make_accepted()
        case = self.env["order.case"]._open_case(
            {
                "kind": "complaint",
                "subject": "Leaks",
                "description": "At the flange.",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "order_id": project.order_id.id,
            }
        )
        self.assertEqual((case.warranty, case.warranty_until), ("running", project.warranty_until))
        late = datetime.combine(project.warranty_until, datetime.min.time()) + timedelta(days=2)
        case._stamp({"opened_at": fields.Datetime.to_string(late)})
        self.assertEqual(case.warranty, "over")
        other = self.env["order.case"]._open_case(
            {
                "kind": "complaint",
                "subject": "Late",
                "description": "Nothing came.",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
            }
        )
        self.assertFalse(other.warranty)
