from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .install_case import InstallCase


class InstallTours(HttpCase, InstallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.customer | cls.contact).lang = "zh_CN"
        for user in (cls.director, cls.foreman, cls.installer):
            user.lang = "zh_CN"

    def walk(self, tour, record, user=None, path=None):
        self.env.flush_all()
        login = user and user.login
        self.start_tour(path or f"/odoo/{record._name}/{record.id}", tour, login=login)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestInstallTours(InstallTours):
    """I1, I2, I6: the way of an install project in the browser, each by whose work it is."""

    browser_size = "1366x768"

    def test_announced_assigned_accepted(self):
        """I1, I2, I6: assistant, director, and the customer on the device of who leads the work."""
        order = self.make_shipped()
        project = self.project_of(order)
        self.walk("install_announce", project, self.assistant)
        self.walk("install_assign", project, self.director)
        self.assertEqual((project.state, project.lead_id), ("planning", self.foreman))
        mine = self.as_user(project, self.foreman)
        self.fill_plan(mine)
        mine.action_start()
        acceptance = self.prepare(mine)
        self.walk("install_sign_on_site", acceptance, self.foreman)
        self.assertEqual(
            (acceptance.state, acceptance.signed_by, project.state),
            ("signed", "巡游验收人", "accepted"),
        )

    def test_whoever_leads_moves_a_stage_on_the_timeline(self):
        """I3: with the keyboard, by a day."""
        project = self.make_installing()
        stage = project.stage_ids[3]
        before = stage.date_start
        self.walk("install_timeline", project, self.foreman)
        self.assertEqual(stage.date_start, before + timedelta(days=1))

    def test_the_customer_signs_in_the_portal(self):
        """I6: without an account."""
        acceptance = self.prepare(self.make_installing())
        acceptance.action_ready()
        acceptance._portal_ensure_token()
        self.walk("install_sign_portal", acceptance, path=acceptance.get_portal_url())
        self.assertEqual((acceptance.state, acceptance.signed_how), ("signed", "portal"))

    def test_every_view_opens(self):
        """X6: for the director."""
        self.env.flush_all()
        self.start_tour("/odoo", "install_views", login=self.director.login)


@tagged("post_install", "-at_install")
class TestInstallPhoneTours(InstallTours):
    """I5: what is done on site is entered at the phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_an_installer_enters_the_day_and_a_problem(self):
        """I5: with the problem open on the project."""
        project = self.make_installing()
        self.walk("install_site_log_phone", project, self.installer, "/odoo/site-log")
        entry = project.log_ids
        self.assertEqual(
            (entry.user_id, entry.progress, entry.problem),
            (self.installer, 40, "插座位置不对。"),
        )
        self.assertEqual(project.open_problem_count, 1)
