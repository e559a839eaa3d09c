from odoo import Command
from odoo.tests import TransactionCase, new_test_user


class TestSwitchedOff(TransactionCase):
    """DESIGN 1: nothing changes until someone switches it on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Plain Company"})
        cls.env.user.company_ids = [Command.link(cls.company.id)]
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.product = cls.env["product.product"].create(
            {
                "name": "Thing",
                "type": "consu",
                "is_storable": True,
                "list_price": 5,
                "taxes_id": [Command.clear()],
            }
        )
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(cls.product, warehouse.lot_stock_id, 100)
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})

    def make_order(self):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": 3})
                ],
            }
        )

    def test_an_order_is_confirmed_and_shipped_as_ever(self):
        """X1, X2: standard Odoo for companies without the flow."""
        order = self.make_order()
        self.assertFalse(order.order_flow or order.flow_stage or order.approval_required)
        order.action_confirm()
        picking = order.picking_ids
        self.assertEqual(picking.move_ids.product_uom_qty, 3)
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual((picking.state, order.flow_stage), ("done", False))

    def test_nothing_of_the_desk_is_stored(self):
        """DESIGN 1: neither dates nor stages nor their times; and from the switch on they are."""
        order, quotation = self.make_order(), self.make_order()
        quotation.commitment_date = order.commitment_date = "2030-01-01"
        order.action_confirm()
        order.picking_ids.move_ids.date = "2030-02-02"
        for record in (order, order.order_line, quotation):
            self.assertFalse(record.is_late)
            self.assertFalse(any(record[name] for name in record._lateness_fields))
        self.assertFalse(order.desk_open or order.stage_entry_ids)
        self.company.order_flow_enabled = True
        self.assertFalse(order.desk_open or order.flow_promised_date)
        self.assertTrue(quotation.desk_open)
        self.assertEqual(quotation.desk_worry_date, quotation.commitment_date)
        self.company.order_flow_enabled = False
        self.assertFalse(quotation.desk_open or quotation.desk_worry_date)

    def test_orders_confirmed_before_the_switch_go_on_as_they_were(self):
        """X1: open documents."""
        order, quotation = self.make_order(), self.make_order()
        order.action_confirm()
        self.company.write({"order_flow_enabled": True, "delivery_needs_order": True})
        self.assertFalse(order.order_flow or order.flow_stage)
        self.assertEqual(quotation.flow_stage, "quotation")
        picking = order.picking_ids
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_switching_off_opens_the_gates(self):
        """DESIGN 1: and the other way round."""
        self.company.order_flow_enabled = True
        order = self.make_order()
        order.action_confirm()
        self.assertEqual(order.flow_stage, "apply")
        self.assertFalse(order.picking_ids)
        self.company.order_flow_enabled = False
        self.assertFalse(order.flow_stage)
        order.order_line._action_launch_stock_rule()
        self.assertTrue(order.picking_ids)

    def test_setting_the_rulebook_up_twice_changes_nothing(self):
        """DESIGN 1: idempotent, and what was adjusted stays."""
        self.company.action_set_up_rulebook()
        chains = self.env["approval.chain"].search([("company_id", "=", self.company.id)])
        self.company.head_discount_limit = 0
        self.company.action_set_up_rulebook()
        self.assertEqual(
            self.env["approval.chain"].search([("company_id", "=", self.company.id)]),
            chains,
        )
        self.assertEqual(self.company.head_discount_limit, 0)

    def test_people_of_odoos_own_groups_read_their_documents_as_ever(self):
        """DESIGN 1: all our fields at once, as another program asks for them."""
        order = self.make_order()
        order.action_confirm()
        with_books = self.env.ref("approval_chain.demo_company")
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", with_books.id)], limit=1
        )
        payment = self.env["account.payment"].create(
            {"partner_id": self.customer.id, "journal_id": journal.id}
        )
        documents = {
            "sales_team.group_sale_salesman_all_leads": order | self.make_order(),
            "stock.group_stock_user": order.picking_ids,
            "sales_team.group_sale_manager": order.picking_ids,
            "account.group_account_invoice": payment,
        }
        for number, (group, records) in enumerate(documents.items()):
            user = new_test_user(
                self.env,
                f"plain{number}",
                groups=group,
                company_id=self.company.id,
                company_ids=[Command.set((self.company | with_books).ids)],
            )
            records = records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            lines = [records.order_line] if "order_line" in records else []
            for document in (records, *lines):
                with self.subTest(group=group, model=document._name):
                    self.assertTrue(document.read(self.own_fields(document)))

    def own_fields(self, records):
        """The fields that our addons gave a model, as far as the user is shown them."""
        author = self.env["ir.module.module"]._get("sale_order_flow").author
        modules = self.env["ir.module.module"].search([("author", "=", author)]).mapped("name")
        own = [n for n in records.fields_get() if set(records._fields[n]._modules) & set(modules)]
        self.assertTrue(own)
        return own
