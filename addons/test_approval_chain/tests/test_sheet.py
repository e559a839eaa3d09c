import io
from datetime import datetime

from lxml import html
from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .test_log import LogCase

REPORT = "approval_chain.report_approval_sheet"


def words(page):
    """What a page says, without its scripts."""
    body = html.fromstring(page).find(".//body")
    texts = body.xpath(".//text()[not(ancestor::script)]")
    return " ".join(" ".join(texts).split())


@tagged("post_install", "-at_install")
class TestSheet(LogCase):
    """A12: the approval sheet, printed."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("en_US")

    def sheet(self, user, requests=None, lang="en_US", tz="Asia/Shanghai"):
        user.tz = tz
        report = self.as_user(self.env["ir.actions.report"], user).with_context(lang=lang)
        page, _kind = report._render_qweb_html(REPORT, (requests or self.request).ids)
        return words(page)

    def test_sheet_says_who_asked_for_what_and_who_decided(self):
        """A12: title, document, people, values, lines, steps, verdicts, opinions."""
        text = self.sheet(self.sales)
        for wanted in (
            "Approval Sheet",
            self.request.name,
            "Document T1",
            "Requester 林晓",
            "星辰装备有限公司",
            "250.00",
            "Buyer",
            "Pump 2.00 100.00",
            "Step 1",
            "赵敏",
            "Opinion given",
            "A good customer.",
            "孙国栋",
            "Approved Because.",
            self.request.verification_code,
        ):
            self.assertIn(wanted, text)

    def test_department_of_the_requester_is_on_the_sheet(self):
        """A12: the requester's department in the company of the request."""
        department = self.sales.with_company(self.company).employee_id.department_id
        self.assertIn(f"Department {department.display_name}", self.sheet(self.president))

    def test_times_are_those_of_the_reader(self):
        """A12: one moment, two time zones, and the sheet says which."""
        slot = self.request.slot_ids.filtered("verdict")[0]
        slot._engine_write({"decided_at": datetime(2026, 1, 5, 20, 30)})
        self.assertIn("01/06/2026 04:30:00 AM", self.sheet(self.sales))
        text = self.sheet(self.sales, tz="Europe/Berlin")
        self.assertIn("01/05/2026 09:30:00 PM", text)
        self.assertIn("Times in Europe/Berlin", text)

    def test_sheet_names_for_whom_a_delegate_acted(self):
        """A12, A7: A for B."""
        self.request.slot_ids[0]._engine_write({"on_behalf_of_id": self.cfo.id})
        self.assertIn("for 钱海", self.sheet(self.sales))

    def test_earlier_rounds_stand_on_the_sheet(self):
        """A12, A5: returned once, then approved."""
        order = self.make_order(name="T2")
        order.action_approval_submit()
        self.decide(order, self.vp, "opinion", "Hm.")
        self.decide(order, self.president, "return", "Ask for a deposit.")
        first = self.request_of(order)
        order.action_approval_submit()
        text = self.sheet(self.sales, self.request_of(order))
        self.assertIn("Rounds Before", text)
        self.assertIn(f"{first.name}", text)
        self.assertIn("Ask for a deposit.", text)
        self.assertIn("(round 2)", text)
        self.assertNotIn("Rounds Before", self.sheet(self.sales, first))

    def test_several_requests_print_one_sheet_each(self):
        """A12: from the list."""
        order = self.make_order(name="T2")
        order.action_approval_submit()
        both = self.request + self.request_of(order)
        text = self.sheet(self.sales, both)
        for request in both:
            self.assertIn(request.verification_code, text)

    def test_who_may_not_read_the_request_prints_nothing(self):
        """A12: refusal."""
        with self.assertRefused(exception=AccessError):
            self.sheet(self.sales2)

    def test_code_belongs_to_the_newest_state(self):
        """A12: every event makes another code."""
        code = self.request.verification_code
        self.assertRegex(code, r"^[0-9A-F]{4}(-[0-9A-F]{4}){3}$")
        self.assertEqual(code.replace("-", "").lower(), self.request.log_head[:16])
        older = self.request.log_ids[-2].hash[:16]
        answer = self.as_user(self.env["approval.request"], self.sales)._verify_code
        self.assertTrue(answer(code.lower().replace("-", " "))["is_current"])
        self.assertFalse(answer(older)["is_current"])
        for wrong in ("", "0000-0000-0000-0000", code[:-1], code + "0", "%' OR 1=1 --"):
            self.assertEqual(answer(wrong), {})

    def test_code_tells_strangers_no_more_than_that_it_is_genuine(self):
        """A12: no data to people without rights."""
        Request = self.env["approval.request"]
        code = self.request.verification_code
        self.assertEqual(
            self.as_user(Request, self.sales2)._verify_code(code),
            {"is_current": True, "is_intact": True},
        )
        self.assertEqual(
            self.as_user(Request, self.sales)._verify_code(code)["request"], self.request
        )

    def test_code_of_an_altered_log_warns(self):
        """A12: genuine paper, forged log."""
        code = self.request.verification_code
        self.forge("UPDATE approval_log SET actor_ref = 1 WHERE seq = 2")
        for user in (self.sales2, self.sales):
            answer = self.as_user(self.env["approval.request"], user)._verify_code(code)
            self.assertFalse(answer["is_intact"])
            self.assertEqual("finding" in answer, user == self.sales)

    def test_code_of_a_deleted_request_warns(self):
        """A12: the paper, and the seal, outlive what was deleted."""
        code = self.request.verification_code
        self.env["approval.log.seal"]._seal()
        self.forge(
            SQL("DELETE FROM approval_log WHERE request_id = %s", self.request.id),
            SQL("DELETE FROM approval_request WHERE id = %s", self.request.id),
        )
        self.assertEqual(
            self.as_user(self.env["approval.request"], self.sales)._verify_code(code),
            {"is_current": False, "is_intact": False},
        )


