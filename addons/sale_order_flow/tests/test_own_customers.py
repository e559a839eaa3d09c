from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_tax_invoice import TaxInvoiceCase


@tagged("post_install", "-at_install")
class TestOwnCustomers(TaxInvoiceCase):
    """F21: salespeople see their own customers and orders, not others'."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hers = cls.env["res.partner"].create(
            {"name": "Hers Only Ltd", "is_company": True, "user_id": cls.sales2.id}
        )
        cls.her_contact = cls.env["res.partner"].create(
            {"name": "Hers Only Buyer", "parent_id": cls.hers.id, "user_id": False}
        )
        cls.his = cls.env["res.partner"].create(
            {"name": "His Own Ltd", "is_company": True, "user_id": cls.sales.id}
        )

    def partners(self, user):
        return self.as_user(self.env["res.partner"], user)

    def sees(self, user, records):
        """Which of the records a search of ``user`` finds."""
        return self.as_user(records, user).search([("id", "in", records.ids)])

    def test_every_door_to_others_customers_is_closed(self):
        """F21: search, names, groups, export, read and write."""
        self.sales.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        partners = self.partners(self.sales)
        found = partners.search([("name", "ilike", "Hers Only")])
        self.assertFalse(found)
        self.assertFalse(partners.name_search("Hers Only"))
        self.assertFalse(partners.search_count([("id", "in", (self.hers | self.her_contact).ids)]))
        self.assertFalse(
            partners.formatted_read_group([("name", "ilike", "Hers Only")], ["name"], ["__count"])
        )
        for hidden in self.hers | self.her_contact:
            hidden = self.as_user(hidden, self.sales)
            for door in (
                lambda record: record.read(["name"]),
                lambda record: record.export_data(["name", "phone"]),
                lambda record: record.write({"user_id": self.sales.id}),
                lambda record: record.copy(),
            ):
                with self.assertRefused("", AccessError):
                    hidden.invalidate_recordset()
                    door(hidden)

    def test_what_is_ones_own_or_nobodys_is_seen(self):
        """F21: own customers, customers without salesperson, colleagues, the house, suppliers."""
        supplier = self.env["res.partner"].create(
            {"name": "Supplier", "user_id": self.sales2.id, "supplier_rank": 1}
        )
        seen = (
            self.his
            | self.customer
            | self.contact
            | self.sales2.partner_id
            | self.company.partner_id
            | supplier
        )
        self.sales2.partner_id.user_id = self.sales2
        self.assertEqual(
            self.sees(self.sales, seen), self.sees(self.sales2, seen - self.his) | self.his
        )
        self.assertEqual(len(self.sees(self.sales, seen)), len(seen))
        self.assertTrue(self.as_user(seen, self.sales).read(["name", "email"]))
        self.assertFalse(self.sees(self.sales2, self.his))

    def test_others_see_by_their_role(self):
        """F21: assistant, finance, warehouse, sales manager; approvers are no salespeople."""
        for user in (
            self.assistant,
            self.finance,
            self.warehouse,
            self.salesmgr,
            self.vp,
            self.purchasing,
        ):
            with self.subTest(user.login):
                self.assertEqual(len(self.sees(user, self.hers | self.his | self.her_contact)), 3)

    def test_the_switch_takes_effect_at_once(self):
        """F21, DESIGN 1: domains of record rules are kept per user, and forgotten by the switch."""
        for on in (False, True, False):
            self.company.own_customers_only = on
            self.assertEqual(bool(self.sees(self.sales, self.hers)), not on)

    def test_another_company_is_not_concerned(self):
        """X4: the switch is the company's."""
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.sales.company_ids = [Command.link(other.id)]
        there = self.hers.with_user(self.sales).with_context(allowed_company_ids=other.ids)
        self.assertTrue(there.search([("id", "=", self.hers.id)]))

    def test_nobody_gets_a_customer_by_making_an_order(self):
        """F21: neither with the number of the customer nor by changing an order."""
        with self.assertRefused("", AccessError):
            self.make_order(partner_id=self.hers.id, contact_id=self.her_contact.id)
        order = self.make_order()
        for name in ("partner_id", "partner_shipping_id"):
            with self.subTest(name), self.assertRefused("", AccessError):
                order.write({name: self.hers.id})

    def test_a_customer_one_has_an_order_of_is_readable(self):
        """F21: the assistant gave him an order of her customer; the form opens."""
        order = self.make_order(
            user=self.assistant,
            user_id=self.sales.id,
            partner_id=self.hers.id,
            contact_id=self.her_contact.id,
        )
        self.env.invalidate_all()
        self.assertTrue(self.as_user(order, self.sales).read(["partner_id", "contact_id"]))
        self.assertEqual(
            len(self.sees(self.sales, self.hers | self.her_contact)),
            2,
        )
        self.assertEqual(self.as_user(self.hers, self.sales).name, "Hers Only Ltd")

    def test_others_documents_are_not_seen(self):
        """F21: orders, applications, notices, transfers, payments, tax invoices, desk, sheets."""
        order = self.make_noticed()
        asked = self.ask(order)
        documents = (
            order,
            order.order_line,
            order.sudo().delivery_application_ids,
            order.sudo().payment_allocation_ids,
            order.sudo().delivery_notice_ids,
            order.sudo().delivery_notice_ids.line_ids,
            order.sudo().picking_ids,
            order.sudo().picking_ids.move_ids,
            asked,
            asked.line_ids,
            self.request_of(order),
        )
        for records in documents:
            records = records.sudo(False)
            with self.subTest(records._name):
                self.assertTrue(records)
                self.assertEqual(len(self.sees(self.sales, records)), len(records))
                self.assertFalse(self.sees(self.sales2, records))
                with self.assertRefused("", AccessError):
                    self.env.invalidate_all()
                    self.as_user(records, self.sales2).read(["id", "display_name"])
        desk = self.as_user(self.env["sale.desk"], self.sales2)
        self.assertFalse(desk.search([("user_id", "=", self.sales.id), ("is_mine", "=", False)]))

    def test_the_leader_of_a_sales_team_reads_what_is_the_teams(self):
        """F21: from the moment the lead is given until it is taken; reads, does not write."""
        order = self.make_noticed()
        asked = self.ask(order)
        team = self.env["crm.team"].create(
            {
                "name": "North",
                "company_id": self.company.id,
                "crm_team_member_ids": [Command.create({"user_id": self.sales.id})],
            }
        )
        documents = (self.his, order, order.sudo().delivery_application_ids, asked)
        for leader in (False, self.sales2, False):
            team.user_id = leader
            self.env.flush_all()
            for records in documents:
                records = records.sudo(False)
                with self.subTest(model=records._name, leader=bool(leader)):
                    self.assertEqual(bool(self.sees(self.sales2, records)), bool(leader))
        team.user_id = self.sales2
        with self.assertRefused("", AccessError):
            self.as_user(order, self.sales2).write({"client_order_ref": "mine"})

    def test_the_manager_of_a_department_reads_what_is_its_peoples(self):
        """F21: departments below it included."""
        Employee, Department = self.env["hr.employee"], self.env["hr.department"]
        boss = Employee.search(
            [("user_id", "=", self.sales2.id), ("company_id", "=", self.company.id)], limit=1
        ) or Employee.create({"user_id": self.sales2.id, "company_id": self.company.id})
        seller = Employee.search(
            [("user_id", "=", self.sales.id), ("company_id", "=", self.company.id)], limit=1
        ) or Employee.create({"user_id": self.sales.id, "company_id": self.company.id})
        top = Department.create({"name": "Sales", "company_id": self.company.id})
        below = Department.create(
            {"name": "North", "company_id": self.company.id, "parent_id": top.id}
        )
        seller.department_id = below
        order = self.make_order()
        self.assertFalse(self.sees(self.sales2, order))
        top.manager_id = boss
        self.env.flush_all()
        self.assertEqual(len(self.sees(self.sales2, order)), 1)
        self.assertEqual(len(self.sees(self.sales2, self.his)), 1)
        self.assertFalse(self.sees(self.sales, self.hers))

    def test_chatter_with_somebody_hidden_is_read(self):
        """F21: authors and followers one does not see as customers break nothing."""
        order = self.make_order()
        order.message_subscribe(self.hers.ids)
        order.sudo().message_post(body="Hello.", author_id=self.hers.id)
        self.env.invalidate_all()
        own = self.as_user(order, self.sales)
        self.assertTrue(own.message_ids.read(["author_id", "body"]))
        self.assertTrue(own.message_follower_ids.read(["partner_id"]))

    def test_switched_off_it_costs_nothing(self):
        """DESIGN 19: no query, and no condition in the search."""
        self.company.own_customers_only = False
        partners = self.partners(self.sales)
        rule = self.env["ir.rule"].with_user(self.sales).with_context(**partners.env.context)
        plain = str(rule._compute_domain("res.partner", "read"))
        self.assertNotIn("buys_from_me", plain)
        self.assertNotIn("commercial_partner_id", plain)
        partners.search([("id", "in", self.hers.ids)])
        with self.assertQueryCount(1):
            partners.search([("id", "in", self.hers.ids)])

    def test_switched_off_reading_is_checked_without_a_query(self):
        """DESIGN 19: the hot path of every customer that is read or written."""
        self.company.own_customers_only = False
        hers = self.as_user(self.hers, self.sales)
        hers.check_access("read")
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.env["res.company"]._own_customers_company_ids()
            order = self.as_user(self.env["sale.order"], self.sales)
            order._check_own_customers([{"partner_id": self.hers.id}])

    def test_the_demo_company_has_it_on_and_others_have_not(self):
        """DESIGN 1, X5: off by default; sales2 alone sees the customer of sales2."""
        self.assertFalse(self.env["res.company"].create({"name": "New Ltd"}).own_customers_only)
        customer = self.env.ref("sale_order_flow.demo_partner_xibu")
        self.assertFalse(self.sees(self.sales, customer))
        self.assertTrue(self.sees(self.sales2, customer))

    def test_the_demo_user_of_the_portal_sees_the_own_house_only(self):
        """F21: the portal keeps its own rule."""
        buyer = self.env.ref("sale_order_flow.demo_user_customer")
        self.assertTrue(buyer.partner_id.with_user(buyer).read(["name"]))
        self.assertFalse(self.hers.with_user(buyer).search([("id", "=", self.hers.id)]))

    def test_switched_on_a_search_is_one_query(self):
        """DESIGN 19: for a salesperson who leads nobody."""
        partners = self.partners(self.sales)
        partners.search([("id", "in", self.hers.ids)])
        with self.assertQueryCount(3):
            partners.search([("id", "in", self.hers.ids)])
