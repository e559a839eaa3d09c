from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestCheckTours(HttpCase):
    """F2, F4: checks and documents as people meet them in the browser."""

    browser_size = "1366x768"

    def setUp(self):
        super().setUp()
        self.company = self.env.ref("approval_chain.demo_company")
        self.customer = self.env["res.partner"].create(
            {
                "name": "巡查客户",
                "is_company": True,
                "child_ids": [Command.create({"name": "巡查联系人"})],
            }
        )
        product = self.env["product.product"].create(
            {"name": "巡查水泵", "type": "consu", "list_price": 100, "company_id": self.company.id}
        )
        sales = self.env.ref("approval_chain.demo_user_sales")
        here = self.env(user=sales, context={"allowed_company_ids": self.company.ids})
        self.order = here["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "contact_id": self.customer.child_ids.id,
                "order_channel": "phone",
                "delivery_way": "carrier",
                "payment_way": "transfer",
                "company_id": self.company.id,
                "commitment_date": fields.Datetime.now() + timedelta(days=10),
                "payment_term_id": self.env.ref("account.account_payment_term_30days").id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 2})],
            }
        )
        self.document = here["res.partner.qualification"].create(
            {
                "partner_id": self.customer.id,
                "kind_id": self.env.ref("sale_order_flow.qualification_licence").id,
                "number": "9151",
                "valid_until": fields.Date.today() + timedelta(days=400),
                "document": b"Y29weQ==",
                "document_name": "copy.txt",
            }
        )

    def test_salesperson_reads_the_checks_before_submitting(self):
        """F4: with results and reasons, not by colour alone."""
        self.start_tour(f"/odoo/sales/{self.order.id}", "order_checks_read", login="sales")

    def test_assistant_verifies_a_document(self):
        """F2: the button stands on the document."""
        self.start_tour(
            f"/odoo/qualification-documents/{self.document.id}",
            "qualification_verify",
            login="assistant",
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.document.verified_by_id, self.env.ref("approval_chain.demo_user_assistant")
        )
