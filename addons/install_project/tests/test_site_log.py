import base64
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.sale_order_flow.photo import PHOTO_LIMIT

from .install_case import SIGNATURE, InstallCase


@tagged("post_install", "-at_install")
class TestSiteLog(InstallCase):
    """I5, I3: what was done on site, with photos and problems; support and supervision beside it."""

    def setUp(self):
        super().setUp()
        self.project = self.make_installing()

    def entry(self, user=None, **values):
        return self.as_user(self.env["install.site.log"], user or self.installer).create(
            {"project_id": self.project.id, "work": "Base levelled.", **values}
        )

    def test_an_installer_enters_work_photos_and_progress_in_the_form(self):
        """I5: as the phone sends it; progress shows on the project."""
        form = Form(self.as_user(self.env["install.site.log"], self.installer))
        form.project_id = self.as_user(self.project, self.installer)
        form.work = "Base levelled."
        form.hours, form.people, form.progress = 16, 2, 40
        with form.photo_ids.new() as photo:
            photo.photo = SIGNATURE
            photo.note = "North side"
        entry = form.save()
        self.assertEqual((entry.user_id, entry.photo_count), (self.installer, 1))
        self.assertEqual(entry.date, self.today)
        self.assertEqual((self.project.progress, self.project.log_count), (40, 1))

    def test_the_crew_alone_enters_site_work(self):
        """I5: nobody in the house who is not on it, and nobody in another's name."""
        with self.assertRefused(exception=AccessError):
            self.entry(self.outsider)
        with self.assertRefused(exception=AccessError):
            self.entry(self.sales)
        with self.assertRefused(exception=AccessError):
            self.entry(user_id=self.foreman.id)

    def test_support_and_supervision_keep_their_own_entries(self):
        """I3, D9: whoever has the duty, not the crew."""
        duty = self.project.stage_ids.filtered(lambda stage: stage.kind == "supervise")
        duty.user_id = self.outsider
        entry = self.entry(self.outsider, kind="supervise", work="Safety inspected.")
        self.assertEqual(entry.user_id, self.outsider)
        with self.assertRefused("Supervision", AccessError):
            self.entry(self.installer, kind="supervise")
        with self.assertRefused(exception=AccessError):
            self.entry(self.outsider)

    def test_an_entry_is_changed_by_its_author_while_the_work_goes_on(self):
        """I5: others write their own; after the acceptance it stands."""
        entry = self.entry()
        with self.assertRefused("was entered by", AccessError):
            self.as_user(entry, self.foreman).work = "Nothing."
        with self.assertRefused(exception=AccessError):
            self.as_user(entry, self.foreman).unlink()
        entry.work = "Base levelled and dry."
        acceptance = self.prepare(self.project)
        acceptance.action_ready()
        acceptance.signature = SIGNATURE
        with self.assertRefused("is “Accepted”"):
            entry.work = "Nothing."
        with self.assertRefused("is “Accepted”"):
            self.entry()

    def test_dates_lie_between_shipping_and_today(self):
        """I5: bad input gets a sentence."""
        with self.assertRefused("is entered later"):
            self.entry(date=self.today + timedelta(days=1))
        with self.assertRefused("shipped on"):
            self.entry(date=self.today - timedelta(days=2))

    def test_a_problem_becomes_a_task_until_it_is_solved(self):
        """I5: the person responsible is told; who solved it and how is kept."""
        entry = self.entry(problem="Socket in the wrong place.\nMove it by 20 cm.")
        self.assertEqual((entry.problem_state, self.project.open_problem_count), ("open", 1))
        task = entry.sudo().task_id
        self.assertEqual(task.name, "Socket in the wrong place.")
        self.assertEqual(task.project_id, self.project.sudo().project_id)
        self.assertEqual(task.user_ids, self.foreman)
        self.assertIn(self.foreman.partner_id, self.project.message_ids.notified_partner_ids)
        with self.assertRefused("Say how"):
            entry.action_solve("")
        other = self.make_installing()
        self.assertNotEqual(other, self.project)
        with self.assertRefused(exception=AccessError):
            self.as_user(entry, self.outsider).action_solve("Done.")
        entry.action_solve("Moved.")
        self.assertEqual((entry.problem_state, entry.solution), ("solved", "Moved."))
        self.assertEqual(task.state, "1_done")
        self.assertFalse(self.project.open_problem_count)
        with self.assertRefused("no open problem"):
            entry.action_solve("Again.")

    def test_a_photo_too_large_is_refused_with_a_sentence(self):
        """I5: before anything of it is kept."""
        large = base64.b64encode(b"\0" * (PHOTO_LIMIT + 4))
        with self.assertRefused("larger than"):
            self.entry(photo_ids=[Command.create({"photo": large})])
        entry = self.entry()
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["install.site.photo"], self.foreman).create(
                {"log_id": entry.id, "photo": SIGNATURE}
            )
