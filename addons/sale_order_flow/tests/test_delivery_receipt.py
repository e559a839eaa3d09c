import base64
import hashlib
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .desk_case import DeskRows
from .shipping_case import ShippingCase, make_person
from .test_customer import SIGNATURE

SHEET = b"%PDF-1.4 receipt"
SCAN = base64.b64encode(b"%PDF-1.4 signed on paper")


class ReceiptCase(ShippingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        report = cls.env.registry["ir.actions.report"]
        cls.startClassPatcher(
            patch.object(report, "_render_qweb_pdf", lambda *args, **kwargs: (SHEET, "pdf"))
        )

    def on_paper(self, receipt, **values):
        receipt.write(
            {
                "received_on": self.company._approval_today(),
                "signed_by": "Mr Li",
                "document": SCAN,
                "document_name": "scan.pdf",
                **values,
            }
        )
        receipt.action_record_paper()


@tagged("post_install", "-at_install")
class TestDeliveryReceipt(DeskRows, ReceiptCase):
    """F15, D13, D15: what arrived is confirmed (收货确认)."""

    def test_every_shipment_gets_its_receipt(self):
        """F15: with what left, for each transfer; not where the company has none confirmed."""
        order = self.make_noticed({self.pump: 4, self.hose: 2})
        picking = self.pickings(order)
        for move in picking.move_ids:
            move.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        first = self.receipt(order)
        self.assertEqual(first.line_ids.mapped("shipped_quantity"), [1, 1])
        self.assertEqual((first.state, first.partner_id), ("waiting", self.customer))
        self.ship(self.pickings(order).filtered(lambda row: row.state != "done"))
        second = self.receipt(order) - first
        self.assertEqual(
            {line.product_id: line.shipped_quantity for line in second.line_ids},
            {self.pump: 3, self.hose: 1},
        )
        self.company.receipt_needed = False
        self.assertFalse(self.receipt(self.make_shipped()))

    def test_the_customer_signs_on_the_phone_of_who_brings_the_goods(self):
        """F15: the driver of the trip; name, moment and signed copy are kept."""
        order = self.make_noticed()
        self.on_trip(order, fields.Datetime.now() + timedelta(days=30))
        self.ship(self.pickings(order))
        receipt = self.receipt(order, self.driver)
        self.assertTrue(receipt.may_record)
        with self.assertRefused("Enter who received the goods"):
            receipt.write({"signature": SIGNATURE})
        receipt.signed_by = "Mr Li"
        receipt.write({"signature": SIGNATURE})
        self.assertEqual((receipt.state, receipt.signed_how), ("signed", "phone"))
        self.assertEqual(receipt.recorded_by_id, self.driver)
        self.assertEqual(receipt.received_on, self.company._approval_today())
        self.assertEqual(base64.b64decode(receipt.document), SHEET)
        self.assertEqual(receipt.document_checksum, hashlib.sha256(SHEET).hexdigest())

    def test_the_paper_is_attached_by_the_assistant(self):
        """F15: with its checksum, the date and who received."""
        receipt = self.receipt(self.make_shipped(), self.assistant)
        with self.assertRefused("attach the copy"):
            receipt.action_record_paper()
        receipt.document = SCAN
        with self.assertRefused("Enter the day the goods arrived"):
            receipt.action_record_paper()
        self.on_paper(receipt)
        self.assertEqual((receipt.state, receipt.signed_how), ("signed", "paper"))
        self.assertEqual(
            receipt.document_checksum, hashlib.sha256(base64.b64decode(SCAN)).hexdigest()
        )

    def test_others_record_nothing(self):
        """F15, F21: neither the signature nor the paper nor the goods."""
        receipt = self.receipt(self.make_shipped())
        stranger = make_person(self.env, self.company, "stranger")
        for user in (stranger, self.finance, self.warehouse, self.driver):
            own = self.as_user(receipt, user)
            with self.subTest(user.login):
                self.assertFalse(own.may_record)
                with self.assertRefused("is recorded by", AccessError):
                    own.write({"signature": SIGNATURE})
                with self.assertRefused("is recorded by", AccessError):
                    own.signed_by = "Me"
                with self.assertRefused("is recorded by", AccessError):
                    own.line_ids[0].received_quantity = 1
                with self.assertRefused("is recorded by", AccessError):
                    own.action_record_paper()

    def test_a_receipt_is_confirmed_once(self):
        """F15, issue of bad input: signing twice is refused, whatever the way."""
        receipt = self.receipt(self.make_shipped(), self.assistant)
        self.on_paper(receipt)
        with self.assertRefused("confirmed by Mr Li already"):
            receipt.write({"signature": SIGNATURE})
        with self.assertRefused("confirmed by Mr Li already"):
            receipt.action_record_paper()
        with self.assertRefused("confirmed already"):
            receipt._sign_in_portal("Li", SIGNATURE, "192.0.2.7", receipt._signing_version())
        for values in ({"received_on": "2026-01-01"}, {"document": SHEET}, {"signed_by": "X"}):
            with self.subTest(*values), self.assertRefused("stays as it was confirmed"):
                receipt.write(values)
        with self.assertRefused("stays as it was confirmed"):
            receipt.line_ids[0].received_quantity = 1
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", receipt._name),
                ("res_id", "=", receipt.id),
                ("res_field", "=", "document"),
            ]
        )
        with self.assertRefused("is kept with"):
            file.raw = b"forged"

    def test_more_than_shipped_is_not_received(self):
        """F15: nor less than nothing."""
        receipt = self.receipt(self.make_shipped(), self.assistant)
        for quantity in (4.5, -1):
            receipt.line_ids.received_quantity = quantity
            with self.subTest(quantity), self.assertRefused("between 0 and that"):
                self.on_paper(receipt)
        self.assertEqual(receipt.state, "waiting")

    def test_the_day_is_neither_before_the_shipment_nor_in_the_future(self):
        """F15: as days of the company, and the day of the shipment is fine."""
        receipt = self.receipt(self.make_shipped(), self.assistant)
        today = self.company._approval_today()
        with self.assertRefused("before they were shipped"):
            self.on_paper(receipt, received_on=receipt._shipped_on() - timedelta(days=1))
        with self.assertRefused("in the future"):
            self.on_paper(receipt, received_on=today + timedelta(days=1))
        self.on_paper(receipt, received_on=receipt._shipped_on())
        self.assertEqual(receipt.state, "signed")

    def test_differences_say_what_and_how_many_and_are_told(self):
        """F15: short, damaged, wrong, other; salesperson and assistants hear it, the hook is called."""
        receipt = self.receipt(self.make_shipped({self.pump: 4, self.hose: 2}), self.assistant)
        pump, hose = receipt.line_ids
        hose.received_quantity = 1
        pump.condition = "damaged"
        with self.assertRefused("enter how many"):
            self.on_paper(receipt)
        pump.affected_quantity = 5
        with self.assertRefused("enter how many"):
            self.on_paper(receipt)
        pump.affected_quantity = 2
        with self.assertRefused("describe what is not in order"):
            self.on_paper(receipt)
        pump.note = "Cracked housing."
        model = self.env.registry["delivery.receipt"]
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        with patch.object(
            model, "_receipt_difference", autospec=True, side_effect=model._receipt_difference
        ) as hook:
            self.on_paper(receipt)
        hook.assert_called_once()
        self.assertEqual(hook.call_args.args[1].ids, receipt.line_ids.ids)
        self.assertEqual((pump.difference, hose.difference), ("damaged", "short"))
        self.assertEqual(hose.short_quantity, 1)
        self.assertTrue(receipt.has_difference)
        told = self.env["mail.message"].search(
            [("id", ">", before), ("message_type", "=", "user_notification")]
        )
        self.assertLessEqual((self.sales | self.assistant).partner_id, told.notified_partner_ids)
        self.assertIn("Cracked housing.", receipt.order_id.message_ids[0].body)
        case = self.env["order.case"].search([("order_id", "=", receipt.order_id.id)])
        self.assertEqual((case.kind, case.source, case.priority), ("complaint", "receipt", "2"))
        self.assertIn("Cracked housing.", case.description)

    def test_without_differences_nobody_is_bothered(self):
        """F15"""
        receipt = self.receipt(self.make_shipped(), self.assistant)
        model = self.env.registry["delivery.receipt"]
        with patch.object(model, "_receipt_difference", autospec=True) as hook:
            self.on_paper(receipt)
        hook.assert_not_called()
        self.assertFalse(receipt.has_difference)

    def test_huge_photos_are_refused_by_their_size(self):
        """F15: before anything is done with them."""
        receipt = self.receipt(self.make_shipped(), self.assistant)
        huge = base64.b64encode(b"x" * (8 * 1024 * 1024 + 3))
        with self.assertRefused("larger than 8 MB"):
            receipt.line_ids[0].photo = huge
        with self.assertRefused("larger than 8 MB"):
            receipt.write({"line_ids": [Command.update(receipt.line_ids[0].id, {"photo": huge})]})
        receipt.line_ids[0].photo = SIGNATURE
        self.assertTrue(receipt.line_ids[0].photo)

    def test_what_the_customer_signs_is_read_in_one_round(self):
        """DESIGN 19: ten lines with photos cost as many queries as two."""
        goods = [self.make_product(f"Part {number}", 1, stock=5) for number in range(10)]
        counts = []
        for some in (goods[:2], goods):
            receipt = self.receipt(self.make_shipped(dict.fromkeys(some, 1)), self.assistant)
            before = receipt._signing_version()
            receipt.line_ids.write({"photo": SIGNATURE})
            self.env.flush_all()
            self.env.invalidate_all()
            spent = self.env.cr.sql_log_count
            self.assertNotEqual(receipt._signing_version(), before)
            counts.append(self.env.cr.sql_log_count - spent)
        self.assertLessEqual(counts[1], counts[0])

    def test_goods_are_not_changed_while_the_customer_signs(self):
        """F15: what is entered touches the receipt, so that one of the two starts again."""
        receipt = self.receipt(self.make_shipped(), self.assistant)

        def version():
            self.env.flush_all()
            query = SQL("SELECT ctid FROM delivery_receipt WHERE id = %s", receipt.id)
            return self.env.execute_query(query)

        before = version()
        receipt.line_ids.note = "Nothing else."
        self.assertNotEqual(version(), before)

    def test_goods_of_a_receipt_are_those_that_were_shipped(self):
        """A10: no line is added, taken away or given another product."""
        receipt = self.receipt(self.make_shipped(), self.assistant)
        line = receipt.line_ids[0]
        for command in (
            Command.create({"product_id": self.hose.id, "uom_id": line.uom_id.id}),
            Command.delete(line.id),
            Command.update(line.id, {"shipped_quantity": 9}),
            Command.update(line.id, {"product_id": self.hose.id}),
        ):
            with self.subTest(command), self.assertRefused(exception=Exception):
                receipt.write({"line_ids": [command]})
        for name, value in (
            ("state", "signed"),
            ("signed_how", "paper"),
            ("recorded_at", "2026-01-01"),
            ("signed_from", "1.2.3.4"),
            ("picking_id", False),
        ):
            with self.subTest(name), self.assertRefused("", AccessError):
                receipt.write({name: value})

    def test_confirmed_receipts_make_the_order_received(self):
        """F15, F11: every delivery of it; signed on the transfer counts, too."""
        order = self.make_noticed()
        picking = self.pickings(order)
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.ship(self.pickings(order).filtered(lambda row: row.state != "done"))
        self.tell(order)
        first, second = self.receipt(order, self.assistant).sorted("id")
        self.assertEqual(order.flow_stage, "done")
        self.on_paper(first)
        self.assertEqual(order.flow_stage, "done")
        second.picking_id.with_user(self.warehouse).signature = SIGNATURE
        self.assertEqual((second.state, second.signed_how), ("signed", "transfer"))
        self.assertEqual(order.flow_stage, "received")

    def test_a_receipt_waits_on_the_desk_with_its_salesperson(self):
        """F11, F15: until it is confirmed; late after the days of the company."""
        receipt = self.receipt(self.make_shipped())
        self.assertOnDesk(
            receipt,
            "receipt_sign",
            "customer",
            "Get the Receipt",
            [self.sales],
            (self.assistant, self.warehouse),
        )
        self.assertEqual(receipt.desk_worry_date, receipt.shipped_at + timedelta(days=7))
        opened = self.desk_press(receipt, self.sales)
        opened.signed_by = "Mr Li"
        opened.write({"signature": SIGNATURE})
        self.assertOffDesk(receipt)

    def test_the_printed_receipt_names_what_arrived_and_who_signed(self):
        """F15: what the report says, before it is made a PDF."""
        receipt = self.receipt(self.make_shipped(), self.assistant)
        receipt.line_ids.write(
            {"condition": "damaged", "affected_quantity": 2, "note": "Cracked housing."}
        )
        self.on_paper(receipt)
        html = (
            self.as_user(self.env["ir.actions.report"], self.sales)
            ._render_qweb_html("sale_order_flow.action_report_receipt", receipt.ids)[0]
            .decode()
        )
        for wanted in (receipt.name, receipt.order_id.name, "Pump", "Cracked housing.", "Mr Li"):
            self.assertIn(wanted, html)


