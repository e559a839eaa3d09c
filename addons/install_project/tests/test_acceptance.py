import base64
from hashlib import sha256

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .install_case import SIGNATURE, InstallCase


@tagged("post_install", "-at_install")
class TestAcceptance(InstallCase):
    """I6: checked, put right, inspected again, and signed by the customer."""

    def make_points(self):
        Point = self.env["goods.inspection.point"]
        common = {"company_id": self.company.id, "direction": "installation"}
        return Point.create(
            [
                {
                    **common,
                    "name": "Level",
                    "kind": "measure",
                    "minimum": 0,
                    "maximum": 1,
                    "product_ids": [Command.set(self.pump.ids)],
                },
                {**common, "name": "Test run", "sequence": 20},
                {**common, "name": "Hose", "product_ids": [Command.set(self.hose.ids)]},
            ]
        )

    def test_the_checklist_is_that_of_the_goods(self):
        """I6: by product, each once; answers only, and every one of them is needed."""
        self.make_points()
        acceptance = self.prepare(self.make_installing())
        self.assertEqual(acceptance.check_ids.mapped("name"), ["Level", "Test run"])
        with self.assertRefused("there is no result yet"):
            acceptance.action_ready()
        level, run = acceptance.check_ids
        level.value, run.passed = 3, "yes"
        self.assertEqual((level.verdict, run.verdict), ("no", "yes"))
        with self.assertRefused("put it on the punch list"):
            acceptance.action_ready()
        level.value = 0
        self.assertEqual(level.verdict, "yes")
        with self.assertRefused("comes from the inspection points"):
            level.maximum = 10
        with self.assertRefused(exception=AccessError):
            level.unlink()
        with self.assertRefused("comes from the inspection points"):
            level.with_user(self.env.user).unlink()
        acceptance.action_ready()
        with self.assertRefused("it stands as it is"):
            level.value = 0.5

    def test_points_of_acceptance_do_not_hold_shipping(self):
        """I6, F13: they are asked on site, not before the goods leave."""
        self.make_points()
        order = self.make_noticed({self.pump: 1}, **self.need())
        self.assertFalse(
            self.env["goods.inspection"]
            .search([("order_id", "=", order.id)])
            .filtered(lambda inspection: inspection.state == "todo")
        )
        self.ship(self.pickings(order))
        self.assertEqual(self.pickings(order).state, "done")

    def test_punch_items_are_put_right_and_inspected_by_another(self):
        """I6: what stands in the way, before the customer is asked; a failed one is counted."""
        acceptance = self.prepare(self.make_installing())
        acceptance.punch_ids = [
            Command.create({"name": "Leak at the flange", "user_id": self.installer.id}),
            Command.create({"name": "Paint", "is_blocking": False}),
        ]
        leak = acceptance.punch_ids[0]
        with self.assertRefused("Leak at the flange"):
            acceptance.action_ready()
        with self.assertRefused(exception=AccessError):
            leak.state = "verified"
        with self.assertRefused("this is done while"):
            leak.action_verify()
        self.as_user(leak, self.installer).action_fixed()
        with self.assertRefused(exception=AccessError):
            self.as_user(leak, self.installer).action_verify()
        leak.action_reopen()
        self.assertEqual((leak.state, leak.rounds), ("open", 1))
        leak.action_fixed()
        with self.assertRefused("somebody else inspects"):
            leak.action_verify()
        self.as_user(leak, self.director).action_verify()
        acceptance.action_ready()
        self.assertEqual(acceptance.open_punch_count, 1)
        paint = acceptance.punch_ids[1]
        with self.assertRefused("it stands as it is"):
            paint.name = "Nothing"
        acceptance.signature = SIGNATURE
        # what is left on the list is put right afterwards
        paint.action_fixed()
        self.as_user(paint, self.director).action_verify()
        self.assertFalse(acceptance.open_punch_count)

    def test_the_customer_signs_on_site_and_the_warranty_begins(self):
        """I6, I4, I8: kept as a file with its checksum; everybody learns; once."""
        project = self.make_installing()
        acceptance = self.prepare(project)
        with self.assertRefused("it stands as it is"):
            acceptance.signature = SIGNATURE
        acceptance.action_ready()
        with self.assertRefused(exception=AccessError):
            self.as_user(acceptance, self.installer).signature = SIGNATURE
        with self.assertRefused(exception=AccessError):
            acceptance.write({"signature": SIGNATURE, "signed_by": "Somebody"})
        with self.assertRefused(exception=AccessError):
            self.as_user(acceptance, self.installer).signed_by = "Somebody"
        acceptance.signature = SIGNATURE
        self.assertEqual((acceptance.state, acceptance.signed_how), ("signed", "phone"))
        self.assertEqual(acceptance.signed_by, self.contact.name)
        pdf = base64.b64decode(acceptance.with_context(bin_size=False).document)
        self.assertIn(self.pump.name.encode(), pdf)
        self.assertEqual(acceptance.document_checksum, sha256(pdf).hexdigest())
        self.assertEqual((project.state, project.accepted_on), ("accepted", self.today))
        self.assertEqual(project.warranty_until, self.today + relativedelta(months=12))
        told = project.message_ids.notified_partner_ids
        self.assertLessEqual(self.assistant.partner_id | self.sales.partner_id, told)
        with self.assertRefused("it stands as it is"):
            acceptance.signature = SIGNATURE
        with self.assertRefused("it stands as it is"):
            acceptance.signed_by = "Somebody"
        with self.assertRefused("it stands as it is"):
            acceptance.action_back()
        with self.assertRefused():
            acceptance.unlink()

    def test_the_signed_certificate_stays_as_it_was_signed(self):
        """I6: its file is not exchanged, by nobody."""
        acceptance = self.prepare(self.make_installing())
        acceptance.action_ready()
        acceptance.signature = SIGNATURE
        file = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", acceptance._name),
                    ("res_id", "=", acceptance.id),
                    ("res_field", "=", "document"),
                ]
            )
        )
        with self.assertRefused("cannot be changed or removed"):
            file.raw = b"other"

    def test_a_part_is_accepted_first_and_the_rest_later(self):
        """I6: no more than was shipped; the project is accepted with the last."""
        project = self.make_installing(self.make_shipped({self.pump: 4}))
        first = self.prepare(project)
        self.assertEqual(self.prepare(project), first)
        first.line_ids.quantity = 5
        with self.assertRefused("enter between 0"):
            first.action_ready()
        first.line_ids.quantity = 0
        with self.assertRefused("enter what is accepted"):
            first.action_ready()
        first.line_ids.quantity = 3
        with self.assertRefused("enter how many"):
            first.line_ids.open_quantity = 9
        first.action_ready()
        first.signature = SIGNATURE
        self.assertEqual(project.state, "installing")
        rest = self.prepare(project)
        self.assertEqual(rest.line_ids.quantity, 1)
        rest.action_ready()
        rest.signature = SIGNATURE
        self.assertEqual(project.state, "accepted")
        with self.assertRefused("is “Accepted”"):
            self.prepare(project)

    def test_what_is_still_to_be_shipped_keeps_the_project_open(self):
        """I6: what was ordered and waits is installed, too."""
        order = self.make_noticed({self.pump: 4}, **self.need())
        picking = self.pickings(order)
        for move in picking.move_ids:
            move.quantity, move.picked = 1, True
        picking.with_context(skip_backorder=True).button_validate()
        project = self.make_installing(order)
        acceptance = self.prepare(project)
        self.assertEqual(acceptance.line_ids.quantity, 1)
        acceptance.action_ready()
        acceptance.signature = SIGNATURE
        self.assertEqual(project.state, "installing")

    def test_the_customer_refuses_with_a_reason(self):
        """I6: recorded on site; taken back, put right and asked again."""
        project = self.make_installing()
        acceptance = self.prepare(project)
        acceptance.action_ready()
        with self.assertRefused("Say what"):
            acceptance.action_refuse("")
        acceptance.action_refuse("It is too loud.")
        self.assertEqual((acceptance.state, project.state), ("refused", "installing"))
        acceptance.action_back()
        self.assertEqual((acceptance.state, acceptance.refusal_reason), ("draft", False))
        acceptance.action_ready()
        acceptance.signature = SIGNATURE
        self.assertEqual(project.state, "accepted")

    def test_only_who_leads_prepares_and_changes_it(self):
        """I6: neither salesperson nor installer, by no door."""
        project = self.make_installing()
        for user in (self.sales, self.installer, self.assistant):
            with self.assertRefused(exception=AccessError):
                self.as_user(project, user).action_prepare_acceptance()
        acceptance = self.prepare(project)
        for user in (self.sales, self.installer, self.assistant):
            theirs = self.as_user(acceptance, user)
            with self.assertRefused(exception=AccessError):
                theirs.line_ids.quantity = 1
            with self.assertRefused(exception=AccessError):
                theirs.action_ready()
            with self.assertRefused(exception=AccessError):
                theirs.note = "Theirs."
            with self.assertRefused(exception=AccessError):
                self.as_user(self.env["install.punch.item"], user).create(
                    {"name": "X", "acceptance_id": acceptance.id}
                )
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["install.acceptance"], self.director).create({})
