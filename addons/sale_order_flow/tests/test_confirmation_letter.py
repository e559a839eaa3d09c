import base64
import hashlib
import re
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import OrderFlowCase
from .test_customer import SIGNATURE


class LetterCase(OrderFlowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.letter_evidence_needed = True
        cls.customer.lang = "en_US"
        report = cls.env.registry["ir.actions.report"]
        cls.startClassPatcher(
            patch.object(
                report, "_render_qweb_pdf", lambda *args, **kwargs: (b"%PDF letter", "pdf")
            )
        )

    def approved(self, **values):
        order = self.make_order(require_signature=True, **values)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        return order

    def letter(self, order, user=None):
        order = self.as_user(order, user or self.sales)
        letters = self.env["sale.confirmation.letter"]
        return self.as_user(letters, user or self.sales).browse(
            order.action_confirmation_letter()["res_id"]
        )

    def evidence(self, **values):
        return {
            "confirmed_how": "fax",
            "confirmed_by": "Buyer",
            "confirmed_on": self.company._approval_today(),
            "evidence_ids": [Command.create({"name": "fax.png", "raw": b"signed"})],
            **values,
        }

    def record(self, letter, **values):
        letter.write(self.evidence(**values))
        letter.action_record()


@tagged("post_install", "-at_install")
class TestConfirmationLetter(LetterCase):
    """F8: the customer confirms by signature, or the salesperson records it with evidence."""

    def test_choices_are_said_in_both_languages_of_the_letter(self):
        """F8: whoever reads the Chinese or the English of it reads how it is sent and paid."""
        self.env["res.lang"]._activate_lang("zh_CN")
        order = self.approved()
        said = self.letter(order).content
        for name in ("delivery_way", "payment_way"):
            for lang in ("zh_CN", "en_US"):
                labels = order.with_context(lang=lang).fields_get([name], ["selection"])
                label = dict(labels[name]["selection"])[order[name]]
                self.assertEqual(said[name].count(label), 1, lang)

    def test_the_letter_says_what_was_agreed(self):
        """F8: number, customer, products, quantities, prices, delivery date, payment."""
        order = self.approved(payment_term_id=self.customer.property_payment_term_id.id)
        letter = self.letter(order)
        self.assertTrue(letter.name.startswith("CL/"))
        self.assertEqual((letter.version, letter.state), (1, "draft"))
        report = self.env["ir.actions.report"].sudo()
        html = report._render_qweb_html("sale_order_flow.report_confirmation_letter", letter.ids)[
            0
        ].decode()
        for text in (
            "订单确认函",
            "Order Confirmation",
            letter.name,
            order.name,
            "Customer",
            "Buyer",
            "Pump",
            "4.00",
            "100.00",
            "400.00",
            "Bank Transfer",
            letter.content["delivery_date"],
        ):
            with self.subTest(text):
                self.assertIn(text, html)
        promised = fields.Datetime.context_timestamp(
            order.with_context(tz=self.company._approval_tz()), order.commitment_date
        )
        self.assertIn(str(promised.year), letter.content["delivery_date"])
        # what is meant for phones is for the portal: the printer of the PDF takes pages for narrow
        phone = re.findall(r"@media[^{]*{(.*?)}\s*}", html, re.S)
        self.assertTrue(phone)
        for selectors in re.findall(r"([^{}]+){", "".join(rules + "}" for rules in phone)):
            for selector in selectors.split(","):
                self.assertIn(".o_portal_wrap ", selector)

    def test_there_is_no_letter_before_the_approval(self):
        """F8, DESIGN 7: the customer is not told what may still be refused."""
        order = self.make_order()
        with self.assertRefused("after the approval"):
            order.action_confirmation_letter()

    def test_the_same_letter_opens_until_the_order_changes(self):
        """F8: no version for nothing."""
        order = self.approved()
        self.assertEqual(self.letter(order), self.letter(order, self.assistant))

    def test_mailing_the_letter_marks_it_as_sent(self):
        """F8: to the customer, with the letter attached."""
        order = self.approved()
        letter = self.letter(order)
        action = letter.action_send()
        composer = self.as_user(self.env["mail.compose.message"], self.sales)
        composer = composer.with_context(**action["context"]).create({})
        composer.action_send_mail()
        self.assertEqual((letter.state, letter.sent_by_id), ("sent", self.sales))
        message = letter.message_ids.filtered("partner_ids")[:1]
        self.assertEqual(message.partner_ids, self.customer)
        self.assertEqual(message.attachment_ids.mimetype, "application/pdf")

    def test_a_confirmation_is_recorded_with_who_when_how_and_evidence(self):
        """F8: each of them is needed."""
        letter = self.letter(self.approved())
        for name in ("confirmed_how", "confirmed_by", "confirmed_on", "evidence_ids"):
            empty = [Command.clear()] if name == "evidence_ids" else False
            with self.subTest(name), self.assertRefused("fill in"):
                self.record(letter, **{name: empty})
        self.record(letter)
        self.assertEqual((letter.state, letter.recorded_by_id), ("confirmed", self.sales))
        self.assertEqual(base64.b64decode(letter.document), b"%PDF letter")
        self.assertEqual(letter.document_checksum, hashlib.sha256(b"%PDF letter").hexdigest())

    def test_a_date_in_the_future_and_a_portal_signature_are_not_recorded(self):
        """F8: bad input."""
        letter = self.letter(self.approved())
        tomorrow = self.company._approval_today() + timedelta(days=1)
        with self.assertRefused("in the future"):
            self.record(letter, confirmed_on=tomorrow)
        with self.assertRefused("only the customer signs"):
            self.record(letter, confirmed_how="portal")

    def test_an_order_is_confirmed_with_the_recorded_evidence(self):
        """F8: not before; not by writing the state either."""
        order = self.approved()
        with self.assertRefused("confirmation letter"):
            order.action_confirm()
        with self.assertRefused("confirmation letter"):
            order.state = "sale"
        self.record(self.letter(order))
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_nobody_signs_for_the_customer(self):
        """F8: the salesperson cannot enter a signature on the order or the letter."""
        order = self.approved()
        with self.assertRefused("signed by the customer", AccessError):
            order.write({"signature": SIGNATURE, "signed_by": "Buyer"})
        with self.assertRefused("signed by the customer", AccessError):
            self.make_order(require_signature=True, signed_by="Buyer")
        letter = self.letter(order)
        for values in ({"signature": SIGNATURE}, {"recorded_at": "2026-01-01"}, {"version": 7}):
            with self.subTest(*values), self.assertRefused("by hand", AccessError):
                letter.write(values)

    def test_a_confirmed_letter_stays_as_it_is(self):
        """F8: fields, file and record."""
        letter = self.letter(self.approved())
        self.record(letter)
        with self.assertRefused("confirmed or replaced"):
            letter.confirmed_by = "Somebody else"
        with self.assertRefused("confirmed or replaced"):
            letter.action_record()
        with self.assertRefused("confirmed or replaced"):
            letter.action_send()
        with self.assertRefused(exception=AccessError):
            letter.unlink()
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", letter._name),
                ("res_id", "=", letter.id),
                ("res_field", "=", "document"),
            ]
        )
        with self.assertRefused("as it was submitted or signed"):
            file.write({"raw": b"forged"})

    def test_the_evidence_stays_as_it_was_recorded(self):
        """F8: neither exchanged nor removed; a file of another document is copied."""
        order = self.approved()
        letter = self.letter(order)
        foreign = self.as_user(self.env["ir.attachment"], self.sales).create(
            {"name": "mail.eml", "raw": b"Yes.", "res_model": "sale.order", "res_id": order.id}
        )
        self.record(letter, evidence_ids=[Command.set(foreign.ids)])
        self.assertNotEqual(letter.evidence_ids, foreign)
        self.assertEqual(letter.evidence_ids.raw, b"Yes.")
        foreign.unlink()
        for change in (
            lambda: letter.evidence_ids.write({"raw": b"No."}),
            letter.evidence_ids.unlink,
        ):
            with self.assertRefused("as it was submitted or signed"):
                change()
        letter.message_post(body="See attachment.", attachments=[("other.txt", b"x")])

    def test_a_file_one_may_not_read_is_no_evidence(self):
        """F8, F21: linking it would show it."""
        letter = self.letter(self.approved())
        secret = self.env["ir.attachment"].create(
            {
                "name": "salary.txt",
                "raw": b"x",
                "res_model": "ir.config_parameter",
                "res_id": self.env["ir.config_parameter"].search([], limit=1).id,
            }
        )
        with self.assertRefused(exception=AccessError):
            letter.evidence_ids = [Command.link(secret.id)]

    def test_a_changed_order_asks_again_with_a_new_version(self):
        """F8: the old letter is kept as it was confirmed, and opens nothing."""
        order = self.approved()
        first = self.letter(order)
        self.record(first)
        order.order_line.product_uom_qty = 5
        self.assertEqual((first.state, order.letter_state), ("superseded", "superseded"))
        self.assertEqual(order.activity_ids.user_id, self.sales)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "draft")
        with self.assertRefused("confirmation letter"):
            order.action_confirm()
        second = self.letter(order)
        self.assertEqual((second.name, second.version, second.state), (first.name, 2, "draft"))
        self.assertEqual(first.document_checksum, hashlib.sha256(b"%PDF letter").hexdigest())
        self.assertEqual(second.content["lines"][0]["quantity"], "5.00")
        self.assertEqual(first.content["lines"][0]["quantity"], "4.00")
        self.record(second)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_every_change_the_letter_tells_replaces_it(self):
        """F8: date, price, discount, line added or removed; a note does not."""
        changes = {
            "date": lambda order: order.write(
                {"commitment_date": order.commitment_date + timedelta(days=3)}
            ),
            "price": lambda order: order.order_line.write({"price_unit": 101}),
            "added": lambda order: order.write(
                {"order_line": [Command.create({"product_id": self.hose.id, "product_uom_qty": 1})]}
            ),
            "removed": lambda order: order.order_line.unlink(),
        }
        for name, change in changes.items():
            with self.subTest(name):
                order = self.approved()
                letter = self.letter(order)
                letter.action_mark_sent()
                order.note = "A remark"
                self.assertEqual(letter.state, "sent")
                change(order)
                self.assertEqual(letter.state, "superseded")

    def test_letters_are_handled_by_the_people_of_the_order(self):
        """F8, F21: salesperson, assistant, sales manager; not colleagues, finance or warehouse."""
        letter = self.letter(self.approved())
        for user in (self.sales2, self.finance, self.warehouse, self.purchasing):
            with self.subTest(user.login), self.assertRefused(exception=AccessError):
                self.as_user(letter, user).action_mark_sent()
        self.assertEqual(self.as_user(letter, self.finance).state, "draft")
        self.as_user(letter, self.salesmgr).action_mark_sent()
        self.assertEqual(letter.state, "sent")

    def test_without_the_setting_orders_are_confirmed_by_hand(self):
        """F8: off by default."""
        self.company.letter_evidence_needed = False
        order = self.approved()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.env["res.company"].new({}).letter_evidence_needed)

    def test_a_signature_kept_during_the_review_confirms_the_letter(self):
        """F8, DESIGN 7: with the approval, for what was signed."""
        order = self.make_order(require_signature=True)
        order._keep_signature("Buyer", SIGNATURE)
        order._validate_order()
        self.assertFalse(order.letter_ids)
        self.decide(order, self.salesmgr)
        self.assertEqual((order.state, order.letter_state), ("sale", "confirmed"))
        self.assertEqual(order.letter_ids.confirmed_by, "Buyer")


