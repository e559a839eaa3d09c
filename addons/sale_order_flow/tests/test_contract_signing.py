import base64
import hashlib
import io
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from .contract_case import ContractCase
from .portal_case import SignedPortalCase
from .test_customer import SIGNATURE


def blank_pdf(width):
    """A PDF of one page that is recognised by its width."""
    writer = PdfFileWriter()
    writer.addBlankPage(width=width, height=200)
    with io.BytesIO() as buffer:
        writer.write(buffer)
        return buffer.getvalue()


TEXT, SHEET = blank_pdf(111), blank_pdf(222)


class SigningCase(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.lang = "en_US"
        report = cls.env.registry["ir.actions.report"]
        cls.startClassPatcher(
            patch.object(report, "_render_qweb_pdf", lambda *args, **kwargs: (SHEET, "pdf"))
        )

    def make_online(self, orders=None, send=True, **values):
        """A contract to be signed in the portal, which the company has signed."""
        contract = self.make_contract(
            orders,
            **{
                "signed_how": "portal",
                "company_signed_by_id": self.head.id,
                "company_signed_on": self.company._approval_today(),
                "text_document": base64.b64encode(TEXT),
                "text_name": "text.pdf",
                **values,
            },
        )
        if send:
            contract.action_send()
        return contract


@tagged("post_install", "-at_install")
class TestContractSigningRules(SigningCase):
    """F9: what is needed before a customer is asked, and what stays as it was signed."""

    def test_the_company_signs_before_the_customer(self):
        """F9: and the text must be a file that can be printed."""
        contract = self.make_online(send=False, company_signed_by_id=False)
        with self.assertRefused("the company signs first"):
            contract.action_send()
        contract.company_signed_by_id = self.head
        for wrong in (b"no pdf at all", b"%PDF-1.4 cut off"):
            contract.text_document = base64.b64encode(wrong)
            with self.subTest(wrong), self.assertRefused("not a PDF"):
                contract.action_send()
        contract.text_document = False
        contract.action_send()
        self.assertEqual(contract.state, "out")

    def test_sending_out_opens_the_mail_to_the_customer(self):
        """F9: with the address where it is signed."""
        contract = self.make_online(send=False)
        action = contract.action_send()
        composer = (
            self.as_user(self.env["mail.compose.message"], self.sales)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn(contract.access_url, composer.body)
        self.assertEqual(contract.sent_by_id, self.sales)

    def test_nobody_signs_in_the_customers_place(self):
        """F9: neither with the button nor by writing what a signature leaves behind."""
        contract = self.make_online(document=base64.b64encode(TEXT), customer_signed_by="Buyer")
        contract.customer_signed_on = contract.company_signed_on
        with self.assertRefused("Only the customer signs in the portal"):
            contract.action_sign()
        for values in (
            {"signature": SIGNATURE},
            {"signed_from": "127.0.0.1"},
            {"customer_signed_at": "2026-03-01 10:00:00"},
            {"sent_version": "x"},
        ):
            with self.subTest(*values), self.assertRefused("by hand", AccessError):
                contract.write(values)

    def test_what_the_customer_signed_is_not_taken_back_or_exchanged(self):
        """F9: it was no mistake of whoever records; text, copy and signature stay."""
        contract = self.make_online()
        contract._sign_in_portal("Buyer", SIGNATURE, "192.0.2.7", contract._signing_version())
        self.assertEqual(contract.state, "signed")
        with self.assertRefused("not taken back"):
            self.as_user(contract, self.assistant).action_take_back()
        for field in ("document", "text_document", "signature"):
            file = self.env["ir.attachment"].search(
                [
                    ("res_model", "=", "sale.contract"),
                    ("res_id", "=", contract.id),
                    ("res_field", "=", field),
                ]
            )
            with self.subTest(field), self.assertRefused("is kept with"):
                file.raw = b"forged"
        with self.assertRefused("signed or cancelled"):
            contract.text_document = False

    def test_the_signed_copy_is_the_text_followed_by_orders_and_signatures(self):
        """F9: one PDF, with its checksum; who, when and from where beside it."""
        contract = self.make_online()
        contract._sign_in_portal("Buyer", SIGNATURE, "192.0.2.7", contract._signing_version())
        copy = base64.b64decode(contract.document)
        widths = [int(page.mediabox.width) for page in PdfFileReader(io.BytesIO(copy)).pages]
        self.assertEqual(widths, [111, 222])
        self.assertEqual(contract.document_checksum, hashlib.sha256(copy).hexdigest())
        self.assertEqual(contract.customer_signed_by, "Buyer")
        self.assertEqual(contract.signed_from, "192.0.2.7")
        self.assertEqual(contract.customer_signed_on, self.company._approval_today())
        self.assertTrue(contract.archive_id)

    def test_the_printed_page_names_who_signed_when_and_from_where(self):
        """F9: what the report says, before it is made a PDF."""
        contract = self.make_online()
        contract._sign_in_portal("Buyer Wang", SIGNATURE, "192.0.2.7", contract._signing_version())
        html = (
            self.as_user(self.env["ir.actions.report"], self.sales)
            ._render_qweb_html("sale_order_flow.action_report_contract", contract.ids)[0]
            .decode()
        )
        for wanted in ("Buyer Wang", "192.0.2.7", contract.name, contract.order_ids.name, "Pump"):
            self.assertIn(wanted, html)
        self.assertIn(hashlib.sha256(TEXT).hexdigest(), html)


@tagged("post_install", "-at_install")
class TestContractPrinted(ContractCase):
    """F9: the real file, by the program that prints it."""

    def test_the_contract_is_printed_after_its_text(self):
        """F9: what the customer reads before signing."""
        contract = self.make_contract(
            signed_how="portal",
            company_signed_by_id=self.head.id,
            company_signed_on=self.company._approval_today(),
            text_document=base64.b64encode(TEXT),
            title="Pumps for the waterworks",
        )
        contract.action_send()
        pdf = contract.with_context(force_report_rendering=True)._contract_pdf()
        pages = PdfFileReader(io.BytesIO(pdf)).pages
        self.assertEqual(int(pages[0].mediabox.width), 111)
        text = "".join(page.extract_text() for page in list(pages)[1:])
        for wanted in (contract.name, contract.order_ids.name, "waterworks", "Pump", "400.00"):
            self.assertIn(wanted, text)


@tagged("post_install", "-at_install")
class TestContractSigningPortal(SignedPortalCase, SigningCase):
    """F9: the customer signs in the portal; everybody else is told why not."""

    def assertNotSigned(self, contract, text, **values):
        self.assertIn(text, self.sign(contract, **values).get("error", ""))
        self.assertFalse(contract.signed_at)
        self.assertFalse(contract.signature)
        self.assertFalse(contract.signed_from)

    def test_the_customer_signs_with_the_address_from_the_mail(self):
        """F9: without an account; kept with name, date and network address; people are told."""
        contract = self.make_online()
        url = f"{contract.access_url}?access_token={contract._portal_ensure_token()}"
        self.env.flush_all()
        page = self.url_open(url).text
        self.assertIn("portal.signature_form", page)
        self.assertIn(contract._signing_version(), page)
        file = self.url_open(f"{contract.access_url}/document?access_token={contract.access_token}")
        self.assertEqual(len(PdfFileReader(io.BytesIO(file.content)).pages), 2)
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        answer = self.sign(contract)
        self.assertIn("message=signed", answer["redirect_url"])
        self.assertEqual((contract.state, contract.customer_signed_by), ("signed", "Buyer"))
        self.assertEqual(contract.signed_from, "127.0.0.1")
        self.assertTrue(contract.customer_signed_at)
        self.assertFalse(contract.signed_by_id)
        told = self.env["mail.message"].search(
            [
                ("id", ">", before),
                ("model", "=", "sale.contract"),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertLessEqual(
            self.sales.partner_id | self.assistant.partner_id,
            told.notified_partner_ids,
        )
        self.assertEqual(told.author_id, self.customer)
        page = self.url_open(answer["redirect_url"]).text
        self.assertIn("Download the signed copy", page)
        self.assertNotIn("portal.signature_form", page)

    def test_the_customer_signs_logged_in(self):
        """F9: the own contract by access rights, without a token."""
        contract = self.make_online()
        self.authenticate(self.buyer_login, self.buyer_login)
        self.env.flush_all()
        # in the language of the customer
        self.assertRegex(self.url_open("/my/contracts").text, "To sign|待签署")
        self.assertIn("redirect_url", self.sign(contract, token=None))
        self.assertEqual(contract.state, "signed")

    def test_a_wrong_token_and_another_customer_sign_nothing(self):
        """F9, F21: neither read nor signed."""
        contract = self.make_online()
        self.assertNotSigned(contract, "is not yours", token="wrong")
        self.assertNotSigned(contract, "is not yours", token=None)
        self.authenticate(self.stranger_login, self.stranger_login)
        self.assertNotSigned(contract, "is not yours", token=None)
        for address in (contract.access_url, f"{contract.access_url}/document"):
            self.assertTrue(self.url_open(address).url.rstrip("/").endswith("/my"))

    def test_a_contract_is_signed_once(self):
        """F9: the second is told that nothing is left to sign."""
        contract = self.make_online()
        self.sign(contract)
        copy = contract.document_checksum
        self.assertIn("signed already", self.sign(contract, name="Other")["error"])
        self.assertEqual((contract.customer_signed_by, contract.document_checksum), ("Buyer", copy))

    def test_a_contract_whose_time_is_over_is_not_signed(self):
        """F9: today is in time."""
        today = self.company._approval_today()
        contract = self.make_online(sign_until=today)
        contract.sign_until = today - timedelta(days=1)
        self.assertNotSigned(contract, "time to sign")
        contract.sign_until = today
        self.assertIn("redirect_url", self.sign(contract))

    def test_a_withdrawn_contract_is_not_signed(self):
        """F9: neither cancelled nor a draft, nor one signed on paper."""
        cancelled, paper = self.make_online(), self.make_online()
        draft = self.make_online(send=False)
        cancelled.cancel_reason = "Replaced by another one."
        cancelled.action_cancel()
        paper.signed_how = "paper"
        for contract in (cancelled, draft, paper):
            with self.subTest(contract.name):
                self.assertNotSigned(contract, "withdrawn or replaced")

    def test_a_contract_that_changed_is_signed_only_when_it_was_sent_again(self):
        """F9: by an order, or by the text behind the back; never on the old page."""
        contract = self.make_online()
        old = contract._signing_version()
        contract.order_ids.order_line.price_unit = 90
        self.assertTrue(contract.is_outdated)
        self.assertNotSigned(contract, "is being changed")
        contract.action_send()
        self.assertNotSigned(contract, "after you opened this page", version=old)
        self.assertNotSigned(contract, "after you opened this page", version="")
        self.assertIn("redirect_url", self.sign(contract))
        self.assertEqual(contract.amount_total, 360)
        other = self.make_online()
        other.text_document = base64.b64encode(blank_pdf(333))
        self.assertNotSigned(other, "is being changed")

    def test_a_signature_needs_a_name_and_a_picture(self):
        """F9: as on Odoo's own pages; nothing is left behind."""
        contract = self.make_online()
        self.assertNotSigned(contract, "missing", name=" ")
        self.assertNotSigned(contract, "missing", signature="")
        self.assertIn("error", self.sign(contract, signature="no picture"))
        self.assertFalse(contract.signed_at)
        self.assertFalse(contract.signed_from)

    def test_the_order_leads_to_the_contract(self):
        """F9: on the page of the order."""
        contract = self.make_online()
        order = contract.order_ids
        order._portal_ensure_token()
        self.env.flush_all()
        self.assertIn(contract.access_url, self.url_open(order.get_portal_url()).text)
