import io

from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen import canvas

from odoo.tests import tagged

from ..printable import MAX_BYTES, MAX_PAGES
from .common import ExpenseCase

REPORT = "expense_approval.report_claim_with_receipts"


def pdf(*texts):
    """A PDF with one page for each text."""
    file = io.BytesIO()
    pages = canvas.Canvas(file)
    for text in texts:
        pages.drawString(72, 720, text)
        pages.showPage()
    pages.save()
    return file.getvalue()


def locked(content, user_password):
    """The PDF, encrypted; without a password for its reader it opens and only forbids changes."""
    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt(user_password, "owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def picture(kind="PNG", mode="RGB", size=(400, 300)):
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestClaimReceiptsPrint(ExpenseCase):
    """E4: the claim and all its receipts as one file, whatever the receipts are."""

    def attach(self, record, name, content, **values):
        return self.as_user(self.env["ir.attachment"], self.claimant).create(
            {
                "name": name,
                "raw": content,
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    def printed(self, claims, user=None):
        """The texts of the pages as ``user`` prints them."""
        reports = self.as_user(self.env["ir.actions.report"], user or self.claimant)
        content, kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(
            REPORT, claims.ids
        )
        self.assertEqual(kind, "pdf")
        self.reader = PdfReader(io.BytesIO(content))
        return [page.extract_text() for page in self.reader.pages]

    def test_receipts_follow_the_claim_in_the_order_of_its_expenses(self):
        """E4: PDF and pictures, each as pages behind the claim; then those of the claim itself."""
        claim = self.make_claim(100, 250)
        first, second = claim.expense_ids
        self.attach(second, "hotel.pdf", pdf("Night one", "Night two"))
        self.attach(first, "taxi.png", picture())
        self.attach(first, "toll.jpg", picture("JPEG", size=(4000, 3000)))
        self.attach(first, "clear.png", picture(mode="RGBA"))
        self.attach(claim, "agenda.pdf", pdf("Agenda"))
        pages = self.printed(claim)
        own = len(pages) - 6
        self.assertGreaterEqual(own, 1)
        self.assertIn(claim.name, pages[0])
        for name in ("hotel.pdf", "taxi.png", "toll.jpg", "agenda.pdf"):
            self.assertIn(name, "".join(pages[:own]))
        self.assertEqual(
            [text.strip() for text in pages[own:]],
            [
                "Agenda",
                f"{claim.name} - 2",
                f"{claim.name} - 3",
                f"{claim.name} - 4",
                "Night one",
                "Night two",
            ],
        )
        self.assertEqual(
            [len(page.images) for page in self.reader.pages][own + 1 : own + 4], [1] * 3
        )
        for page in self.reader.pages[own + 1 : own + 4]:
            self.assertLess(page.mediabox.height, 850)
        titles = [item.title for item in self.reader.outline if not isinstance(item, list)]
        self.assertIn("5 hotel.pdf", titles)

    def test_what_cannot_be_printed_is_named_and_breaks_nothing(self):
        """E4: damaged, locked, too large, of another kind, a link; the good one is there."""
        claim = self.make_claim(100)
        expense = claim.expense_ids
        whole = pdf("Long page")
        bad = {
            "broken.pdf": (b"%PDF-1.4 nothing of it", "damaged"),
            "cut.pdf": (whole[: len(whole) // 3], "damaged"),
            "locked.pdf": (locked(pdf("Secret"), "secret"), "protected by a password"),
            "huge.pdf": (whole + b"0" * MAX_BYTES, "too large"),
            "long.pdf": (pdf(*["Page"] * (MAX_PAGES + 1)), "too large"),
            "broken.png": (picture()[:20], "damaged"),
            "invoice.xml": (b"<EInvoice><Number>1</Number></EInvoice>", "Files of this kind"),
            "empty.pdf": (b"", "damaged"),
        }
        for name, (content, _reason) in bad.items():
            self.attach(expense, name, content)
        self.attach(expense, "web", False, type="url", url="https://invoice.example/1")
        self.attach(expense, "owner.pdf", locked(pdf("Readable"), ""))
        self.attach(expense, "good.pdf", pdf("Good receipt"))
        pages = self.printed(claim)
        self.assertEqual([text.strip() for text in pages[-2:]], ["Readable", "Good receipt"])
        self.assertNotIn("Page", [text.strip() for text in pages])
        text = " ".join(" ".join(pages[:-2]).split())
        for name in bad:
            with self.subTest(name=name):
                self.assertIn(name, text)
        found = {row.name: row.problem for row in claim._printed_receipts()}
        for name, (_content, reason) in bad.items():
            with self.subTest(name=name):
                self.assertIn(reason, found[name])
        self.assertIn("https://invoice.example/1", found["web"])
        self.assertEqual((found["owner.pdf"], found["good.pdf"]), ("", ""))

    def test_each_file_is_printed_once(self):
        """E4, E8: parts of a split expense have copies of the same receipt."""
        claim = self.make_claim(100, 200)
        shared = pdf("Shared")
        for expense in claim.expense_ids:
            self.attach(expense, "shared.pdf", shared)
            self.attach(expense, "own.pdf", pdf(f"Own {expense.total_amount:.0f}"))
        pages = self.printed(claim)
        self.assertEqual([text.strip() for text in pages[-3:]], ["Shared", "Own 100", "Own 200"])

    def test_several_claims_are_printed_each_with_its_own_receipts(self):
        """E4: whatever number of pages each has."""
        claims = self.make_claim(100) | self.make_claim(200)
        for number, claim in enumerate(claims, start=1):
            self.attach(claim.expense_ids, "r.pdf", pdf(*[f"Receipt {number}"] * number))
        pages = [text.strip() for text in self.printed(claims, self.manager)]
        place = pages.index("Receipt 1")
        self.assertIn(claims[0].name, pages[0])
        self.assertIn(claims[1].name, pages[place + 1])
        self.assertEqual(pages[-2:], ["Receipt 2", "Receipt 2"])
        self.assertEqual(pages.count("Receipt 1"), 1)

    def test_a_claim_without_receipts_is_printed(self):
        """E4: just the claim."""
        claim = self.make_claim(100)
        self.assertIn(claim.name, self.printed(claim)[0])

    def test_nobody_prints_receipts_of_a_claim_he_may_not_read(self):
        """E1, E4: by the button, or by the report."""
        claim = self.make_claim(100)
        self.attach(claim.expense_ids, "r.pdf", pdf("Receipt"))
        with self.assertRefused():
            self.printed(claim, self.colleague)
        with self.assertRefused():
            self.as_user(claim, self.colleague).action_print_with_receipts()
        action = self.as_user(claim, self.manager).action_print_with_receipts()
        self.assertEqual(action["report_name"], REPORT)

    def test_whoever_decides_prints_the_receipts(self):
        """E4, A10: an approver from elsewhere, and finance."""
        claim = self.make_claim(100)
        self.attach(claim.expense_ids, "r.pdf", pdf("Receipt"))
        self.approve_to(claim, "finance")
        for user in (self.leader, self.finance):
            self.assertEqual(self.printed(claim, user)[-1].strip(), "Receipt")

    def test_claim_is_sent_with_its_receipts_in_one_file(self):
        """E4: by mail, with the template that finance chooses."""
        claim = self.make_claim(100)
        self.attach(claim.expense_ids, "r.pdf", pdf("Receipt"))
        template = self.as_user(
            self.env.ref("expense_approval.mail_template_claim"), self.finance
        ).with_context(force_report_rendering=True)
        mail = self.env["mail.mail"].browse(template.send_mail(claim.id))
        file = mail.attachment_ids
        self.assertTrue(file.name.endswith(".pdf"))
        pages = PdfReader(io.BytesIO(file.raw)).pages
        self.assertEqual(pages[-1].extract_text().strip(), "Receipt")
        self.assertIn(claim.name, pages[0].extract_text())
