import base64

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import tagged

from .portal_case import SignedPortalCase
from .test_customer import SIGNATURE
from .test_delivery_receipt import ReceiptCase


@tagged("post_install", "-at_install")
class TestReceiptPortal(SignedPortalCase, ReceiptCase):
    """F15: the customer says what arrived, and signs; nobody else does."""

    signer = "Mr Li"

    def enter(self, receipt, files=None, **values):
        """Send the form of the goods as the browser does."""
        line = receipt.line_ids[0]
        data = {
            "csrf_token": Request.csrf_token(self),
            "received_on": str(self.company._approval_today()),
            f"received_{line.id}": "4",
            f"condition_{line.id}": "good",
            **{f"{name}_{line.id}": value for name, value in values.items()},
        }
        self.env.flush_all()
        answer = self.url_open(
            f"/my/receipts/{receipt.id}/goods?access_token={receipt._portal_ensure_token()}",
            data=data,
            files={f"photo_{line.id}": files} if files else None,
        )
        self.env.invalidate_all()
        return answer

    def test_the_customer_signs_with_the_address_from_the_mail(self):
        """F15: without an account; name, network address and copy are kept, today is the day."""
        receipt = self.receipt(self.make_shipped())
        composer = (
            self.as_user(self.env["mail.compose.message"], self.sales)
            .with_context(**receipt.action_mail_link()["context"])
            .create({})
        )
        self.assertIn(receipt.access_url, composer.body)
        url = f"{receipt.access_url}?access_token={receipt._portal_ensure_token()}"
        self.env.flush_all()
        page = self.url_open(url).text
        self.assertIn("portal.signature_form", page)
        self.assertIn(receipt._signing_version(), page)
        answer = self.sign(receipt)
        self.assertIn("message=signed", answer["redirect_url"])
        self.assertEqual((receipt.state, receipt.signed_how), ("signed", "portal"))
        self.assertEqual((receipt.signed_by, receipt.signed_from), ("Mr Li", "127.0.0.1"))
        self.assertEqual(receipt.received_on, self.company._approval_today())
        self.assertFalse(receipt.recorded_by_id)
        page = self.url_open(answer["redirect_url"]).text
        self.assertIn("Download the signed copy", page)
        self.assertNotIn("portal.signature_form", page)

    def test_it_is_signed_once(self):
        """F15: the second is told, and changes nothing."""
        receipt = self.receipt(self.make_shipped())
        self.sign(receipt)
        self.assertIn("nothing is left to sign", self.sign(receipt, name="Other")["error"])
        self.assertEqual(receipt.signed_by, "Mr Li")

    def test_what_is_not_in_order_is_entered_first(self):
        """F15: with quantity, condition, note and photo, and signed as it stands then."""
        receipt = self.receipt(self.make_shipped())
        old = receipt._signing_version()
        self.authenticate(None, None)
        token = receipt._portal_ensure_token()
        self.env.flush_all()
        page = self.url_open(f"{receipt.access_url}?access_token={token}&edit=1")
        self.assertIn("o_receipt_goods", page.text)
        self.assertNotIn("portal.signature_form", page.text)
        picture = ("photo.png", base64.b64decode(SIGNATURE), "image/png")
        answer = self.enter(
            receipt, picture, received="3", condition="damaged", affected="1", note="Cracked."
        )
        self.assertIn("message=kept", answer.url)
        self.assertIn("Cracked.", answer.text)
        line = receipt.line_ids
        self.assertEqual(
            (line.received_quantity, line.condition, line.affected_quantity), (3, "damaged", 1)
        )
        self.assertTrue(line.photo)
        self.assertEqual(receipt.state, "waiting")
        self.assertIn("was changed after", self.sign(receipt, version=old)["error"])
        self.sign(receipt)
        self.assertEqual((receipt.state, line.difference), ("signed", "damaged"))

    def test_wrong_input_is_answered_with_a_sentence_and_keeps_nothing(self):
        """F15: more than shipped, no number, no description, a huge photo, no picture, too late."""
        receipt = self.receipt(self.make_shipped())
        receipt._portal_ensure_token()
        self.authenticate(None, None)
        damaged = {"condition": "damaged", "affected": "1", "note": "Cracked."}
        for text, file, values in (
            ("between 0 and that", None, {"received": "5"}),
            ("between 0 and that", None, {"received": "-1"}),
            ("is no number", None, {"received": "many"}),
            ("is no number", None, {"received": "nan"}),
            ("describe what is not in order", None, {**damaged, "note": " "}),
            ("enter how many", None, {**damaged, "affected": "0"}),
            ("larger than 8 MB", ("x.png", b"x" * (9 * 1024 * 1024), "image/png"), damaged),
            ("alert-danger", ("x.png", b"no picture", "image/png"), damaged),
        ):
            with self.subTest(text, **values):
                answer = self.enter(receipt, file, **values)
                self.assertIn("alert-danger", answer.text)
                self.assertIn(text, answer.text)
                self.assertEqual(receipt.line_ids.received_quantity, 4)
                self.assertEqual(receipt.line_ids.condition, "good")
        self.sign(receipt)
        answer = self.enter(receipt, **damaged)
        self.assertIn("stays as it was confirmed", answer.text)
        self.assertEqual(receipt.line_ids.condition, "good")

    def test_receipts_of_others_stay_closed(self):
        """F15, F21: by address, by RPC, by signing."""
        receipt = self.receipt(self.make_shipped())
        self.authenticate(self.stranger_login, self.stranger_login)
        self.env.flush_all()
        for url in (receipt.access_url, f"{receipt.access_url}/document"):
            self.assertTrue(self.url_open(url).url.rstrip("/").endswith("/my"))
        self.assertIn("is not yours", self.sign(receipt, token=None)["error"])
        self.assertIn("is not yours", self.sign(receipt, token="wrong")["error"])
        self.assertNotIn(receipt.name, self.url_open("/my/receipts").text)
        self.assertEqual(receipt.state, "waiting")
        printed = (
            ("report_receipt", receipt),
            ("report_shipping", self.arrangement(receipt.order_id)),
        )
        for report, document in printed:
            with self.subTest(report):
                url = f"/report/html/sale_order_flow.{report}/{document.id}"
                self.assertNotIn(document.name, self.url_open(url).text)

    def test_the_customer_finds_the_own_receipts_and_changes_nothing_by_rpc(self):
        """F15: the list, the order's page; internal remarks are not the customer's."""
        receipt = self.receipt(self.make_shipped())
        receipt.note = "Internal remark"
        self.authenticate(self.buyer_login, self.buyer_login)
        self.env.flush_all()
        self.assertIn(receipt.name, self.url_open("/my/receipts").text)
        page = self.url_open(receipt.access_url).text
        self.assertIn("Pump", page)
        self.assertNotIn("Internal remark", page)
        own = receipt.with_user(self.env["res.users"].search([("login", "=", self.buyer_login)]))
        with self.assertRefused(exception=AccessError):
            own.read(["note"])
        with self.assertRefused(exception=AccessError):
            own.write({"signed_by": "Me"})
        with self.assertRefused(exception=AccessError):
            own.write({"signature": SIGNATURE})
        with self.assertRefused(exception=AccessError):
            own.action_record_paper()