@tagged("post_install", "-at_install")
class TestReceiptFollowUp(ReceiptCase):
    """F15: receipts that nobody confirms are followed up."""

    def run_cron(self):
        """As every day, without the commit that a test cannot make."""
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["delivery.receipt"]._cron_follow_up()

    def activities(self, receipt):
        kind = self.env.ref("sale_order_flow.activity_receipt")
        return receipt.activity_ids.filtered(lambda row: row.activity_type_id == kind)

    def test_the_salesperson_gets_one_activity_after_the_days_of_the_company(self):
        """F15: not before, once, and gone with the confirmation."""
        receipt = self.receipt(self.make_shipped())
        shipped = receipt.shipped_at
        with freeze_time(shipped + timedelta(days=6, hours=23)):
            self.run_cron()
            self.assertFalse(self.activities(receipt))
        with freeze_time(shipped + timedelta(days=7)):
            self.run_cron()
            self.run_cron()
            self.assertEqual(self.activities(receipt).user_id, self.sales)
            self.assertEqual(len(self.activities(receipt)), 1)
            self.on_paper(self.as_user(receipt, self.assistant))
            self.assertFalse(self.activities(receipt))

    def test_the_assistant_asks_where_no_salesperson_is_left(self):
        """F15: nobody else would be told, and it is told once."""
        receipt = self.receipt(self.make_shipped())
        self.sales.active = False
        with freeze_time(receipt.shipped_at + timedelta(days=7)):
            self.run_cron()
        self.assertEqual(self.activities(receipt).user_id, self.assistant)

    def test_confirmed_ones_and_companies_that_do_not_want_it_are_left_alone(self):
        """F15: zero days are never; a signed receipt is no news."""
        signed = self.receipt(self.make_shipped(), self.assistant)
        self.on_paper(signed)
        waiting = self.receipt(self.make_shipped())
        self.company.receipt_follow_days = 0
        with freeze_time(waiting.shipped_at + timedelta(days=300)):
            self.run_cron()
            self.assertFalse(self.activities(waiting))
            self.company.receipt_follow_days = 7
            self.run_cron()
        self.assertTrue(self.activities(waiting))
        self.assertFalse(self.activities(signed))
