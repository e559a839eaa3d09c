from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestRequest(StockingCase):
    """S1: what a department asks for, and every way to write it down."""

    def draft(self, user=None, **values):
        return self.as_user(self.env["stocking.request"], user or self.sales).create(
            {
                "purpose": "High season.",
                "date_needed": "2030-01-31",
                "company_id": self.company.id,
                "line_ids": [Command.create({"product_id": self.make_product().id, "quantity": 5})],
                **values,
            }
        )

    def test_incomplete_request_names_what_is_missing(self):
        """S1, X6: the applicant learns it at once, all of it."""
        request = self.draft(
            purpose=False, date_needed=False, reason="unpaid_order", line_ids=False
        )
        with self.assertRefused("Products, Purpose, Needed By, Sales Order"):
            request.action_send()
        self.assertEqual(request.state, "draft")

    def test_each_reason_demands_its_own(self):
        """S1: an unpaid order its order, samples and spare parts the customer, a plan neither."""
        for reason, label in (
            ("unpaid_order", "Sales Order"),
            ("sample", "Customer"),
            ("spare", "Customer"),
        ):
            with self.subTest(reason):
                request = self.draft(reason=reason)
                with self.assertRefused(f"is incomplete: {label}."):
                    request.action_send()
        for reason in ("sample", "spare"):
            request = self.draft(reason=reason, partner_id=self.customer.id)
            request.action_send()
            self.assertEqual(request.state, "sent")
        self.draft().action_send()

    def test_what_was_made_incomplete_with_the_assistant_is_not_submitted(self):
        """S1, S2: the same demands hold when it goes into approval."""
        request = self.draft()
        request.action_send()
        request.purpose = False
        with self.assertRefused("is incomplete: Purpose"):
            self.as_user(request, self.assistant).action_submit()

    def test_the_department_is_the_applicants(self):
        """S1: taken from the employee, changed where somebody asks for another one."""
        department = self.env["hr.department"].create(
            {"name": "Service", "company_id": self.company.id}
        )
        employee = self.sales.with_company(self.company).employee_id
        employee.department_id = department
        self.assertEqual(self.draft().department_id, department)

    def test_products_are_chosen_in_the_catalogue(self):
        """S1: quantities set, raised and taken away as Odoo's catalogue does it."""
        request = self.draft(line_ids=False)
        pump, service = (
            self.make_product(),
            self.env["product.product"].create({"name": "Advice", "type": "service"}),
        )
        # as the button under the lines opens it
        action = request.line_ids.with_context(order_id=request.id).action_add_from_catalog()
        self.assertEqual(action["context"]["product_catalog_order_id"], request.id)
        products = self.as_user(self.env["product.product"], self.sales).search(action["domain"])
        self.assertIn(pump, products)
        self.assertNotIn(service, products)
        price = request._update_order_line_info(pump.id, 3)
        self.assertEqual((request.line_ids.quantity, price), (3, 60))
        request._update_order_line_info(pump.id, 7)
        info = request._get_product_catalog_order_line_info([pump.id])[pump.id]
        self.assertEqual((request.line_ids.quantity, info["quantity"]), (7, 7))
        request._update_order_line_info(pump.id, 0)
        self.assertFalse(request.line_ids)

    def test_the_catalogue_is_closed_in_approval(self):
        """S2, A9: nothing is added to what is being decided."""
        request = self.draft()
        request.action_send()
        self.as_user(request, self.assistant).action_submit()
        with self.assertRefused("cannot be changed any more"):
            request._update_order_line_info(self.make_product("Valve").id, 1)
        info = request._get_product_catalog_order_line_info(request.line_ids.product_id.ids)
        self.assertTrue(all(data["readOnly"] for data in info.values()))

    def test_a_copy_asks_again_and_was_never_decided(self):
        """S1: lines and reason are copied; state, order and what was ordered are not."""
        request = self.make_stocking_request()
        self.approve_stocking(request)
        self.order_goods(request, from_purchase=2)
        copied = self.as_user(request, self.sales).copy()
        self.assertEqual((copied.state, copied.stage), ("draft", "draft"))
        self.assertEqual(copied.line_ids.quantity, 5)
        self.assertFalse(copied.line_ids.allocation_ids or copied.assistant_id)
        self.assertNotEqual(copied.name, request.name)

    def test_lines_of_a_template_are_added_and_add_up(self):
        """S1: reusable sets of lines; a product asked for already grows."""
        pump, valve = self.make_product(), self.make_product("Valve")
        request = self.draft(
            line_ids=[Command.create({"product_id": pump.id, "quantity": 2})], user=self.assistant
        )
        opened = request.action_save_template()
        template = self.env["stocking.template"].browse(opened["res_id"])
        self.as_user(template, self.assistant).write(
            {"line_ids": [Command.create({"product_id": valve.id, "quantity": 4})]}
        )
        with Form(request) as form:
            form.template_id = self.as_user(template, self.assistant)
        request.action_add_template()
        self.assertEqual(
            [(line.product_id, line.quantity) for line in request.line_ids],
            [(pump, 4), (valve, 4)],
        )
        with self.assertRefused("choose a template"):
            request.action_add_template()

    def test_employees_use_templates_and_do_not_change_them(self):
        """S1, A10: sets of lines are kept by the assistants."""
        template = self.as_user(self.env["stocking.template"], self.assistant).create(
            {
                "name": "Set",
                "company_id": self.company.id,
                "line_ids": [Command.create({"product_id": self.make_product().id})],
            }
        )
        request = self.draft(template_id=template.id, line_ids=False)
        request.action_add_template()
        self.assertEqual(len(request.line_ids), 1)
        with self.assertRefused(exception=AccessError):
            self.as_user(template, self.sales).name = "Mine"


