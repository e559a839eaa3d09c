from contextlib import contextmanager

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, TransactionCase


class StockingCase(TransactionCase):
    """The demo company and its people; every test makes its own products, orders and requests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("approval_chain.demo_company")
        for login in (
            "sales",
            "sales2",
            "salesmgr",
            "vp",
            "cfo",
            "president",
            "assistant",
            "finance",
            "warehouse",
            "purchasing",
        ):
            setattr(cls, login, cls.env.ref(f"approval_chain.demo_user_{login}"))
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "lang": "en_US",
            }
        )
        cls.location = (
            cls.env["stock.warehouse"]
            .search(
                [("company_id", "=", cls.company.id)],
                limit=1,
            )
            .lot_stock_id
        )
        # tests of purchase reviews switch them on; the others buy as they like
        cls.company.write(
            {
                "purchase_review_amount": 0,
                "purchase_review_unplanned": False,
                "purchase_review_price": False,
            }
        )
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor"})
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Customer",
                "is_company": True,
                "property_payment_term_id": False,
                "child_ids": [Command.create({"name": "Contact"})],
            }
        )

    @classmethod
    def make_product(cls, name="Pump", stock=0.0, vendor=True):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": 100,
                "standard_price": 60,
                "seller_ids": [
                    Command.create(
                        {
                            "partner_id": cls.vendor.id,
                            "price": 55,
                            "delay": 5,
                            "company_id": cls.company.id,
                        }
                    )
                ]
                if vendor
                else [],
            }
        )
        if stock:
            cls.env["stock.quant"]._update_available_quantity(product, cls.location, stock)
        return product

    def as_user(self, records, user):
        """The records as ``user`` sees them in the web client."""
        return records.with_user(user).with_context(
            allowed_company_ids=self.company.ids,
            lang="en_US",
        )

    def make_quotation(self, product, quantity=10, **line_values):
        """A plain and complete quotation, made by the salesperson."""
        return self.as_user(self.env["sale.order"], self.sales).create(
            {
                "partner_id": self.customer.id,
                "contact_id": self.customer.child_ids.id,
                "order_channel": "phone",
                "delivery_way": "carrier",
                "payment_way": "transfer",
                "commitment_date": fields.Datetime.add(fields.Datetime.now(), days=10),
                "company_id": self.company.id,
                "require_signature": False,
                "require_payment": False,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity, **line_values}
                    )
                ],
            }
        )

    def make_confirmed_order(self, product, quantity=10, **line_values):
        """A plain order, made by the salesperson and approved by the sales manager."""
        order = self.make_quotation(product, quantity, **line_values)
        order.action_approval_submit()
        self.as_user(self.request_of(order), self.salesmgr).action_decide("approve")
        self.assertEqual(order.state, "sale")
        return order

    def make_stocking_request(self, user=None, **values):
        """A request over five of a new product, handed in."""
        request = self.as_user(self.env["stocking.request"], user or self.sales).create(
            {
                "reason": "plan",
                "purpose": "High season.",
                "date_needed": "2030-01-31",
                "company_id": self.company.id,
                "line_ids": [Command.create({"product_id": self.make_product().id, "quantity": 5})],
                **values,
            }
        )
        request.action_send()
        return request

    def put_aside(self, request):
        """The warehouse carries out the transfer into the held stock."""
        transfers = request.allocation_ids.move_ids.picking_id.filtered(
            lambda picking: picking.state == "assigned"
        )
        self.as_user(transfers, self.warehouse).button_validate()

    def request_of(self, document):
        return self.env["approval.request"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)],
            limit=1,
        )

    def approve_stocking(self, request):
        """Assistant, VP marketing, finance director and president, each as themselves."""
        self.as_user(request, self.assistant).action_submit()
        approval = self.request_of(request)
        self.as_user(approval, self.vp).action_decide("opinion", "The season begins.")
        self.as_user(approval, self.cfo).action_decide("opinion", "Within the plan.")
        self.as_user(approval, self.president).action_decide("approve")
        self.assertEqual(request.state, "approved")

    def order_goods(self, request, **quantities):
        """Carry out the assistant's proposal, with other quantities where given."""
        action = self.as_user(request, self.assistant).action_supply()
        supply = self.as_user(self.env["stocking.supply"].browse(action["res_id"]), self.assistant)
        if quantities:
            with Form(supply) as form, form.line_ids.edit(0) as line:
                for name, value in quantities.items():
                    setattr(line, name, value)
        supply.action_order()
        return supply

    def desk_row(self, document, user):
        """The row of the document on the desk of ``user``."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_user(self.env["sale.desk"], user).search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)],
        )

    def desk_next(self, document, user):
        """Press the button of the row, which must be this person's turn."""
        row = self.desk_row(document, user)
        self.assertTrue(row.is_mine, f"{user.name}: {row.stage} is with {row.owner}")
        return row.action_next()

    @contextmanager
    def assertRefused(self, text="", exception=UserError):
        """The block must be refused with a sentence containing ``text``, and leave nothing."""
        with self.assertRaises(exception) as caught, self.env.cr.savepoint():
            yield
        if text:
            self.assertIn(text, str(caught.exception))
