import re

from odoo.tests import HttpCase, tagged

from .test_tax_invoice import TaxInvoiceCase


@tagged("post_install", "-at_install")
class TestTaxInvoicePortal(HttpCase, TaxInvoiceCase):
    """F24: what the customer finds on the order's page."""

    def page(self, order):
        order._portal_ensure_token()
        self.env.flush_all()
        response = self.url_open(order.get_portal_url())
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_the_customer_sees_issued_invoices_with_file_and_tracking(self):
        """F24: nothing before it is issued, and nothing internal ever."""
        order = self.make_confirmed()
        asked = self.ask(order, note="For our eyes only.")
        self.assertNotIn("tax_invoices", self.page(order))
        self.issue(asked, "55555555", finance_note="Slow payer.")
        self.assertIn("55555555", self.page(order))
        asked.write({"sent_way": "courier", "carrier": "SF", "tracking_number": "SF777"})
        asked.action_send()
        text = self.page(order)
        self.assertIn("SF777", text)
        for internal in ("For our eyes only", "Slow payer", asked.name, self.finance.name):
            self.assertNotIn(internal, text)
        address = re.search(r'href="(/web/content/\d+\?access_token=[^"]+)"', text).group(1)
        file = self.url_open(address.replace("&amp;", "&"))
        self.assertEqual((file.status_code, file.content), (200, b"pdf"))

    def test_the_page_of_another_order_shows_none_of_it(self):
        """F24: own invoices only."""
        order, other = self.make_confirmed(), self.make_confirmed()
        self.issue(self.ask(order), "66666666")
        self.assertNotIn("66666666", self.page(other))