@tagged("post_install", "-at_install")
class TestBadInput(StockingCase):
    """X6: bad input of a request gets a sentence that says what to do."""

    def ask(self, **line):
        return self.make_stocking_request(
            line_ids=[Command.create({"quantity": 1, **line})],
        )

    def test_services_are_not_stocked(self):
        """S1, X6."""
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        with self.assertRefused("is no goods: services are not stocked. Remove the line."):
            self.ask(product_id=service.id)

    def test_archived_products_are_not_asked_for(self):
        """S1, X6: neither chosen, nor handed in when archived meanwhile."""
        product = self.make_product("Old Pump")
        product.active = False
        with self.assertRefused("is archived"):
            self.ask(product_id=product.id)

    def test_a_product_archived_after_the_decision_is_not_ordered(self):
        """S3, X6: nothing is half done."""
        product = self.make_product("Old Pump")
        request = self.ask(product_id=product.id)
        self.approve_stocking(request)
        product.action_archive()
        with self.assertRefused("is archived: choose another product"):
            self.order_goods(request)
        self.assertFalse(request.allocation_ids)

    def test_units_that_cannot_be_converted_are_refused(self):
        """S1, X6: both units are named."""
        kilo = self.env.ref("uom.product_uom_kgm")
        with self.assertRefused("is counted in Units, which “Unit” kg cannot"):
            self.ask(product_id=self.make_product().id, product_uom_id=kilo.id)

    def test_a_line_without_quantity_is_named(self):
        """S1, X6."""
        with self.assertRefused("“Quantity” is empty"):
            self.ask(product_id=self.make_product().id, quantity=0)

    def test_a_day_that_has_passed_is_refused(self):
        """S1, X6: of the request and of its lines; later the request is late, not wrong."""
        yesterday = fields.Date.today() - timedelta(days=2)
        with self.assertRefused("has passed. Enter today or a later day"):
            self.make_stocking_request(date_needed=yesterday)
        with self.assertRefused("has passed. Enter today or a later day"):
            self.ask(product_id=self.make_product().id, date_needed=yesterday)

    def test_whether_a_day_has_passed_is_judged_where_the_company_works(self):
        """S1, X1: not where the computer of whoever asks stands, and not in UTC."""
        self.company.resource_calendar_id.tz = "Pacific/Kiritimati"
        today = self.company._approval_today()
        # whoever asks stands where it is never the same day
        self.sales.tz = "Etc/GMT+12"
        with self.assertRefused("has passed. Enter today or a later day"):
            self.make_stocking_request(date_needed=today - timedelta(days=1))
        self.make_stocking_request(date_needed=today)

    def test_a_request_for_an_order_needs_the_goods_by_the_promised_day(self):
        """S1, X1: the day that it is where the company works, east or west of the server."""
        order = self.make_confirmed_order(self.make_product())
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
            with self.subTest(zone):
                self.company.resource_calendar_id.tz = zone
                action = order.action_make_stocking_request()
                request = self.env["stocking.request"].browse(action["res_id"])
                promised = fields.Datetime.context_timestamp(
                    order.with_context(tz=zone), order.commitment_date
                )
                self.assertEqual(request.date_needed, promised.date())

    def test_the_warehouse_of_another_company_is_refused(self):
        """X4, X6: Odoo names both companies."""
        other = self.env["res.company"].create({"name": "Other"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        warehouse = warehouse or self.env["stock.warehouse"].create(
            {"name": "Other", "code": "OTH", "company_id": other.id}
        )
        with self.assertRefused("belongs to company"):
            self.make_stocking_request(warehouse_id=warehouse.id)
