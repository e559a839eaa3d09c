import zlib
from datetime import date

from odoo.tests import BaseCase, tagged

from ..einvoice import UnreadableError, read_file, read_qr
from . import invoice_files as files


@tagged("post_install", "-at_install")
class TestReader(BaseCase):
    """E8: what electronic invoices say, and what nothing is read from."""

    digital = {
        "kind": "digital_ordinary",
        "number": files.NUMBER,
        "date": date(2026, 3, 5),
        "amount_untaxed": 100.0,
        "amount_tax": 6.0,
        "amount_total": 106.0,
        "buyer_name": files.BUYER,
        "buyer_vat": files.BUYER_VAT,
        "seller_name": files.SELLER,
        "seller_vat": files.SELLER_VAT,
    }
    old = {
        **digital,
        "kind": "ordinary",
        "number": "00000017",
        "code": "011002000111",
        "check_code": "12345678901234567890",
    }

    def test_digital_invoice_is_read_from_xml(self):
        """E8: 数电票 XML, ordinary and special."""
        self.assertEqual(read_file(files.digital_xml()), self.digital)
        special = read_file(files.digital_xml(label="01"))
        self.assertEqual(special["kind"], "digital_special")
        self.assertEqual(read_file(b"\xef\xbb\xbf" + files.digital_xml()), self.digital)

    def test_zip_file_of_the_tax_office_is_read(self):
        """E8: the XML alone in a zip file."""
        content = files.packed(invoice_xml=files.digital_xml())
        self.assertEqual(read_file(content), self.digital)

    def test_ofd_is_read_from_attachment_properties_or_page(self):
        """E8: whichever of the three a file has."""
        self.assertEqual(read_file(files.ofd_attached()), self.old)
        properties = read_file(files.ofd_properties())
        expected = {**self.old}
        for name in ("buyer_name", "seller_name", "check_code"):
            del expected[name]
        self.assertEqual(properties, expected)
        self.assertEqual(read_file(files.ofd_pages()), self.digital)

    def test_text_of_a_pdf_is_read_in_both_layouts(self):
        """E8: digital and old."""
        self.assertEqual(read_file(files.pdf(files.digital_lines())), self.digital)
        self.assertEqual(read_file(files.pdf(files.old_lines())), self.old)

    def test_invoice_without_tax_has_a_total_only(self):
        """E8: *** instead of the tax."""
        lines = [line.replace("¥6.00", "***") for line in files.digital_lines()]
        lines = [line.replace("106.00", "100.00") for line in lines]
        values = read_file(files.pdf(lines))
        self.assertEqual(values["amount_total"], 100.0)
        self.assertNotIn("amount_tax", values)

    def test_amount_without_any_tax_is_told_from_the_total(self):
        """E8: a tax of ¥0.00."""
        lines = [line.replace("¥6.00", "¥0.00") for line in files.digital_lines()]
        values = read_file(files.pdf([line.replace("106.00", "100.00") for line in lines]))
        amounts = [values[f"amount_{name}"] for name in ("untaxed", "tax", "total")]
        self.assertEqual(amounts, [100.0, 0.0, 100.0])

    def test_qr_code_is_read(self):
        """E8: the amount is without tax on old invoices, with tax on digital ones."""
        self.assertEqual(
            read_qr("01,04,011002000111,00000017,100.00,20260305,12345678901234567890,A1B2,"),
            {
                "kind": "ordinary",
                "code": "011002000111",
                "number": "00000017",
                "amount_untaxed": 100.0,
                "date": date(2026, 3, 5),
                "check_code": "12345678901234567890",
            },
        )
        digital = read_qr(f" 01，32，，{files.NUMBER}，106.00，20260305，，C3D4 ")
        self.assertEqual(
            digital,
            {
                "kind": "digital_ordinary",
                "number": files.NUMBER,
                "amount_total": 106.0,
                "date": date(2026, 3, 5),
            },
        )
        for text in (
            "",
            "https://example.com/?a=1,2,3,4,5,6",
            "01,04",
            "02,04,1,2,3,4",
            "01,,,x,1,1",
        ):
            with self.subTest(text=text):
                self.assertEqual(read_qr(text), {})

    def test_nothing_is_read_from_what_is_no_invoice(self):
        """E8: photographs, damaged files, other documents."""
        whole = files.ofd_attached()
        pdf = files.pdf(files.digital_lines())
        for name, content in {
            "empty": b"",
            "photograph": b"\xff\xd8\xff\xe0" + bytes(100),
            "text": b"hello",
            "other xml": b"<order><number>1</number></order>",
            "broken xml": files.digital_xml()[:-20],
            "broken zip": whole[: len(whole) // 2],
            "zip without xml": files.packed(readme=b"x"),
            "broken pdf": pdf[:100],
            "letter": files.pdf(["Dear Sir"]),
        }.items():
            with self.subTest(name=name), self.assertRaises(UnreadableError):
                read_file(content)

    def test_hostile_files_are_refused(self):
        """E8: entities, external files, bombs."""
        entity = files.digital_xml().replace(
            b"<EInvoice>",
            b'<!DOCTYPE EInvoice [<!ENTITY a SYSTEM "file:///etc/hostname">]><EInvoice>',
        )
        laughs = (
            b'<!DOCTYPE a [<!ENTITY b "x">%s]><EInvoice><EIid>&j9;</EIid></EInvoice>'
            % b"".join(
                b'<!ENTITY j%d "%s">' % (n, (b"&j%d;" % (n - 1) if n else b"&b;") * 10)
                for n in range(10)
            )
        )
        bomb = files.packed(invoice_xml=b"<a>" + b" " * (40 * 2**20) + b"</a>")
        many = files.packed(**{f"f{n}_xml": b"<a/>" for n in range(600)})
        stream = zlib.compress(bytes(40 * 2**20))
        pdf_bomb = b"%PDF-1.4\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + stream + b"\nendstream"
        self.assertLess(max(map(len, (bomb, pdf_bomb))), 100_000)
        for name, content in {
            "entity": entity,
            "laughs": laughs,
            "in a zip": files.packed(invoice_xml=entity),
            "bomb": bomb,
            "many": many,
            "pdf bomb": pdf_bomb,
            "huge": b"<" + bytes(21 * 2**20),
        }.items():
            with self.subTest(name=name), self.assertRaises(UnreadableError):
                read_file(content)