@tagged("post_install", "-at_install")
class TestSheetOnTheWeb(HttpCase, LogCase):
    """A12: the page behind the QR code, and the PDF itself."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("en_US")

    def page(self, login, path):
        self.authenticate(login, login)
        answer = self.url_open(path)
        return words(answer.text)

    def test_reader_of_the_request_sees_which_one_it_is(self):
        """A12: number, document and status for those with the right."""
        self.sales.lang = "en_US"
        text = self.page("sales", f"/approval/verify/{self.request.verification_code}")
        for wanted in ("Genuine.", "The state as printed is current", self.request.name, "T1"):
            self.assertIn(wanted, text)

    def test_stranger_learns_only_that_the_sheet_is_genuine(self):
        """A12: no data to people without rights."""
        self.sales2.lang = "en_US"
        text = self.page("sales2", f"/approval/verify/{self.request.verification_code}")
        self.assertIn("Genuine.", text)
        for secret in (self.request.name, "T1", "林晓", "Buyer"):
            self.assertNotIn(secret, text)

    def test_superseded_and_unknown_codes_are_called_so(self):
        """A12: by address and by the form."""
        self.sales.lang = "en_US"
        older = self.request.log_ids[1].hash[:16]
        self.assertIn("superseded", self.page("sales", f"/approval/verify?code={older}"))
        self.assertIn("never given out", self.page("sales", "/approval/verify/1111-2222-3333-4444"))
        self.assertNotIn("Genuine", self.page("sales", "/approval/verify"))

    def test_only_internal_users_open_the_page(self):
        """A12: neither the public nor a portal user."""
        path = f"/approval/verify/{self.request.verification_code}"
        self.assertIn("/web/login", self.url_open(path).url)
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal-reader",
                "password": "portal-reader",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.authenticate(portal.login, portal.login)
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_pdf_is_printed_in_chinese_on_one_page(self):
        """A12: the real file, by the program that prints it."""
        report = self.as_user(self.env["ir.actions.report"], self.sales).with_context(
            force_report_rendering=True, lang="zh_CN"
        )
        content, kind = report._render_qweb_pdf(REPORT, self.request.ids)
        self.assertEqual(kind, "pdf")
        reader = PdfReader(io.BytesIO(content))
        self.assertEqual(len(reader.pages), 1)
        text = reader.pages[0].extract_text()
        for wanted in (self.request.name, "孙国栋", "赵敏", self.request.verification_code):
            self.assertIn(wanted, text)
