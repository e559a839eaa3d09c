from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase

PEOPLE = (
    "sales",
    "sales2",
    "salesmgr",
    "head",
    "vp",
    "cfo",
    "president",
    "assistant",
    "finance",
    "warehouse",
    "purchasing",
)


class OrderFlowCase(TransactionCase):
    """The demo company with the rulebook on; every test makes its own customer, goods and orders.

    Documents are always handled as a person: ``self.as_user(records, self.sales)``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("approval_chain.demo_company")
        for login in PEOPLE:
            setattr(cls, login, cls.env.ref(f"approval_chain.demo_user_{login}"))
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "lang": "en_US",
            }
        )
        # tests of confirmation letters switch it on; the others confirm in the customer's place
        cls.company.letter_evidence_needed = False
        # and tests of shipping and receipts theirs
        cls.company.write({"shipping_arranged": False, "receipt_needed": False})
        # tests of change and return requests switch them on; the others act at once
        cls.company.cancel_needs_request = False
        cls.company.return_needs_request = False
        cls.customer = cls.env["res.partner"].create({"name": "Customer", "is_company": True})
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.customer.id})
        cls.term = cls.env["account.payment.term"].create({"name": "60 days, by special favour"})
        cls.warehouse_place = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)],
            limit=1,
        )
        cls.pump = cls.make_product("Pump", 100, stock=50)
        cls.hose = cls.make_product("Hose", 10, stock=50)
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)],
            limit=1,
        )

    @classmethod
    def make_product(cls, name, price, stock=0, **values):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "taxes_id": [Command.clear()],
                **values,
            }
        )
        if stock:
            cls.env["stock.quant"]._update_available_quantity(
                product,
                cls.warehouse_place.lot_stock_id,
                stock,
            )
        return product

    # ------------------------------------------------------------------ acting as people

    def as_user(self, records, user):
        """The records as ``user`` sees them in the web client, with nothing but their own rights."""
        return records.with_user(user).with_context(
            allowed_company_ids=self.company.ids,
            lang="en_US",
            tz="Asia/Shanghai",
        )

    @contextmanager
    def assertRefused(self, text="", exception=UserError):
        """The block is refused with a sentence containing ``text`` and leaves nothing behind."""
        with self.assertRaises(exception) as caught, self.env.cr.savepoint():
            yield
        if text:
            self.assertIn(text, str(caught.exception))

    # ------------------------------------------------------------------ orders

    def order_values(self, quantities=None, **values):
        quantities = quantities or {self.pump: 4}
        return {
            "partner_id": self.customer.id,
            "contact_id": self.contact.id,
            "order_channel": "phone",
            "delivery_way": "carrier",
            "payment_way": "transfer",
            "require_signature": False,
            "commitment_date": fields.Datetime.now() + timedelta(days=10),
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
                for product, quantity in quantities.items()
            ],
            **values,
        }

    def make_order(self, quantities=None, user=None, **values):
        """A complete quotation, made by its salesperson."""
        user = user or self.sales
        Order = self.as_user(self.env["sale.order"], user)
        return Order.create(self.order_values(quantities, user_id=user.id, **values))

    def request_of(self, order):
        return self.env["approval.request"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)],
            limit=1,
        )

    def decide(self, order, user, verb="approve", opinion="Because."):
        self.as_user(self.request_of(order), user).action_decide(verb, opinion)

    def make_confirmed(self, quantities=None, **values):
        """An order at pricelist prices, reviewed by the sales manager and confirmed."""
        order = self.make_order(quantities, **values)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "sale")
        return order

    # ------------------------------------------------------------------ payment and delivery

    def make_application(self, order, submit=True):
        application = self.as_user(
            self.env["sale.delivery.application"].browse(order.action_apply_delivery()["res_id"]),
            self.sales,
        )
        if submit:
            self.attach_voucher(application)
            application.action_submit()
        return application

    def attach_voucher(self, application):
        """A slip of its own: the same file is handed in once."""
        slip = {"name": "receipt.txt", "raw": f"paid {application.name}".encode()}
        application.voucher_ids = [Command.create(slip)]

    def make_payment(self, amount, partner=None, post=True, **values):
        payment = self.as_user(self.env["account.payment"], self.finance).create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": amount,
                "partner_id": (partner or self.customer).id,
                "journal_id": self.bank.id,
                **values,
            }
        )
        if post:
            payment.action_post()
        return payment

    def allocate(self, application, payment, amount):
        return self.as_user(self.env["sale.payment.allocation"], self.finance).create(
            {
                "application_id": application.id,
                "payment_id": payment.id,
                "amount": amount,
            }
        )

    def make_verified(self, order):
        """Voucher, application, payment of the whole order, verified by finance."""
        application = self.make_application(order)
        payment = self.make_payment(order.amount_total)
        self.allocate(application, payment, order.amount_total)
        self.as_user(application, self.finance).action_verify()
        return payment

    def make_notice(self, order, quantities=None, issue=True):
        order = self.as_user(order, self.assistant)
        notice = self.as_user(
            self.env["sale.delivery.notice"].browse(
                order.action_prepare_delivery_notice()["res_id"]
            ),
            self.assistant,
        )
        for line in notice.line_ids if quantities else ():
            line.quantity = quantities.get(line.product_id, 0)
        if issue:
            notice.action_issue()
        return notice

    def make_noticed(self, quantities=None, **values):
        order = self.make_confirmed(quantities, **values)
        self.make_verified(order)
        self.make_notice(order)
        return order

    def pickings(self, order, user=None):
        pickings = self.env["stock.picking"].search([("sale_id", "=", order.id)])
        return self.as_user(pickings, user or self.warehouse)

    def ship(self, pickings, quantity=None):
        """Validate transfers as the warehouse does; without ``quantity``, what was asked for."""
        for move in pickings.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            move.quantity = move.product_uom_qty if quantity is None else quantity
            move.picked = True
        return pickings.with_context(
            skip_backorder=True,
            picking_ids_not_to_backorder=[],
        ).button_validate()

    def tell(self, order):
        """The assistant passes the news of a shipment on."""
        self.as_user(order, self.assistant).action_pass_on_news()
