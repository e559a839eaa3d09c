from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import retrying
from odoo.tests import Form, TransactionCase, freeze_time, tagged
from odoo.tools import mute_logger

from . import invoice_files as files
from .common import DAY, ExpenseCase

TODAY = "2026-03-20"


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class InvoiceCase(ExpenseCase):
    """The buyer is the company; nothing but what is tried is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "claim_without_application": "allow",
                "name": files.BUYER,
                "vat": False,
            }
        )

    def make_invoice(self, expense=None, user=None, **values):
        user = user or self.claimant
        expense = expense or self.make_expense(106, user=user)
        return self.as_user(self.env["expense.invoice"], user).create(
            {
                "expense_id": expense.id,
                "number": files.NUMBER,
                "date": "2026-03-05",
                "amount_untaxed": 100,
                "amount_tax": 6,
                "amount_total": 106,
                "buyer_name": files.BUYER,
                **values,
            }
        )

    def make_bill(self, number=files.NUMBER, **values):
        return self.as_user(self.env["account.move"], self.finance).create(
            {
                "move_type": "in_invoice",
                "partner_id": self.colleague.partner_id.id,
                "invoice_date": DAY,
                "tax_invoice_number": number,
                "invoice_line_ids": [Command.create({"name": "Room", "price_unit": 100})],
                **values,
            }
        )

    def attach(self, expense, content, name="invoice.xml", user=None):
        return self.as_user(self.env["ir.attachment"], user or self.claimant).create(
            {
                "name": name,
                "raw": content,
                "res_model": "hr.expense",
                "res_id": expense.id,
            }
        )

    def findings(self, claim):
        return {
            finding.code: (finding.severity, finding.message)
            for finding in claim._claim_findings()[claim.id]
        }

    def severities(self, claim):
        return {code: severity for code, (severity, _text) in self.findings(claim).items()}


@tagged("post_install", "-at_install")
class TestInvoiceRegister(InvoiceCase):
    def test_an_invoice_is_registered_once_among_claims(self):
        """E8: by whoever was first; however the number was typed."""
        first = self.make_invoice()
        claim = self.make_claim(expenses=first.expense_id)
        for number in (files.NUMBER, f" {files.NUMBER[:10]} {files.NUMBER[10:]}"):
            with self.assertRefused("registered already", ValidationError):
                self.make_invoice(number=number)
        with self.assertRefused(claim.name, ValidationError):
            self.make_invoice(number=files.NUMBER)
        other = self.make_invoice(number="26112000000000000018")
        with self.assertRefused("registered already", ValidationError):
            other.number = files.NUMBER
        self.make_invoice(kind="ordinary", code="011002000111", number="00000017")
        self.make_invoice(kind="ordinary", code="011002000112", number="00000017")

    def test_the_other_document_is_named_to_whoever_may_read_it(self):
        """E8: the colleague learns nothing of whose it is."""
        first = self.make_invoice()
        claim = self.make_claim(expenses=first.expense_id)
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            self.make_invoice(user=self.colleague)
        text = str(caught.exception)
        self.assertIn("may not read", text)
        for secret in (claim.name, self.claimant.name, first.expense_id.name):
            self.assertNotIn(secret, text)
        with self.assertRefused(claim.name, ValidationError):
            self.make_bill()

    def test_vendor_bills_register_in_the_same_table(self):
        """E8: claims and bills refuse each other's invoices."""
        bill = self.make_bill()
        row = bill.tax_invoice_ids
        self.assertEqual((row.number, row.company_id), (files.NUMBER, self.company))
        with self.assertRefused("may not read", ValidationError):
            self.make_invoice()
        with self.assertRefused(bill.display_name, ValidationError):
            self.make_bill()
        self.assertEqual(
            self.env["account.move"].search([("tax_invoice_number", "=", files.NUMBER)]), bill
        )
        bill.tax_invoice_number = "26112000000000000019"
        self.assertEqual(len(bill.tax_invoice_ids), 1)
        self.make_invoice()
        bill.tax_invoice_number = False
        self.assertFalse(bill.tax_invoice_ids)

    def test_customer_invoices_register_nothing(self):
        """E8: the number is that of a seller's invoice."""
        with self.assertRefused("no vendor bill", ValidationError):
            self.make_bill(move_type="out_invoice")
        with self.assertRefused("with its code", ValidationError):
            self.make_bill(number=False, tax_invoice_code="011002000111")

    def test_cancelled_bill_frees_its_invoice(self):
        """E8: and takes it back only while it is free."""
        bill = self.make_bill()
        bill.button_cancel()
        invoice = self.make_invoice()
        with self.assertRefused("registered already", ValidationError):
            bill.button_draft()
        invoice.unlink()
        bill.button_draft()
        self.assertTrue(bill.tax_invoice_ids.is_live)

    def test_deleting_frees_the_invoice(self):
        """E8: the expense, the invoice or the bill."""
        self.make_invoice().expense_id.unlink()
        self.make_invoice().unlink()
        self.make_bill().unlink()
        self.make_invoice()

    def test_cancelled_claim_frees_its_invoices(self):
        """E8: the expense cannot be claimed again once somebody else registered the invoice."""
        invoice = self.make_invoice()
        expense = invoice.expense_id
        claim = self.make_claim(expenses=expense)
        claim.action_cancel()
        self.assertFalse(invoice.is_live)
        other = self.make_invoice(user=self.colleague)
        with self.assertRefused("may not read", ValidationError):
            self.make_claim(expenses=expense)
        other.unlink()
        self.make_claim(expenses=expense)
        self.assertTrue(invoice.is_live)
        with self.assertRefused("may not read", ValidationError):
            self.make_invoice(user=self.colleague)

    def test_deleted_claim_frees_its_invoices(self):
        """E8: also the second time."""
        invoice = self.make_invoice()
        for _round in range(2):
            claim = self.make_claim(expenses=invoice.expense_id)
            self.assertTrue(invoice.is_live)
            claim.unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertFalse(invoice.is_live)
            self.make_invoice(user=self.colleague).unlink()

    def test_refused_expense_frees_its_invoice(self):
        """E8: an expense without a claim, refused by Odoo's own approval."""
        invoice = self.make_invoice()
        expense = invoice.expense_id
        expense.action_submit()
        approver = self.env["hr.expense"].browse(expense.id)
        approver._do_refuse("Private")
        self.assertFalse(invoice.is_live)
        other = self.make_invoice(user=self.colleague)
        with self.assertRefused("registered already", ValidationError):
            approver.action_reset()
        other.unlink()
        approver.action_reset()
        self.assertTrue(invoice.is_live)

    def test_returned_claim_keeps_its_invoices(self):
        """E8: it is only corrected."""
        invoice = self.make_invoice()
        claim = self.make_claim(expenses=invoice.expense_id)
        self.submit(claim)
        self.decide(claim, self.manager, "return", "Which customer?")
        with self.assertRefused("may not read", ValidationError):
            self.make_invoice(user=self.colleague)
        invoice.seller_name = files.SELLER

    def test_companies_do_not_share_the_register(self):
        """E8: unique per company."""
        self.make_invoice()
        other = self.make_company("Moonrise")
        employee = self.env["hr.employee"].create({"name": "Other", "company_id": other.id})
        expense = (
            self.env["hr.expense"]
            .with_company(other)
            .create(
                {
                    "name": "Taxi",
                    "employee_id": employee.id,
                    "company_id": other.id,
                    "product_id": self.travel.id,
                    "total_amount_currency": 10,
                }
            )
        )
        row = self.env["expense.invoice"].create({"expense_id": expense.id, "number": files.NUMBER})
        self.assertEqual(row.company_id, other)

    def test_postgresql_refuses_what_slips_by(self):
        """E8: the last door is a unique index."""
        self.make_invoice()
        other = self.make_invoice(number="26112000000000000018")
        self.env.flush_all()
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE expense_invoice SET number = %s WHERE id = %s", [files.NUMBER, other.id]
            )

    def test_registering_needs_one_document(self):
        """E8: neither none nor two."""
        row = self.make_invoice()
        with (
            self.assertRaises(Exception) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            row.move_id = self.make_bill(number="26112000000000000018").id
        self.assertIn("one_document", str(caught.exception))


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInvoiceFindings(InvoiceCase):
    def claim_with(self, amount=106, **values):
        return self.make_claim(
            expenses=self.make_invoice(self.make_expense(amount), **values).expense_id
        )

    def test_a_right_invoice_is_not_mentioned(self):
        """E8: nothing to say."""
        claim = self.claim_with()
        self.assertEqual(self.findings(claim), {})
        self.submit(claim)
        self.assertEqual(claim.state, "submitted")

    def test_what_can_be_wrong_with_an_invoice(self):
        """E8: one finding each, and those that stop do."""
        self.company.invoice_max_months = 12
        cases = [
            ({"date": "2026-03-21"}, "invoice_future", "stop"),
            ({"date": False}, "invoice_date", "stop"),
            ({"date": "2025-03-19"}, "invoice_old", "warn"),
            ({"amount_tax": 5}, "invoice_sum", "stop"),
            ({"amount_untaxed": 0, "amount_tax": 0, "amount_total": 0}, "invoice_total", "stop"),
            (
                {"amount_untaxed": -100, "amount_tax": -6, "amount_total": -106},
                "invoice_total",
                "stop",
            ),
            ({"buyer_name": "另一家公司"}, "invoice_buyer", "warn"),
            ({"buyer_name": False}, "invoice_buyer", "warn"),
            ({"number": "123"}, "invoice_number", "stop"),
            ({"number": "00000017"}, "invoice_code", "stop"),
            ({"is_proposed": True}, "invoice_unchecked", "warn"),
        ]
        for values, code, severity in cases:
            with self.subTest(values=values):
                claim = self.claim_with(**values)
                found = self.findings(claim)
                self.assertEqual(found[code][0], severity)
                self.assertIn("Taxi", found[code][1])
                if severity == "stop":
                    with self.assertRefused(found[code][1]):
                        self.submit(claim)
                claim.expense_ids.tax_invoice_ids.unlink()

    def test_the_last_accepted_day_is_accepted(self):
        """E8: today, and exactly twelve months ago."""
        self.company.invoice_max_months = 12
        for day in (TODAY, "2025-03-20"):
            claim = self.claim_with(date=day)
            self.assertEqual(self.findings(claim), {})
            claim.expense_ids.tax_invoice_ids.unlink()

    def test_total_only_is_enough(self):
        """E8: railway tickets show no tax and no company."""
        claim = self.claim_with(
            kind="train", amount_untaxed=0, amount_tax=0, buyer_name=False, number="E123456789"
        )
        self.assertEqual(self.findings(claim), {})

    def test_tax_number_of_the_buyer_is_compared(self):
        """E8: with the company's; other accepted names have their own."""
        self.company.vat = files.BUYER_VAT
        right = self.claim_with(buyer_vat=files.BUYER_VAT.lower())
        self.assertEqual(self.findings(right), {})
        right.expense_ids.tax_invoice_ids.unlink()
        wrong = self.claim_with(buyer_vat=files.SELLER_VAT)
        self.assertIn(files.BUYER_VAT, self.findings(wrong)["invoice_vat"][1])
        wrong.expense_ids.tax_invoice_ids.unlink()
        self.company.invoice_other_buyers = "星舟科技有限公司北京分公司\n\n星舟（上海）有限公司"
        branch = self.claim_with(buyer_name="星舟(上海) 有限公司", buyer_vat="91310000MA1FL0001A")
        self.assertEqual(self.findings(branch), {})

    def test_invoices_of_an_expense_add_up_to_it(self):
        """E8: several invoices may prove one expense."""
        claim = self.claim_with(amount=200)
        self.assertEqual(self.severities(claim), {"invoice_cover": "warn"})
        self.make_invoice(claim.expense_ids, number="26112000000000000018")
        self.assertEqual(self.findings(claim), {})

    def test_the_company_says_what_must_be_there(self):
        """E8: invoice and file, each off, shown or refused."""
        claim = self.make_claim(100)
        self.assertEqual(self.findings(claim), {})
        self.company.write({"invoice_required_policy": "stop", "invoice_file_policy": "warn"})
        self.assertEqual(
            self.severities(claim), {"invoice_missing": "stop", "invoice_file": "warn"}
        )
        with self.assertRefused("Taxi has no invoice"):
            self.submit(claim)
        self.make_invoice(claim.expense_ids)
        self.attach(claim.expense_ids, b"photograph")
        self.assertEqual(self.findings(claim), {})
        self.submit(claim)

    def test_the_same_file_is_claimed_once(self):
        """E8: by checksum, on claims, bills and within one claim; parts of a split share theirs."""
        mine, twin = self.make_expense(10), self.make_expense(20)
        for expense in (mine, twin):
            self.attach(expense, b"the same receipt")
        claim = self.make_claim(expenses=mine)
        self.assertEqual(self.findings(claim), {})
        second = self.make_claim(expenses=twin)
        self.assertIn(claim.name, self.findings(second)["same_file"][1])
        foreign = self.make_expense(30, user=self.colleague)
        self.attach(foreign, b"the same receipt", user=self.colleague)
        third = self.make_claim(expenses=foreign, user=self.colleague)
        text = self.findings(third)["same_file"][1]
        self.assertIn("another document of the company", text)
        self.assertNotIn(claim.name, text)
        self.company.same_file_policy = "off"
        self.assertEqual(self.findings(second), {})
        self.company.same_file_policy = "stop"
        with self.assertRefused("a receipt is claimed once"):
            self.submit(second)
        claim.action_cancel()
        third.action_cancel()
        self.assertEqual(self.findings(second), {})
        within = self.make_claim(expenses=mine | self.make_expense(5))
        self.attach(within.expense_ids.filtered(lambda row: row.total_amount == 5), b"other")
        self.attach(
            within.expense_ids.filtered(lambda row: row.total_amount == 5), b"the same receipt"
        )
        self.assertIn("same_file", self.findings(within))

    def test_parts_of_a_split_share_their_receipt(self):
        """E8: Odoo copies the file to every part."""
        whole = self.make_expense(10)
        part = self.make_expense(20, split_expense_origin_id=whole.id)
        whole.split_expense_origin_id = whole
        for expense in (whole, part):
            self.attach(expense, b"one receipt")
        claim = self.make_claim(expenses=whole | part)
        self.assertEqual(self.findings(claim), {})
        self.company.invoice_required_policy = "stop"
        self.assertEqual(self.severities(claim), {"invoice_missing": "stop"})
        invoice = self.make_invoice(whole, amount_untaxed=0, amount_tax=0, amount_total=30)
        self.assertEqual(self.findings(claim), {})
        invoice.amount_total = 29
        self.assertEqual(self.severities(claim), {"invoice_cover": "warn"})

    def test_a_vendor_bill_with_the_same_file_is_found(self):
        """E8: but not the entry of the claim itself."""
        expense = self.make_expense(10)
        self.attach(expense, b"receipt")
        bill = self.make_bill(number=False)
        self.env["ir.attachment"].create(
            {"name": "r", "raw": b"receipt", "res_model": "account.move", "res_id": bill.id}
        )
        claim = self.make_claim(expenses=expense)
        self.assertIn("same_file", self.findings(claim))
        bill.button_cancel()
        self.assertEqual(self.findings(claim), {})
        self.approve_to(claim, "boss")
        self.post(claim)
        self.assertTrue(expense.account_move_id)
        self.assertEqual(self.findings(claim), {})

    def test_many_lines_cost_as_many_queries_as_few(self):
        """E8: findings of 40 expenses with invoices and files as of 4."""
        counts = []
        for number in (4, 40):
            expenses = self.env["hr.expense"].union(
                *(self.make_expense(106, name=f"Taxi {number} {row}") for row in range(number))
            )
            for row, expense in enumerate(expenses):
                self.make_invoice(expense, number=f"2611{number:03}{row:013}")
                self.attach(expense, f"file {number} {row}".encode())
            claim = self.make_claim(expenses=expenses)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = claim._claim_findings()[claim.id]
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual({finding.code for finding in found}, {"duplicate"})
        self.assertLessEqual(counts[1], counts[0] + 2)


@tagged("post_install", "-at_install")
class TestInvoiceReading(InvoiceCase):
    def test_files_are_read_as_proposals(self):
        """E8: XML, OFD and PDF; what cannot be read is said gently."""
        expense = self.make_expense(0)
        self.attach(expense, files.digital_xml())
        self.attach(expense, files.ofd_attached(), "old.ofd")
        self.attach(expense, files.pdf(files.digital_lines("26112000000000000099")), "n.pdf")
        self.attach(expense, b"\xff\xd8photograph", "photo.jpg")
        result = expense.action_read_invoices()
        self.assertEqual(
            set(expense.tax_invoice_ids.mapped("number")),
            {files.NUMBER, "00000017", "26112000000000000099"},
        )
        self.assertTrue(all(expense.tax_invoice_ids.mapped("is_proposed")))
        self.assertIn("photo.jpg: please type", result["params"]["message"])
        self.assertEqual(expense.total_amount_currency, 106)
        invoice = expense.tax_invoice_ids.filtered(lambda row: row.number == files.NUMBER)
        self.assertEqual(invoice.attachment_id.name, "invoice.xml")
        self.assertEqual(invoice.date, date(2026, 3, 5))
        invoice.action_confirm()
        self.assertFalse(invoice.is_proposed)
        again = expense.action_read_invoices()
        self.assertEqual(len(expense.tax_invoice_ids), 3)
        self.assertFalse(invoice.is_proposed)
        self.assertNotIn("invoice.xml", again["params"]["message"])

    def test_what_was_typed_is_never_overwritten(self):
        """E8: only what is empty is filled, of invoice and expense."""
        invoice = self.make_invoice(
            self.make_expense(50), amount_total=99, seller_name="Typed", buyer_vat=False
        )
        self.attach(invoice.expense_id, files.digital_xml())
        result = invoice.expense_id.action_read_invoices()
        self.assertIn("compare", result["params"]["message"])
        self.assertEqual(len(invoice.expense_id.tax_invoice_ids), 1)
        self.assertEqual((invoice.amount_total, invoice.seller_name), (99, "Typed"))
        self.assertEqual(invoice.buyer_vat, files.BUYER_VAT)
        self.assertTrue(invoice.is_proposed)
        self.assertEqual(invoice.expense_id.total_amount_currency, 50)

    def test_a_file_of_a_registered_invoice_is_told_and_not_added(self):
        """E8: without revealing whose it is."""
        self.make_invoice(user=self.colleague)
        expense = self.make_expense(106)
        self.attach(expense, files.digital_xml())
        result = expense.action_read_invoices()
        self.assertIn("may not read", result["params"]["message"])
        self.assertFalse(expense.tax_invoice_ids)

    def test_files_of_other_documents_are_not_read(self):
        """E8: an id that is that of another record says nothing about the expense."""
        expense = self.make_expense(0)
        file = self.env["ir.attachment"].create(
            {
                "name": "invoice.xml",
                "raw": files.digital_xml(),
                "res_model": "res.company",
                "res_id": expense.id,
                "public": True,
            }
        )
        self.assertFalse(expense._read_invoices(file)[1])
        foreign = self.make_expense(0, user=self.colleague)
        file = self.attach(foreign, files.digital_xml(), user=self.colleague)
        with self.assertRefused(exception=AccessError):
            expense.attach_document(attachment_ids=file.ids)
        self.assertFalse(expense.tax_invoice_ids)

    def test_attaching_a_file_reads_it_where_claims_are_used(self):
        """E8: as the phone does; plain Odoo otherwise."""
        expenses = self.as_user(self.env["hr.expense"], self.claimant).with_context(
            allowed_company_ids=self.company.ids
        )
        for enabled in (True, False):
            self.company.reimbursement_enabled = enabled
            attachment = self.as_user(self.env["ir.attachment"], self.claimant).create(
                {
                    "name": "invoice.xml",
                    "raw": files.digital_xml(),
                    "res_model": "hr.expense",
                }
            )
            with self.subTest(enabled=enabled):
                expense = expenses.browse(expenses.create_expense_from_attachments(attachment.ids))
                self.assertEqual(bool(expense.tax_invoice_ids), enabled)
                expense.unlink()

    def test_qr_text_proposes_while_typing(self):
        """E8: as scanned into the field; what was typed stays."""
        expense = self.make_expense(106)
        invoices = self.as_user(self.env["expense.invoice"], self.claimant)
        with Form(invoices.with_context(default_expense_id=expense.id)) as form:
            form.seller_name = "Typed"
            form.qr_text = f"01,31,,{files.NUMBER},106.00,20260305,,AB12,"
            self.assertEqual((form.number, form.amount_total), (files.NUMBER, 106))
            self.assertEqual(form.kind, "digital_special")
            form.number = "00000017"
            self.assertEqual(form.kind, "special")
            form.number = files.NUMBER
        self.assertEqual(form.record.seller_name, "Typed")
        scanned = invoices.create(
            {
                "expense_id": expense.id,
                "amount_total": 1,
                "qr_text": "01,04,011002000111,00000017,100.00,20260305,12345678901234567890,A1,",
            }
        )
        self.assertEqual(
            (scanned.number, scanned.code, scanned.amount_untaxed, scanned.amount_total),
            ("00000017", "011002000111", 100, 1),
        )


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInvoiceRights(InvoiceCase):
    def test_claimant_writes_the_own_in_draft_only(self):
        """E8: locked while pending, for superusers too."""
        invoice = self.make_invoice()
        claim = self.make_claim(expenses=invoice.expense_id)
        invoice.seller_name = files.SELLER
        self.submit(claim)
        with self.assertRefused("was submitted"):
            invoice.amount_total = 1
        with self.assertRefused(exception=AccessError):
            invoice.unlink()
        with self.assertRefused("was submitted"):
            self.make_invoice(invoice.expense_id, number="26112000000000000018")
        root = self.env["expense.invoice"].browse(invoice.id)
        other = self.make_expense(10)
        for attack in (
            lambda: root.write({"amount_total": 1}),
            lambda: root.write({"expense_id": other.id}),
            root.unlink,
            lambda: root.create({"expense_id": invoice.expense_id.id, "number": "1"}),
            lambda: (
                self.make_invoice(other, number="2")
                .sudo()
                .write({"expense_id": invoice.expense_id.id})
            ),
        ):
            with self.assertRefused("was submitted"):
                attack()
        self.assertEqual(invoice.amount_total, 106)

    def test_finance_and_those_who_decide_read_and_others_do_not(self):
        """E8: own, managed, finance."""
        invoice = self.make_invoice()
        claim = self.make_claim(expenses=invoice.expense_id)
        for user in (self.finance, self.manager):
            with self.subTest(user=user.login):
                self.assertEqual(self.as_user(invoice, user).number, files.NUMBER)
                with self.assertRefused(exception=AccessError):
                    self.as_user(invoice, user).amount_total = 1
        self.submit(claim)
        for user in (self.finance, self.manager, self.claimant):
            with self.subTest(user=user.login, submitted=True):
                self.assertEqual(self.as_user(invoice, user).number, files.NUMBER)
                with self.assertRefused("was submitted"):
                    self.as_user(invoice, user).amount_total = 1
        for attack in (
            lambda row: row.read(["number"]),
            lambda row: row.write({"amount_total": 1}),
            lambda row: row.unlink(),
        ):
            with self.assertRefused(exception=AccessError):
                attack(self.as_user(invoice, self.colleague))
        seen = self.as_user(self.env["expense.invoice"], self.colleague).search([])
        self.assertFalse(seen)

    def test_nobody_registers_for_other_peoples_expenses_or_bills(self):
        """E8: neither a colleague nor the manager."""
        expense = self.make_expense(106)
        for user in (self.colleague, self.manager, self.finance):
            with self.subTest(user=user.login), self.assertRefused(exception=AccessError):
                self.make_invoice(expense, user=user)
        bill = self.make_bill(number=False)
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["expense.invoice"], self.claimant).create(
                {"move_id": bill.id, "number": files.NUMBER}
            )

    def test_finance_writes_for_those_who_cannot_log_in(self):
        """E8: as it claims for them."""
        employee = self.env["hr.employee"].create(
            {"name": "Driver", "company_id": self.company.id, "department_id": self.department.id}
        )
        expense = self.env["hr.expense"].create(
            {
                "name": "Fuel",
                "employee_id": employee.id,
                "company_id": self.company.id,
                "product_id": self.travel.id,
                "total_amount_currency": 106,
            }
        )
        self.env["reimbursement.claim"].create(
            {
                "purpose": "Fuel",
                "employee_id": employee.id,
                "company_id": self.company.id,
                "expense_ids": [Command.set(expense.ids)],
            }
        )
        self.make_invoice(expense, user=self.finance)
        self.assertEqual(expense.tax_invoice_ids.number, files.NUMBER)

    def test_what_is_derived_is_entered_by_nobody(self):
        """E8: whether it is registered, where, and given up."""
        invoice = self.make_invoice()
        for values in ({"is_live": False}, {"given_up": True}, {"company_id": 1}):
            with self.subTest(values=values), self.assertRefused(exception=AccessError):
                invoice.write(values)

    def test_the_file_of_an_invoice_is_one_of_its_expense(self):
        """E8: no file of somebody else is read through it."""
        foreign = self.make_expense(10, user=self.colleague)
        file = self.attach(foreign, files.digital_xml(), user=self.colleague)
        with self.assertRefused("its own expense", ValidationError):
            self.make_invoice(attachment_id=file.id)


