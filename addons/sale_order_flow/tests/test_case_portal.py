from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .case_case import CaseCase


@tagged("post_install", "-at_install")
class TestCasePortal(HttpCase, CaseCase):
    """F19: customers report problems on their own orders and read what came of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.users"].create(
            {
                "name": "Buyer",
                "login": "case_buyer",
                "password": "case_buyer",
                "partner_id": cls.contact.id,
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.order = self.make_confirmed()
        self.authenticate("case_buyer", "case_buyer")

    def send(self, files=(), **values):
        before = self.env["order.case"].search([])
        page = self.url_open("/my/cases/new").text
        csrf = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = self.url_open(
            "/my/cases/new",
            data={
                "csrf_token": csrf,
                "kind": "complaint",
                "order_id": self.order.id,
                "subject": "It leaks",
                "description": "Since Monday.",
                **values,
            },
            files=[("files", file) for file in files] or None,
        )
        return answer, self.env["order.case"].search([]) - before

    def test_a_problem_is_reported_with_a_photo_and_followed(self):
        """F19: form, page, list; the result is read, cause and measure are not."""
        answer, case = self.send([("leak.png", b"a picture", "image/png")])
        self.assertIn(case.name, answer.text)
        self.assertNotIn("o_case_error", answer.text)
        self.assertEqual(case.order_id.id, self.order.id)
        self.assertEqual((case.partner_id, case.source), (self.contact, "portal"))
        self.assertEqual(case.user_id, self.sales)
        self.assertEqual(case.message_ids.attachment_ids.raw, b"a picture")
        mine = self.as_user(case, self.service)
        mine.action_take()
        mine.write({"cause": "Cheap seal", "measure": "New supplier", "result": "Seal replaced"})
        mine.action_close()
        told = case.message_ids.filtered(lambda message: "Seal replaced" in message.body)
        self.assertIn(self.contact, told.notified_partner_ids)
        page = self.url_open(f"/my/cases/{case.id}").text
        self.assertIn("Seal replaced", page)
        self.assertNotIn("Cheap seal", page)
        self.assertNotIn("New supplier", page)
        self.assertIn(case.name, self.url_open("/my/cases").text)
        theirs = case.with_user(self.buyer)
        for name in ("cause", "measure", "deadline", "amount", "email_from"):
            with self.subTest(name), self.assertRefused(exception=AccessError):
                theirs.read([name])

    def test_orders_of_others_and_quotations_are_refused(self):
        """F19: whatever number is sent, nothing is opened."""
        other = self.make_confirmed(
            partner_id=self.other_customer.id, contact_id=self.other_customer.id
        )
        quotation = self.make_order()
        for order_id in (other.id, quotation.id, 0, "x"):
            with self.subTest(order_id):
                answer, case = self.send(order_id=order_id)
                self.assertIn("o_case_error", answer.text)
                self.assertFalse(case)

    def test_what_is_too_big_too_much_or_missing_is_refused_in_words(self):
        """F19: what was typed stays, nothing is half-done."""
        huge = ("huge.bin", b"0" * (10 * 1024 * 1024 + 1), "application/octet-stream")
        answer, case = self.send([huge], subject="Kept subject")
        self.assertIn("o_case_error", answer.text)
        self.assertIn("huge.bin", answer.text)
        self.assertIn("Kept subject", answer.text)
        self.assertFalse(case)
        answer, case = self.send([(f"{i}.txt", b"x", "text/plain") for i in range(6)])
        self.assertIn("o_case_error", answer.text)
        self.assertFalse(case)
        for values in ({"subject": " "}, {"description": ""}, {"kind": "advertising"}):
            with self.subTest(values):
                answer, case = self.send(**values)
                self.assertIn("o_case_error", answer.text)
                self.assertFalse(case)

    def test_cases_of_others_stay_closed(self):
        """F19: by address, by search and by writing; nor what we note among us, or advertising."""
        values = {"company_id": self.company.id, "source": "portal"}
        Case = self.env["order.case"]
        other = Case._open_case(
            {"subject": "Theirs", "partner_id": self.other_customer.id, **values}
        )
        sign = Case._open_case(
            {
                "subject": "Sign",
                "kind": "advertising",
                "partner_id": self.customer.id,
                **values,
            }
        )
        closed = other | sign | self.make_case()
        for case in closed:
            page = self.url_open(f"/my/cases/{case.id}")
            self.assertTrue(page.url.rstrip("/").endswith("/my"))
        Case = self.env["order.case"].with_user(self.buyer)
        self.assertFalse(Case.search([("id", "in", closed.ids)]))
        _answer, own = self.send()
        with self.assertRefused(exception=AccessError):
            own.with_user(self.buyer).write({"subject": "Changed"})
        with self.assertRefused(exception=AccessError):
            own.with_user(self.buyer).action_take()
        with self.assertRefused(exception=AccessError):
            Case.create({"subject": "Direct", "partner_id": self.contact.id})

    def test_an_answer_in_the_portal_wakes_a_waiting_case(self):
        """F19: as one by mail does."""
        _answer, case = self.send()
        mine = self.as_user(case, self.service)
        mine.action_take()
        mine.action_wait()
        self.as_user(case, self.service).message_post(
            body="Which type?", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        self.assertEqual(case.state, "waiting")
        case.with_user(self.buyer).message_post(
            body="Type B.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(case.state, "progress")
