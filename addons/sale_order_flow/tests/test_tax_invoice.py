from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import OrderFlowCase

TAX_NUMBER = "91510100MA61TEST9X"


class TaxInvoiceCase(OrderFlowCase):
    def ask(self, orders, quantities=None, user=None, request=True, **values):
        """A request for the tax invoice of ``orders``, by their salesperson."""
        user = user or self.sales
        opened = self.as_user(orders, user).action_request_tax_invoice()
        asked = self.as_user(self.env["sale.tax.invoice.request"], user).browse(opened["res_id"])
        asked.write(
            {
                "title": "Customer Ltd",
                "tax_number": TAX_NUMBER,
                "basis": "agreed",
                "needed_by": fields.Date.today() + timedelta(days=3),
                **values,
            }
        )
        for line in asked.line_ids if quantities else ():
            line.quantity = quantities.get(line.product_id, 0)
        if request:
            asked.action_request()
        return asked

    def record(self, asked, number="12345678", **values):
        """What finance reads off the invoice."""
        asked = self.as_user(asked, self.finance)
        asked.write(
            {
                "invoice_code": "1100192130",
                "invoice_number": number,
                "invoice_date": fields.Date.context_today(asked),
                "invoice_file_ids": [Command.create({"name": "fp.pdf", "raw": b"pdf"})],
                **values,
            }
        )
        return asked

    def issue(self, asked, number="12345678", **values):
        self.record(asked, number, **values).action_issue()


