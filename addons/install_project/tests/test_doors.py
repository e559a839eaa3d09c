import base64
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .install_case import SIGNATURE, InstallCase


@tagged("post_install", "-at_install")
class TestDoors(InstallCase):
    """What the forms do not offer is refused by RPC, too."""

    def ready(self, project):
        acceptance = self.prepare(project)
        acceptance.action_ready()
        return acceptance

    # ------------------------------------------------------------------ acceptance

    def test_a_project_given_up_takes_its_acceptance_along(self):
        """I6: the customer cannot accept what is not installed any more."""
        project = self.make_installing()
        acceptance = self.ready(project)
        self.as_user(project, self.director).action_cancel("The site was sold.")
        self.assertEqual(acceptance.state, "cancelled")
        with self.assertRefused("it stands as it is"):
            acceptance.signature = SIGNATURE
        self.assertEqual(project.state, "cancelled")

    def test_while_it_is_planned_anew_nothing_is_signed(self):
        """I3, I6: neither on site nor in the portal, until the new plan has started."""
        project = self.make_installing()
        acceptance = self.ready(project)
        self.as_user(project, self.director).action_replan()
        with self.assertRefused("is “Planning”"):
            acceptance.signature = SIGNATURE
        self.assertIn("planned anew", acceptance._signature_refusal())
        project.action_start()
        acceptance.signature = SIGNATURE
        self.assertEqual(project.state, "accepted")

    def test_what_the_page_shows_is_what_is_signed(self):
        """I6: another deadline or photo makes another certificate."""
        self.env["goods.inspection.point"].create(
            {"company_id": self.company.id, "direction": "installation", "name": "Test run"}
        )
        acceptance = self.prepare(self.make_installing())
        acceptance.punch_ids = [Command.create({"name": "Paint", "is_blocking": False})]
        seen = {acceptance._signing_version()}
        acceptance.punch_ids.deadline = self.today
        seen.add(acceptance._signing_version())
        acceptance.check_ids.photo = SIGNATURE
        seen.add(acceptance._signing_version())
        self.assertEqual(len(seen), 3)

    def test_photos_of_what_was_signed_are_not_exchanged(self):
        """I6: through their attachment neither."""
        self.env["goods.inspection.point"].create(
            {"company_id": self.company.id, "direction": "installation", "name": "Test run"}
        )
        acceptance = self.prepare(self.make_installing())
        acceptance.check_ids.write({"passed": "yes", "photo": SIGNATURE})
        acceptance.action_ready()
        acceptance.signature = SIGNATURE
        check = acceptance.check_ids
        files = self.as_user(self.env["ir.attachment"], self.foreman).search(
            [("res_model", "=", check._name), ("res_field", "=", "photo")]
        )
        self.assertEqual(files.mapped("res_id"), check.ids)
        with self.assertRefused("cannot be changed or removed"):
            files.raw = base64.b64decode(SIGNATURE) + b" "
        with self.assertRefused("cannot be changed or removed"):
            files.unlink()

    # ------------------------------------------------------------------ schedule

    def test_a_date_moved_while_it_is_installed_is_a_possible_one(self):
        """I3, I4: what a plan lacks before it starts, it never lacks afterwards."""
        project = self.make_installing()
        work = project.stage_ids.filtered(lambda stage: stage.kind == "install")
        with self.assertRefused("shipped on"):
            work.date_start = self.today - timedelta(days=30)
        with self.assertRefused("from when to when"):
            work.date_end = False
        with self.assertRefused("enter who does it"):
            project.write({"stage_ids": [Command.update(work.id, {"user_id": False})]})

    def test_nobody_of_another_company_is_assigned(self):
        """X3, I2: neither person, installer, partner company nor who has a stage."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "install_elsewhere",
                "company_id": elsewhere.id,
                "company_ids": [Command.set(elsewhere.ids)],
            }
        )
        theirs = self.env["res.partner"].create({"name": "Theirs", "company_id": elsewhere.id})
        project = self.as_user(self.make_assigned(), self.director)
        for values in (
            {"lead_id": stranger.id},
            {"member_ids": [Command.link(stranger.id)]},
            {"contractor_id": theirs.id},
        ):
            with self.subTest(values=values), self.assertRefused("belongs to company"):
                project.write(values)
        with self.assertRefused("belongs to company"):
            project.stage_ids[0].user_id = stranger

    # ------------------------------------------------------------------ site log

    def test_a_photo_is_put_into_nobody_elses_entry(self):
        """I5: neither moved there, nor under another project."""
        project = self.make_installing()
        Log = self.as_user(self.env["install.site.log"], self.installer)
        mine = Log.create(
            {
                "project_id": project.id,
                "work": "Base.",
                "photo_ids": [Command.create({"photo": SIGNATURE})],
            }
        )
        theirs = self.as_user(Log, self.foreman).create(
            {"project_id": project.id, "work": "Lifted."}
        )
        photo = mine.photo_ids
        with self.assertRefused("was entered by", AccessError):
            photo.log_id = theirs.id
        with self.assertRefused("was entered by", AccessError):
            mine.photo_ids = [Command.update(photo.id, {"log_id": theirs.id})]
        other = self.project_of(self.make_shipped())
        with self.assertRefused(exception=AccessError):
            photo.project_id = other.id
        self.assertEqual(photo.sudo().project_id, project.sudo())

    def test_a_problem_that_was_solved_stays_as_it_was_told(self):
        """I5: another problem is another entry, and an open one is solved, not wiped out."""
        project = self.make_installing()
        entry = self.as_user(self.env["install.site.log"], self.installer).create(
            {"project_id": project.id, "work": "Base.", "problem": "Socket."}
        )
        with self.assertRefused("say how it was solved"):
            entry.problem = False
        with self.assertRefused("say how it was solved"):
            entry.unlink()
        entry.problem = "Socket on the wrong wall."
        entry.action_solve("Moved.")
        with self.assertRefused("make another entry"):
            entry.problem = "Another one."
        self.assertEqual(entry.problem, "Socket on the wrong wall.")

    # ------------------------------------------------------------------ need and invoices

    def test_the_need_is_not_taken_away_by_another_word_for_no(self):
        """I1, I8: false, nought and nothing are the same over RPC."""
        order = self.make_shipped()
        for no in (False, 0, None, ""):
            with self.subTest(no=no), self.assertRefused("is installed by"):
                order.write({"needs_installation": no})

    def test_a_credit_note_taken_back_invoices_no_more_than_the_share(self):
        """I8: credited, invoiced again, and the credit note reset."""
        self.company.install_invoice_percent = 70.0
        order = self.make_shipped({self.pump: 4})
        first = self.down_payment(order)
        first.action_post()
        credit = first._reverse_moves(
            [{"invoice_date": self.today, "invoice_user_id": self.sales.id}]
        )
        credit.action_post()
        self.down_payment(order).action_post()
        with self.assertRefused("no more than"):
            credit.button_draft()

    def down_payment(self, order):
        order = self.as_user(order, self.sales)
        wizard = (
            order.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids, active_id=order.id)
            .create({"advance_payment_method": "percentage", "amount": 70})
        )
        wizard.create_invoices()
        return self.as_user(order.invoice_ids.sorted("id")[-1:], self.finance)