@tagged("post_install", "-at_install")
class TestInvoiceRace(TransactionCase):
    """E8: two people at once, with real commits on the throw-away test database."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env["res.company"].create({"name": "Race of Invoices"})
            self.company_id = company.id
            self.user_ids = (
                env["res.users"]
                .create(
                    [
                        {
                            "name": f"Racer {number}",
                            "login": f"invoice_racer_{number}",
                            "group_ids": [Command.set(env.ref("base.group_user").ids)],
                            "company_id": company.id,
                            "company_ids": [Command.set(company.ids)],
                        }
                        for number in range(2)
                    ]
                )
                .ids
            )
            self.employee_ids = (
                env["hr.employee"]
                .create(
                    [
                        {"name": f"Racer {id_}", "user_id": id_, "company_id": company.id}
                        for id_ in self.user_ids
                    ]
                )
                .ids
            )
            self.expense_ids = [
                self.expenses(cr, position)
                .create({"name": f"Secret {position}", "total_amount_currency": 10})
                .id
                for position in range(2)
            ]
        self.addCleanup(self.forget)

    def forget(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["hr.expense"].browse(self.expense_ids).unlink()
            env["hr.employee"].browse(self.employee_ids).unlink()
            env["res.users"].browse(self.user_ids).unlink()
            env["res.company"].browse(self.company_id).active = False

    def expenses(self, cr, position):
        context = {"allowed_company_ids": [self.company_id], "lang": "en_US"}
        return api.Environment(cr, self.user_ids[position], context)["hr.expense"]

    def register(self, cr, position):
        expense = self.expenses(cr, position).browse(self.expense_ids[position])
        return expense.tax_invoice_ids.create({"expense_id": expense.id, "number": files.NUMBER})

    def test_two_people_at_once_get_one_winner_and_a_sentence(self):
        """E8: the loser began before the winner was done."""
        with self.registry.cursor() as slow:
            self.expenses(slow, 1).browse(self.expense_ids[1]).read(["name"])
            with self.registry.cursor() as quick:
                self.register(quick, 0)
            env = self.expenses(slow, 1).env
            with self.assertRaises(ValidationError) as caught, mute_logger("odoo.sql_db"):
                retrying(lambda: self.register(slow, 1), env)
            slow.rollback()
        text = str(caught.exception)
        self.assertIn(f"Invoice {files.NUMBER} is registered already", text)
        self.assertIn("may not read", text)
        self.assertNotIn("Secret 0", text)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            rows = env["expense.invoice"].search([("number", "=", files.NUMBER)])
            self.assertEqual(rows.expense_id.ids, self.expense_ids[:1])