@tagged("post_install", "-at_install")
class TestTaxInvoice(TaxInvoiceCase):
    """F24: the customer's tax invoice from the request to the receipt."""

    def test_from_request_to_receipt(self):
        """F24: salesperson asks, finance issues and sends, the salesperson confirms the receipt."""
        order = self.make_confirmed({self.pump: 4})
        asked = self.ask(order)
        self.assertEqual((asked.state, asked.amount_total), ("requested", order.amount_total))
        self.assertIn(self.finance, asked.sudo().activity_ids.user_id)
        self.issue(asked)
        move = asked.sudo().move_id
        self.assertEqual((asked.state, move.state), ("issued", "posted"))
        self.assertEqual(move.invoice_line_ids.sale_line_ids, order.order_line)
        self.assertEqual(move.amount_total, asked.amount_total)
        self.assertFalse(asked.sudo().activity_ids)
        self.assertEqual(asked.timeliness, "on_time")
        told = asked.message_ids.filtered(lambda message: "12345678" in (message.body or ""))
        self.assertIn(self.sales.partner_id, told.partner_ids)
        finance = self.as_user(asked, self.finance)
        with self.assertRefused("Sent By"):
            finance.action_send()
        finance.write({"sent_way": "courier", "carrier": "SF", "tracking_number": "SF100"})
        finance.action_send()
        with self.assertRefused("Sent"):
            asked.tracking_number = "SF101"
        asked.action_receive()
        self.assertEqual(asked.state, "received")

    def test_by_mail_the_file_goes_along(self):
        """F24: sent by e-mail with file."""
        asked = self.ask(self.make_confirmed())
        self.issue(asked)
        asked.write({"sent_way": "email", "email": "books@customer.example.com"})
        asked.action_send()
        mail = self.env["mail.mail"].search([("email_to", "=", "books@customer.example.com")])
        self.assertEqual(mail.attachment_ids.mapped("name"), ["fp.pdf"])
        self.assertEqual(asked.state, "sent")

    def test_the_buyer_is_kept_for_the_next_time(self):
        """F24: title, tax number, address, bank of the customer."""
        self.ask(self.make_confirmed(), kind="electronic", bank_name="ICBC")
        again = self.ask(self.make_confirmed(), request=False, tax_number=TAX_NUMBER)
        self.assertEqual(
            (again.title, again.kind, again.bank_name), ("Customer Ltd", "electronic", "ICBC")
        )

    def test_not_more_than_ordered_over_all_requests(self):
        """F24: partial requests add up; cancelling one frees its quantity."""
        order = self.make_confirmed({self.pump: 4})
        first = self.ask(order, {self.pump: 3})
        second = self.ask(order, request=False)
        self.assertEqual(second.line_ids.quantity, 1)
        second.line_ids.quantity = 2
        with self.assertRefused("only 1.0", ValidationError):
            second.action_request()
        first.action_cancel()
        second.action_request()
        self.assertEqual(second.state, "requested")

    def test_on_delivered_quantities_not_more_than_delivered(self):
        """F24: against delivered quantities."""
        order = self.make_noticed({self.pump: 4})
        self.ship(self.pickings(order), 3)
        asked = self.ask(order, request=False, basis="delivered")
        self.assertEqual(asked.line_ids.quantity, 3)
        asked.line_ids.quantity = 4
        with self.assertRefused("only 3.0", ValidationError):
            asked.action_request()

    def test_several_orders_of_one_customer_make_one_invoice(self):
        """F24: and never of two customers."""
        orders = self.make_confirmed() | self.make_confirmed({self.hose: 5})
        asked = self.ask(orders)
        self.issue(asked)
        self.assertEqual(asked.order_ids, orders)
        self.assertEqual(asked.sudo().move_id.amount_total, sum(orders.mapped("amount_total")))
        other = self.make_confirmed(
            partner_id=self.other_customer.id, contact_id=self.other_customer.id
        )
        with self.assertRefused("one customer"):
            self.as_user(orders[0] | other, self.sales).action_request_tax_invoice()

    def test_tax_numbers_have_the_length_they_can_have(self):
        """F24: bad input; blanks and small letters are put right."""
        asked = self.ask(self.make_confirmed(), request=False)
        for wrong in ("123", "91510100MA61TEST-X", "9" * 16, "9" * 19, "9" * 21):
            with self.subTest(wrong), self.assertRefused("15, 17, 18 or 20", ValidationError):
                asked.tax_number = wrong
        asked.tax_number = " 91510100ma61test9x"
        self.assertEqual(asked.tax_number, TAX_NUMBER)

    def test_what_is_missing_is_named(self):
        """F24: title missing; a special invoice needs bank and address."""
        asked = self.ask(self.make_confirmed(), request=False, title=False, kind="special")
        with self.assertRefused("Invoice Title"):
            asked.action_request()
        asked.title = "Customer Ltd"
        with self.assertRefused("Bank Account"):
            asked.action_request()
        self.assertEqual(asked.state, "draft")

    def test_a_cancelled_order_gets_no_invoice(self):
        """F24: cancelled between request and issue."""
        order = self.make_confirmed()
        asked = self.record(self.ask(order))
        order._action_cancel()
        with self.assertRefused(order.name):
            asked.action_issue()
        with self.assertRefused("no tax invoice"):
            order.action_request_tax_invoice()

    def test_a_number_is_recorded_once_in_a_company(self):
        """F24: invoice code and number are unique, and the other request is named."""
        first, second = self.ask(self.make_confirmed()), self.ask(self.make_confirmed())
        self.issue(first)
        with self.assertRefused(first.name):
            self.record(second, "1234 5678")
        self.issue(second, "12345679")

    def test_issued_once_by_whoever_comes_first(self):
        """F24: two of finance at once; the second is told."""
        asked = self.ask(self.make_confirmed())
        self.issue(asked)
        with self.assertRefused("Issued"):
            self.as_user(asked, self.finance).action_issue()
        self.assertEqual(len(asked.order_ids.sudo().invoice_ids), 1)

    def test_what_another_transaction_did_is_seen(self):
        """F24: states are read again under the lock, not from what the page showed."""
        asked = self.record(self.ask(self.make_confirmed()))
        self.env.flush_all()
        self.assertEqual(asked.state, "requested")
        self.env.cr.execute(
            "UPDATE sale_tax_invoice_request SET state = 'cancelled' WHERE id = %s", [asked.id]
        )
        self.assertEqual(asked.state, "requested")
        with self.assertRefused("Cancelled"):
            asked.action_issue()

    def test_an_order_lowered_after_the_request_is_not_invoiced_in_full(self):
        """F24, F18: judged again when it is issued."""
        order = self.make_confirmed({self.pump: 4})
        asked = self.record(self.ask(order))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET product_uom_qty = 3 WHERE id = %s", [order.order_line.id]
        )
        self.env.invalidate_all()
        with self.assertRefused("only 3.0", ValidationError):
            asked.action_issue()

    def test_a_request_of_ones_own_is_issued_by_somebody_else(self):
        """A21: an assistant of finance may ask, but not issue it as well."""
        assistant_role = self.env.ref("approval_chain.role_sales_assistant")
        self.env["approval.role.holder"].create(
            {
                "role_id": assistant_role.id,
                "user_id": self.finance.id,
                "company_id": self.company.id,
            }
        )
        order = self.make_confirmed()
        asked = self.record(self.ask(order, user=self.finance))
        with self.assertRefused("own request", AccessError):
            asked.action_issue()

    def test_foreign_lines_are_refused(self):
        """F24: another customer's line, a down payment, the same line twice."""
        order, other = (
            self.make_confirmed(),
            self.make_confirmed(
                partner_id=self.other_customer.id, contact_id=self.other_customer.id
            ),
        )
        asked = self.ask(order, request=False)
        with self.assertRefused(other.name, ValidationError):
            asked.line_ids = [Command.create({"order_line_id": other.order_line.id, "quantity": 1})]
        hers = self.make_confirmed(user=self.sales2)
        with self.assertRefused("", AccessError):
            asked.line_ids = [Command.create({"order_line_id": hers.order_line.id, "quantity": 1})]

    def test_nothing_is_issued_without_number_date_and_file(self):
        """F24: recorded with the file; no date in the future."""
        asked = self.as_user(self.ask(self.make_confirmed()), self.finance)
        with self.assertRefused("Invoice Number"):
            asked.action_issue()
        tomorrow = fields.Date.context_today(asked) + timedelta(days=1)
        with self.assertRefused("future"):
            self.record(asked, invoice_date=tomorrow).action_issue()

    def test_foreign_currency_stays_the_orders(self):
        """F24, X4: invoiced in the currency of the order, counted in the company's."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "rate": 0.5,
                "name": fields.Date.today() - timedelta(days=9),
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create({"name": "USD", "currency_id": usd.id})
        self.customer.with_context(allowed_company_ids=self.company.ids).write(
            {"specific_property_product_pricelist": pricelist.id}
        )
        order = self.make_confirmed(pricelist_id=pricelist.id)
        asked = self.ask(order)
        self.issue(asked)
        self.assertEqual((asked.currency_id, asked.sudo().move_id.currency_id), (usd, usd))
        self.assertEqual(asked.amount_company, asked.amount_total * 2)

    def test_an_invoice_that_exists_is_linked(self):
        """F24: not invoiced twice; a linked invoice covers what is asked for."""
        self.pump.invoice_policy = "order"
        order = self.make_confirmed({self.pump: 4})
        invoice = self.as_user(order, self.sales)._create_invoices()
        invoice = self.as_user(self.env["account.move"].browse(invoice.id), self.finance)
        first = self.record(self.ask(order, {self.pump: 3}))
        with self.assertRefused("invoiced already"):
            first.action_issue()
        first.move_id = invoice
        first.action_issue()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(first.amount_total, 300)
        second = self.record(self.ask(order), "87654321", move_id=invoice.id)
        second.action_issue()
        self.assertEqual(order.sudo().invoice_ids, self.env["account.move"].browse(invoice.id))

    def test_red_letters_free_the_quantities(self):
        """F24: partial and full correction through Odoo's credit note."""
        order = self.make_confirmed({self.pump: 4})
        asked = self.ask(order)
        self.issue(asked)
        with self.assertRefused(self.sales.name, AccessError):
            self.as_user(asked, self.finance).action_correct()
        red = asked.browse(asked.action_correct()["res_id"])
        red.line_ids.quantity = 1
        red.needed_by = fields.Date.today()
        with self.assertRefused("Correction Reason"):
            red.action_request()
        red.correction_reason = "Wrong title."
        red.action_request()
        self.issue(red, "20000001")
        credit = red.sudo().move_id
        self.assertEqual((credit.move_type, credit.state), ("out_refund", "posted"))
        self.assertEqual(credit.reversed_entry_id, asked.sudo().move_id)
        self.assertEqual((credit.amount_total, red.amount_total), (100, -100))
        self.assertEqual(asked.state, "issued")
        self.assertEqual(self.ask(order, request=False).line_ids.quantity, 1)
        rest = asked.browse(asked.action_correct()["res_id"])
        self.assertEqual(rest.line_ids.quantity, 3)
        rest.line_ids.quantity = 4
        rest.write({"correction_reason": "All of it.", "needed_by": fields.Date.today()})
        with self.assertRefused("takes back more", ValidationError):
            rest.action_request()
        rest.line_ids.quantity = 3
        rest.action_request()
        self.issue(rest, "20000002")
        self.assertEqual(asked.state, "corrected")
        self.assertEqual(order.order_line.sudo().qty_invoiced, 0)

    def test_late_requests_stand_out_and_are_counted(self):
        """F24: on time means by the date it is needed."""
        asked = self.ask(self.make_confirmed(), needed_by=fields.Date.today() - timedelta(days=2))
        self.assertTrue(asked.is_late)
        self.assertIn(asked, asked.search([("is_late", "=", True)]))
        self.assertNotIn(asked, asked.search([("is_late", "=", False)]))
        self.issue(asked)
        self.assertFalse(asked.is_late)
        self.assertEqual(asked.timeliness, "late")
        self.assertGreater(asked.days_late, 0)

    def test_returned_with_a_reason_and_asked_again(self):
        """F24: finance returns it; the salesperson corrects it."""
        asked = self.ask(self.make_confirmed())
        finance = self.as_user(asked, self.finance)
        with self.assertRefused("Remark"):
            finance.action_return()
        finance.finance_note = "The title is wrong."
        finance.action_return()
        self.assertEqual(asked.state, "draft")
        self.assertTrue(asked.returned_at)
        asked.title = "Customer and Sons Ltd"
        asked.action_request()
        self.assertEqual(asked.state, "requested")

    def test_each_role_does_its_own_part_only(self):
        """F24, A21: finance issues, the salesperson asks, nobody does both."""
        order = self.make_confirmed()
        with self.assertRefused(self.sales.name, AccessError):
            self.as_user(order, self.finance).action_request_tax_invoice()
        asked = self.ask(order)
        with self.assertRefused("", AccessError):
            asked.action_issue()
        with self.assertRefused("", AccessError):
            asked.invoice_number = "1"
        with self.assertRefused("handed in already"):
            asked.title = "Somebody Else"
        with self.assertRefused("handed in already"):
            asked.line_ids.quantity = 1
        with self.assertRefused("handed in already"):
            asked.unlink()
        for name, value in {"state": "issued", "issued_at": "2026-01-01", "user_id": 1}.items():
            with self.subTest(name), self.assertRefused("by hand", AccessError):
                self.as_user(asked, self.finance).write({name: value})
        self.assertFalse(
            self.as_user(asked, self.sales2).search([("id", "=", asked.id)]),
        )
        with self.assertRefused("", AccessError):
            self.as_user(asked, self.sales2).read(["title"])

    def test_one_owner_and_one_action_on_the_desk(self):
        """F11, F24: finance issues and sends, the salesperson confirms the receipt."""
        asked = self.ask(self.make_confirmed())

        def row(user):
            self.env["sale.desk"].invalidate_model()
            return self.as_user(self.env["sale.desk"], user).search(
                [("res_model", "=", asked._name), ("res_id", "=", asked.id)]
            )

        self.assertEqual((row(self.finance).stage, row(self.finance).is_mine), ("tax_issue", True))
        self.assertIn(self.finance.name, row(self.sales).owner)
        self.assertFalse(row(self.sales).is_mine)
        self.assertEqual(row(self.finance).action_next()["res_id"], asked.id)
        with self.assertRefused(self.finance.name, AccessError):
            row(self.sales).action_next()
        self.issue(asked)
        asked.write({"sent_way": "hand"})
        asked.action_send()
        self.assertEqual((row(self.sales).stage, row(self.sales).is_mine), ("tax_receive", True))
        asked.action_receive()
        self.assertFalse(row(self.sales))

    def test_the_demo_shows_every_stage(self):
        """X5: made by the people of the demo company."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "sale_order_flow"),
                ("model", "=", "sale.tax.invoice.request"),
                ("name", "=like", "demo_tax_invoice_%"),
            ]
        )
        asked = self.env["sale.tax.invoice.request"].browse(data.mapped("res_id"))
        states = {state for state, _label in asked._fields["state"].selection}
        self.assertEqual(set(asked.mapped("state")), states)
        self.assertTrue(any(asked.mapped("is_late")))
        self.assertTrue(any(asked.mapped("returned_at")))

    def test_lists_are_read_in_a_few_queries(self):
        """DESIGN 19: as many for twenty requests as for two."""
        orders = [self.make_confirmed() for _number in range(6)]
        asked = self.env["sale.tax.invoice.request"].concat(*(self.ask(order) for order in orders))
        finance = self.as_user(asked, self.finance)
        names = ["name", "partner_id", "order_ids", "state", "amount_total", "is_late"]

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(names)
            return self.env.cr.sql_log_count - before

        count(finance)
        self.assertLessEqual(count(finance), count(finance[:2]) + 2)

    def test_a_company_without_the_flow_asks_for_none(self):
        """DESIGN 1: nothing acts where it is off."""
        order = self.make_confirmed()
        self.company.order_flow_enabled = False
        with self.assertRefused("order flow", UserError):
            order.action_request_tax_invoice()
