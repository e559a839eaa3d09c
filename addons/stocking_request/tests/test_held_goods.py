from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_held_stock import HeldStockCase


@tagged("post_install", "-at_install")
class TestHeldGoods(HeldStockCase):
    """S9: what was put aside for whom, since when, and whether it was sold."""

    def setUp(self):
        super().setUp()
        self.company.stock_held_days = 0

    def goods(self, request, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.as_user(self.env["stocking.held.goods"], user or self.assistant)
        return rows.search([("request_id", "=", request.id)])

    def held(self, days=0, quantity=5, **values):
        """A request whose goods were put aside so many days ago."""
        request = self.plan(quantity=quantity, **values)
        self.put_aside(request)
        self.arrived(request, days)
        return request

    def arrived(self, request, days):
        moves = request.allocation_ids.move_ids.filtered(lambda move: move.state == "done")
        moves.date = fields.Datetime.now() - timedelta(days=days)

    def test_goods_put_aside_say_for_whom_since_when_and_what_they_are_worth(self):
        """S9: five at sixty, for a customer, of a department."""
        request = self.held(days=40, partner_id=self.customer.id)
        row = self.goods(request)
        self.assertEqual(
            (row.request_id, row.product_id, row.partner_id, row.user_id, row.department_id),
            (request, self.product, self.customer, self.sales, request.department_id),
        )
        self.assertEqual((row.stored_quantity, row.unsold_quantity, row.value), (5, 5, 300))
        self.assertEqual(row.since, self.company._approval_today() - timedelta(days=40))
        self.assertEqual((row.age_days, row.age, row.status), (40, "days60", "held"))

    def test_ages_fall_into_their_buckets_at_the_boundary(self):
        """S9: thirty days are up to thirty, thirty-one are more."""
        request = self.held()
        for days, age in (
            (0, "days30"),
            (30, "days30"),
            (31, "days60"),
            (60, "days60"),
            (61, "days90"),
            (91, "days180"),
            (180, "days180"),
            (181, "older"),
        ):
            with self.subTest(days=days):
                self.arrived(request, days)
                self.assertEqual(self.goods(request).age, age)

    def test_days_are_those_of_the_company(self):
        """S9, X1: it is tomorrow already east of the server, and yesterday still west of it."""
        request = self.held()
        moves = request.allocation_ids.move_ids.filtered(lambda move: move.state == "done")
        for zone, moment, day in (
            ("Pacific/Kiritimati", "2026-01-05 12:00:00", date(2026, 1, 6)),
            ("Etc/GMT+12", "2026-01-05 11:00:00", date(2026, 1, 4)),
        ):
            with self.subTest(zone):
                self.company.resource_calendar_id.tz = zone
                moves.date = moment
                row = self.goods(request)
                self.assertEqual(row.since, day)
                self.assertEqual(row.age_days, (self.company._approval_today() - day).days)

    def test_goods_only_reserved_to_be_put_aside_do_not_age(self):
        """S9: the clock starts when they stand in the held stock."""
        self.assertFalse(self.goods(self.plan()))

    def test_what_an_order_takes_is_released_then_sold(self):
        """S9: two of five; what is gone has no age."""
        request = self.held(days=100, partner_id=self.customer.id)
        order = self.release(quantity=2)
        row = self.goods(request)
        self.assertEqual((row.unsold_quantity, row.leaving_quantity, row.status), (5, 2, "held"))
        self.as_user(order.picking_ids, self.warehouse).button_validate()
        row = self.goods(request)
        self.assertEqual((row.unsold_quantity, row.sold_quantity), (3, 2))
        self.assertEqual((row.leaving_quantity, row.value), (0, 180))
        rest = self.release(quantity=3)
        self.assertEqual(self.goods(request).status, "leaving")
        self.as_user(rest.picking_ids, self.warehouse).button_validate()
        row = self.goods(request)
        self.assertEqual((row.unsold_quantity, row.sold_quantity, row.value), (0, 5, 0))
        self.assertEqual((row.status, row.age, row.age_days), ("gone", False, 0))

    def test_the_oldest_goods_of_a_request_leave_first(self):
        """S9: put aside in two parts; the younger part stays and says its own age."""
        request, _younger = self.held_in_two_parts(partner_id=self.customer.id)
        self.as_user(self.release(quantity=3).picking_ids, self.warehouse).button_validate()
        rows = self.goods(request)
        self.assertEqual(
            rows.mapped(lambda row: (row.age_days, row.unsold_quantity, row.sold_quantity)),
            [(0, 0, 2), (10, 2, 1)],
        )

    def held_in_two_parts(self, **values):
        """A request of which two pieces stand aside for 70 days and three for 10; these moves."""
        request = self.plan(**values)
        move = self.as_user(request.allocation_ids.move_ids, self.warehouse)
        move.write({"quantity": 2, "picked": True})
        move.picking_id.with_context(skip_backorder=True).button_validate()
        self.arrived(request, 70)
        older = request.allocation_ids.move_ids.filtered(lambda move: move.state == "done")
        self.put_aside(request)
        younger = request.allocation_ids.move_ids - older
        younger.date = fields.Datetime.now() - timedelta(days=10)
        return request, younger

    def test_what_goes_back_into_the_free_stock_is_no_sale(self):
        """S9: a request that is cancelled gives its goods back."""
        request = self.held()
        self.as_user(request, self.assistant).action_cancel()
        self.assertEqual(self.goods(request).status, "leaving")
        back = request.allocation_ids.move_ids.filtered(lambda move: move.state == "assigned")
        self.as_user(back.picking_id, self.warehouse).button_validate()
        row = self.goods(request)
        self.assertEqual(
            (row.status, row.unsold_quantity, row.returned_quantity, row.sold_quantity),
            ("gone", 0, 5, 0),
        )

    def test_goods_asked_for_in_dozens_are_reported_in_the_unit_of_the_product(self):
        """S9: a dozen is twelve."""
        self.env["stock.quant"]._update_available_quantity(self.product, self.location, 7)
        request = self.make_stocking_request(
            line_ids=[
                Command.create(
                    {
                        "product_id": self.product.id,
                        "quantity": 1,
                        "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                    }
                )
            ]
        )
        self.approve_stocking(request)
        self.order_goods(request)
        self.put_aside(request)
        self.assertEqual(self.goods(request).unsold_quantity, 12)

    def test_the_figures_agree_with_what_the_request_says(self):
        """S9: what nobody has taken is the same in both places."""
        request = self.held(partner_id=self.customer.id)
        self.release(quantity=2)
        row = self.goods(request)
        self.assertEqual(
            row.unsold_quantity - row.leaving_quantity, request.allocation_ids.held_quantity
        )

    def test_a_row_opens_its_request_and_its_moves(self):
        """S9: every figure opens its documents."""
        request = self.held()
        row = self.goods(request, self.warehouse_manager())
        self.assertEqual(row.action_open_request()["res_id"], request.id)
        action = row.action_open_moves()
        moves = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(moves, request.allocation_ids.move_ids)

    def warehouse_manager(self):
        self.warehouse.group_ids += self.env.ref("stock.group_stock_manager")
        return self.warehouse

    def test_a_department_sees_its_goods_and_nobody_elses(self):
        """S9: applicant, colleagues and the head of the department; no value for them."""
        mine, other = self.env["hr.department"].create(
            [{"name": name, "company_id": self.company.id} for name in ("Service", "Export")]
        )
        self.sales.with_company(self.company).employee_id.department_id = mine
        self.sales2.with_company(self.company).employee_id.department_id = other
        request = self.held(department_id=mine.id)
        self.assertTrue(self.goods(request, self.sales))
        self.assertFalse(self.goods(request, self.sales2))
        mine.manager_id = self.sales2.with_company(self.company).employee_id
        self.assertTrue(self.goods(request, self.sales2))
        mine.manager_id = False
        self.sales2.with_company(self.company).employee_id.department_id = mine
        row = self.goods(request, self.sales2)
        self.assertEqual(row.unsold_quantity, 5)
        with self.assertRefused(exception=AccessError):
            row.read(["value"])

    def test_other_companies_are_not_seen(self):
        """S9, X4"""
        request = self.held()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.assistant.copy(
            {"login": "stranger", "company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        rows = self.env["stocking.held.goods"].with_user(stranger)
        rows = rows.with_context(allowed_company_ids=other.ids)
        self.env.flush_all()
        self.assertFalse(rows.search([("request_id", "=", request.id)]))

    # ------------------------------------------------------------------ reminding

    def remind(self, request):
        self.env.flush_all()
        self.env["stocking.held.goods"]._cron_remind_assistants()
        return request.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id
                == self.env.ref("stocking_request.mail_activity_held_goods")
            )
        )

    def test_the_assistant_is_asked_once_about_goods_held_too_long(self):
        """S9: not before, not where the company does not want it, and not twice."""
        request = self.held(days=30)
        self.assertFalse(self.remind(request))
        self.company.stock_held_days = 30
        self.assertFalse(self.remind(request))
        self.arrived(request, 31)
        activity = self.remind(request)
        self.assertIn(self.assistant, activity.user_id)
        # in the language of the assistant
        self.assertRegex(activity[0].note, rf"{self.product.display_name}.\s*5")
        self.assertEqual(self.remind(request), activity)
        self.as_user(activity, self.assistant).action_done()
        self.assertFalse(self.remind(request))

    def test_each_part_of_what_was_put_aside_is_asked_about_once(self):
        """S9: what came later is held too long later, whatever was asked about before."""
        self.company.stock_held_days = 30
        request, younger = self.held_in_two_parts()
        first = self.remind(request)
        self.assertIn(self.assistant, first.user_id)
        self.assertEqual(self.remind(request), first)
        younger.date = fields.Datetime.now() - timedelta(days=31)
        second = self.remind(request) - first
        self.assertRegex(second[0].note, rf"{self.product.display_name}.\s*3")
        self.assertEqual(self.remind(request), first | second)

    def test_the_name_of_a_product_is_no_markup(self):
        """S9: it is read as it is written."""
        self.company.stock_held_days = 30
        self.product.name = "Pump <b>5</b>"
        note = self.remind(self.held(days=31))[0].note
        self.assertIn("&lt;b&gt;", note)

    def test_large_quantities_are_written_out(self):
        """S9: 1,234,567 pieces are not 1.23457e+06."""
        self.env["stock.quant"]._update_available_quantity(self.product, self.location, 1234567)
        self.company.stock_held_days = 30
        note = self.remind(self.held(days=31, quantity=1234567))[0].note
        self.assertRegex(note, "1,?234,?567")

    def test_without_an_assistant_it_is_asked_as_soon_as_there_is_one(self):
        """S9: nobody was told, so the question is not used up."""
        self.company.stock_held_days = 30
        request = self.held(days=31)
        role = self.env.ref("approval_chain.role_sales_assistant")
        holders = self.env["approval.role.holder"].search([("role_id", "=", role.id)])
        values = holders.copy_data()
        holders.unlink()
        self.assertFalse(self.remind(request))
        holders.create(values)
        self.assertIn(self.assistant, self.remind(request).user_id)

    def test_goods_released_for_delivery_are_not_asked_about(self):
        """S9: they are about to leave."""
        self.company.stock_held_days = 30
        request = self.held(days=31, partner_id=self.customer.id)
        self.release(quantity=5)
        self.assertFalse(self.remind(request))

    def test_the_question_ends_when_the_goods_have_left(self):
        """S9: nobody is to do anything any more."""
        self.company.stock_held_days = 30
        request = self.held(days=31, partner_id=self.customer.id)
        self.assertTrue(self.remind(request))
        self.as_user(self.release(quantity=5).picking_ids, self.warehouse).button_validate()
        self.assertFalse(self.remind(request))