@tagged("post_install", "-at_install")
class TestConfirmationLetterPortal(HttpCase, LetterCase):
    """F8: the customer signs the letter in the portal."""

    def sign(self, document, url):
        self.env.flush_all()
        answer = self.make_jsonrpc_request(
            f"{url}/{document.id}/accept",
            {
                "access_token": document.sudo(False)._portal_ensure_token(),
                "name": "Buyer",
                "signature": SIGNATURE,
            },
        )
        self.env.invalidate_all()
        return answer

    def test_signing_the_letter_confirms_the_order(self):
        """F8: one signature for both, kept with the letter."""
        order = self.approved()
        letter = self.letter(order)
        letter.action_mark_sent()
        page = self.url_open(f"{letter.access_url}?access_token={letter._portal_ensure_token()}")
        self.assertIn("订单确认函", page.text)
        answer = self.sign(letter, "/my/letters")
        self.assertIn("message=signed", answer["redirect_url"])
        self.assertEqual((letter.state, letter.confirmed_how), ("confirmed", "portal"))
        self.assertEqual((order.state, order.signed_by), ("sale", "Buyer"))
        self.assertIn("error", self.sign(letter, "/my/letters"))
        self.assertEqual(self.url_open(answer["redirect_url"]).status_code, 200)

    def test_signing_the_order_confirms_the_letter(self):
        """F8: as the customer knows it from Odoo."""
        order = self.approved()
        self.assertIn("sign_ok", self.sign(order, "/my/orders")["redirect_url"])
        self.assertEqual((order.state, order.letter_state), ("sale", "confirmed"))
        self.assertTrue(order.letter_ids.document_checksum)
        self.assertTrue(order.letter_ids.signature)

    def test_a_replaced_letter_is_not_signed(self):
        """F8: the customer had the old page open."""
        order = self.approved()
        letter = self.letter(order)
        letter.action_mark_sent()
        order.order_line.price_unit = 90
        self.assertIn("error", self.sign(letter, "/my/letters"))
        self.assertEqual((letter.state, order.state), ("superseded", "draft"))

    def test_a_stranger_does_not_read_the_letter(self):
        """F8: without the token, and before it is sent."""
        letter = self.letter(self.approved())
        token = letter._portal_ensure_token()
        url = f"/my/letters/{letter.id}"
        self.assertNotIn("订单确认函", self.url_open(f"{url}?access_token={token}").text)
        letter.action_mark_sent()
        self.env.flush_all()
        self.assertNotIn("订单确认函", self.url_open(url).text)
        self.assertNotIn("订单确认函", self.url_open(f"{url}?access_token=wrong").text)
        self.assertIn("订单确认函", self.url_open(f"{url}?access_token={token}").text)
