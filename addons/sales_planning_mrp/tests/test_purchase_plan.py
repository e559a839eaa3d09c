from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .purchase_plan_case import PurchasePlanCase


@tagged("post_install", "-at_install")
class TestPurchasePlanCalculation(PurchasePlanCase):
    """P5: what a plan orders, worked out by hand."""

    def make_machine(self):
        """The worked example of the manual: see ``test_explosion``."""
        self.bearing = self.make_part(
            "Bearing", {"delay": 5, "price": 2, "plan_multiple": 25}, stock=12
        )
        self.motor = self.make_part("Motor", {"delay": 10, "price": 30, "min_qty": 10})
        self.frame = self.make_part("Frame", {"delay": 4, "price": 50})
        self.drive = self.make_part("Drive", stock=5)
        self.machine = self.make_part("Machine", list_price=900)
        self.make_bom(self.drive, {self.bearing: 4, self.motor: 1}, produce_delay=3)
        self.make_bom(self.machine, {self.drive: 2, self.frame: 1}, produce_delay=2)

    def test_three_levels_by_stock_lots_and_working_days(self):
        """P5: 10 machines on a Monday; drives and frames on Thursday, bearings and motors Monday."""
        self.make_machine()
        order = self.promise({self.machine: 10}, self.monday)
        plan = self.make_plan()
        thursday, monday = self.monday - timedelta(days=4), self.monday - timedelta(days=7)
        got = {
            line.product_id: (
                line.date_needed,
                line.gross,
                line.from_stock,
                line.net,
                line.quantity,
                line.amount,
                line.order_by,
            )
            for line in self.lines_of(plan, self.bearing, self.motor, self.frame, self.drive)
        }
        self.assertEqual(
            got,
            {
                self.frame: (thursday, 10, 0, 10, 10, 500, thursday - timedelta(days=6)),
                self.bearing: (monday, 60, 12, 48, 50, 100, monday - timedelta(days=7)),
                self.motor: (monday, 15, 0, 15, 15, 450, monday - timedelta(days=14)),
            },
        )
        line = self.lines_of(plan, self.bearing)
        self.assertEqual(line.order_line_ids, order.order_line)
        self.assertEqual(line.peg_text, f"{order.name} · 48")
        self.assertEqual((line.partner_id, line.kind, line.level), (self.supplier, "buy", 2))

    def test_what_is_made_and_ordered_counts(self):
        """P5: an open production and an open purchase are incoming; its components are needed."""
        self.make_machine()
        production = self.env["mrp.production"].create(
            {
                "product_id": self.drive.id,
                "product_qty": 4,
                "bom_id": self.drive.bom_ids.id,
                "date_start": self.noon(self.monday - timedelta(days=14)),
                "company_id": self.company.id,
            }
        )
        self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.motor.id,
                            "product_qty": 7,
                            "date_planned": self.noon(self.monday - timedelta(days=15)),
                        }
                    )
                ],
            }
        ).button_confirm()
        self.promise({self.machine: 10}, self.monday)
        plan = self.make_plan()
        # 20 drives, 5 in stock and 4 made: 11. Motors: 4 for the production, 11 for the rest; 7 come
        motors = self.lines_of(plan, self.motor)
        self.assertEqual(sum(motors.mapped("gross")), 11)
        self.assertEqual(sum(motors.mapped("from_incoming")), 3)
        self.assertEqual(sum(motors.mapped("net")), 8)
        self.assertEqual(motors.quantity, 10)
        # bearings: 16 for the production, of which 12 are in stock, and 44
        bearings = self.lines_of(plan, self.bearing).sorted("date_needed")
        self.assertEqual(bearings.mapped("net"), [4, 23])
        self.assertEqual(bearings.mapped("quantity"), [25, 25])
        self.assertIn(production.name, bearings[0].peg_text)

    def test_what_left_one_warehouse_for_another_is_on_its_way(self):
        """P5: four left for the other warehouse and arrive on Monday; they are bought by nobody."""
        part = self.make_part("Part", {"price": 5}, list_price=20, stock=2)
        north = self.env["stock.warehouse"].create(
            {"name": "North", "code": "NORTH", "company_id": self.company.id}
        )
        transit = self.company.internal_transit_location_id
        transit.active = True
        self.env["stock.quant"]._update_available_quantity(part, transit, 4)
        self.env["stock.move"].create(
            {
                "product_id": part.id,
                "product_uom_qty": 4,
                "location_id": transit.id,
                "location_dest_id": north.lot_stock_id.id,
                "picking_type_id": north.int_type_id.id,
                "company_id": self.company.id,
                "date": self.noon(self.monday),
            }
        )._action_confirm()
        friday = self.monday - timedelta(days=3)
        self.promise({part: 3}, friday)
        self.promise({part: 4}, self.monday)
        plan = self.make_plan()
        # two are left here, and what is on its way comes after Friday, in time for Monday
        [line] = self.lines_of(plan, part)
        self.assertEqual(
            (line.date_needed, line.gross, line.from_stock, line.from_incoming, line.net),
            (friday, 3, 2, 0, 1),
        )

    def test_kits_and_subcontracted_goods(self):
        """P5: a kit is exploded; the subcontractor needs the iron when the casting is ordered."""
        iron = self.make_part("Iron", {"delay": 1, "price": 1})
        cast = self.make_part("Casting", {"partner_id": self.foundry.id, "delay": 3, "price": 20})
        kit = self.make_part("Set", list_price=100)
        self.make_bom(
            cast, {iron: 2}, "subcontract", subcontractor_ids=[Command.set(self.foundry.ids)]
        )
        self.make_bom(kit, {cast: 3}, "phantom")
        self.promise({kit: 5}, self.monday)
        plan = self.make_plan()
        self.assertFalse(self.lines_of(plan, kit))
        casting, irons = self.lines_of(plan, cast), self.lines_of(plan, iron)
        self.assertEqual((casting.kind, casting.quantity), ("subcontract", 15))
        self.assertEqual(casting.partner_id, self.foundry)
        wednesday = self.monday - timedelta(days=5)
        self.assertEqual(casting.order_by, wednesday)
        self.assertEqual((irons.date_needed, irons.quantity), (wednesday, 30))

    def test_units_of_the_supplier_are_bought_whole(self):
        """P5: 30 needed, sold by the dozen at 24: three dozen, 72."""
        dozen = self.env.ref("uom.product_uom_dozen")
        bolt = self.make_part("Bolt", {"price": 24, "product_uom_id": dozen.id}, list_price=1)
        self.promise({bolt: 30}, self.monday)
        line = self.lines_of(self.make_plan(), bolt)
        self.assertEqual((line.quantity, line.purchase_uom_id, line.amount), (3, dozen, 72))

    def test_incomplete_rows_are_named(self):
        """P5: no supplier, an archived component, and units that cannot be converted."""
        nobody = self.make_part("Nobody sells it")
        gone = self.make_part("Gone", {"price": 1})
        liquid = self.make_part("Liquid", {"price": 1})
        whole = self.make_part("Whole", list_price=10)
        bom = self.make_bom(whole, {nobody: 1, gone: 1, liquid: 1})
        bom.bom_line_ids[2].product_uom_id = self.env.ref("uom.product_uom_litre")
        gone.active = False
        self.promise({whole: 5}, self.monday)
        plan = self.make_plan()
        self.assertIn("Whole takes Liquid in L", plan.findings)
        self.assertIn("Whole takes Gone, which is archived", plan.findings)
        self.assertIn("neither a supplier", self.lines_of(plan, nobody).problem)
        self.assertIn("archived", self.lines_of(plan, gone).problem)
        self.assertFalse(self.lines_of(plan, liquid))
        self.only(plan, nobody, gone)
        with self.assertRefused("has no supplier"):
            self.approve(plan)
        self.lines_of(plan, nobody).write({"partner_id": self.supplier.id, "price_unit": 3})
        with self.assertRefused("Gone"):
            self.approve(plan)
        self.lines_of(plan, gone).write({"quantity": 0, "reason": "Replaced by another."})
        self.approve(plan)
        self.assertEqual(plan.state, "approved")

    def test_products_that_contain_each_other_are_named(self):
        """P5: the loop is said, and nothing is calculated."""
        a, b = self.make_part("Hen", list_price=10), self.make_part("Egg")
        self.make_bom(a, {b: 1})
        bom = self.make_bom(b, {self.pump: 1})
        # as a database that was written to by other means may have it
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_id = %s WHERE id = %s", (a.id, bom.bom_line_ids.id)
        )
        self.env.invalidate_all()
        plan = self.make_plan(calculate=False)
        self.promise({a: 1}, self.monday)
        with self.assertRefused("Hen"):
            plan.action_calculate()
        self.assertEqual(plan.state, "draft")

    def test_a_closed_calendar_is_named(self):
        """P5: a company that never works cannot plan."""
        self.company.resource_calendar_id.attendance_ids.unlink()
        with self.assertRefused("Monday to Friday"):
            self.make_plan()

    def test_orders_that_may_not_start_wait(self):
        """P5, D11 二: their goods are planned only when asked for."""
        part = self.make_part("Special", {"price": 5}, list_price=20)
        order = self.promise({part: 3}, self.monday)
        self.as_user(order, self.finance).action_hold("Overdue invoices.")
        self.assertFalse(self.lines_of(self.make_plan(), part))
        self.assertEqual(self.lines_of(self.make_plan(with_waiting_orders=True), part).quantity, 3)

    def test_the_forecast_counts_beyond_what_is_ordered(self):
        """P5, P2: 10 expected in the month, 4 ordered for it: 6 more, on its first day."""
        part = self.make_part("Expected", {"price": 5}, list_price=20)
        self.promise({part: 4}, self.monday)
        month = self.monday.replace(day=1)
        forecast = self.registry["sales.forecast"]
        with patch.object(forecast, "_expected", lambda *_args: {(part.id, month): 10.0}):
            plain, expecting = self.make_plan(), self.make_plan(with_forecast=True)
        self.assertEqual(sum(self.lines_of(plain, part).mapped("quantity")), 4)
        lines = self.lines_of(expecting, part)
        self.assertEqual(
            {line.date_needed: line.quantity for line in lines},
            {max(month, self.today): 6, self.monday: 4},
        )

    def test_more_products_are_read_with_no_more_queries(self):
        """P5: queries grow with the levels, not with the products."""

        def queries(number, name):
            for n in range(number):
                part = self.make_part(f"{name} part {n}", {"price": 1})
                whole = self.make_part(f"{name} {n}", list_price=10)
                self.make_bom(whole, {part: 1})
                self.promise({whole: 1}, self.monday)
            plan = self.make_plan(calculate=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan.action_calculate()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1, "Warm")
        few = queries(2, "Few")
        self.assertLessEqual(queries(10, "Many"), few + 5)

    def test_what_is_needed_after_the_plan_is_not_planned(self):
        """P5: the horizon ends with its day."""
        part = self.make_part("Later", {"price": 5}, list_price=20)
        self.promise({part: 3}, self.monday)
        self.assertFalse(
            self.lines_of(self.make_plan(date_to=self.monday - timedelta(days=1)), part)
        )
        self.assertTrue(self.lines_of(self.make_plan(date_to=self.monday), part))


@tagged("post_install", "-at_install")
class TestPurchasePlanRights(PurchasePlanCase):
    """P5: who does what, and what nobody does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls.make_part("Part", {"price": 5, "delay": 2}, list_price=20)

    def setUp(self):
        super().setUp()
        self.promise({self.part: 3}, self.monday)
        self.plan = self.make_plan()
        self.only(self.plan, self.part)
        self.line = self.lines_of(self.plan, self.part)

    def test_only_the_vp_of_production_approves(self):
        """P5: without a chain the holder of the role, and nobody else."""
        for user in (self.dispatch, self.statistics):
            with self.assertRefused("is done by", AccessError):
                self.as_user(self.plan, user).action_approve()
        self.approve(self.plan)
        self.assertEqual(
            (self.plan.state, self.plan.approved_by_id), ("approved", self.vp_production)
        )

    def test_only_dispatch_hands_over(self):
        """P5: statistics plans, too, but gives nothing to purchasing."""
        self.approve(self.plan)
        with self.assertRefused("is done by", AccessError):
            self.as_user(self.plan, self.statistics).action_hand_over()
        with self.assertRefused("", AccessError):
            self.as_user(self.plan, self.vp_production).action_back()

    def test_outsiders_read_nothing(self):
        """P5: nobody of another department sees what is bought."""
        with self.assertRefused("", AccessError):
            self.as_user(self.plan, self.outsider).read(["name"])
        with self.assertRefused("", AccessError):
            self.make_plan(self.vp_production, calculate=False)

    def test_nothing_calculated_is_entered(self):
        """P5: neither figures nor states, by nobody."""
        for name, value in {
            "state": "approved",
            "findings": "-",
            "handed_at": "2030-01-01",
        }.items():
            with self.subTest(name), self.assertRefused("", AccessError):
                self.plan.write({name: value})
        for name, value in {"net": 1, "order_by": self.today, "product_id": self.pump.id}.items():
            with self.subTest(name), self.assertRefused("", AccessError):
                self.line.write({name: value})
        with self.assertRefused("", AccessError):
            self.line.copy()
        with self.assertRefused(""):
            self.line.unlink()

    def test_a_changed_quantity_needs_a_reason(self):
        """P5: and the chain reads it."""
        self.line.quantity = 8
        with self.assertRefused("say why 8 is ordered and not 3"):
            self.approve(self.plan)
        self.line.reason = "Spare parts."
        self.approve(self.plan)

    def test_an_approved_plan_stands_until_it_is_taken_back(self):
        """P5: then it is approved anew."""
        self.approve(self.plan)
        with self.assertRefused("Approved"):
            self.line.quantity = 8
        with self.assertRefused("Approved"):
            self.plan.action_calculate()
        self.plan.action_back()
        self.line.write({"quantity": 8, "reason": "Spare parts."})
        self.assertEqual((self.plan.state, self.plan.approved_by_id.id), ("calculated", False))

    def test_the_chain_decides_and_a_change_voids_it(self):
        """P5, A9: pending plans stand still; the VP decides in the chain, nobody beside it."""
        self.company._set_up_rulebook()
        chains = self.env["approval.chain"].with_context(active_test=False)
        [chain] = chains.search(
            [("model", "=", "purchase.plan"), ("company_id", "=", self.company.id)]
        )
        chain.active = True
        with self.assertRefused():
            self.approve(self.plan)
        self.plan.action_approval_submit("purchase_plan")
        self.assertEqual(self.plan.stage, "review")
        with self.assertRefused():
            self.line.quantity = 8
        with self.assertRefused():
            self.plan.action_calculate()
        self.as_user(self.plan.sudo().approval_request_id, self.vp_production).action_decide(
            "approve", "Yes."
        )
        self.assertEqual((self.plan.state, self.plan.stage), ("approved", "approved"))
        self.plan.action_back()
        self.line.write({"quantity": 8, "reason": "Spare parts."})
        with self.assertRefused():
            self.approve(self.plan)

    def test_another_company_sees_nothing(self):
        """P5, X4: plans stay in their company."""
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        stranger = self.dispatch.copy(
            {
                "login": "test_stranger",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        plans = self.env["purchase.plan"].with_user(stranger)
        plans = plans.with_context(allowed_company_ids=other.ids)
        self.assertFalse(plans.search([("id", "=", self.plan.id)]))
        with self.assertRefused("does not plan here"):
            plans.create({"company_id": other.id, "date_to": self.monday})


@tagged("post_install", "-at_install")
class TestPurchasePlanHandover(PurchasePlanCase):
    """P5: from the plan to requests for quotation, and back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = {"partner_id": cls.foundry.id}
        cls.a = cls.make_part("A", {"price": 5, "delay": 2}, list_price=20)
        cls.b = cls.make_part("B", {"price": 6, "delay": 2}, list_price=20)
        cls.c = cls.make_part("C", {"price": 7, "delay": 2, **other}, list_price=20)

    def handed(self):
        self.promise({self.a: 3, self.b: 4, self.c: 5}, self.monday)
        self.promise({self.a: 2}, self.monday + timedelta(days=7))
        plan = self.make_plan()
        self.only(plan, self.a, self.b, self.c)
        self.approve(plan)
        plan.action_hand_over()
        return plan

    def test_one_request_a_supplier_one_line_a_product_and_day(self):
        """P5: A twice and B at Bearings Ltd, C at the foundry; purchasing is told."""
        plan = self.handed()
        orders = plan.sudo().line_ids.purchase_line_ids.order_id
        self.assertEqual(
            {
                (order.partner_id, order.origin, len(order.order_line), order.state)
                for order in orders
            },
            {(self.supplier, plan.name, 3, "draft"), (self.foundry, plan.name, 1, "draft")},
        )
        for line in self.lines_of(plan, self.a, self.b, self.c):
            bought = line.purchase_line_ids
            self.assertEqual(
                (bought.product_qty, bought.price_unit), (line.quantity, line.price_unit)
            )
            self.assertEqual(line.expected_date, line.date_needed)
            self.assertEqual(line.step, "rfq")
        self.assertIn(self.buyer, orders.activity_ids.user_id)
        self.assertEqual(plan.stage, "handed")

    def test_the_next_plan_orders_nothing_twice(self):
        """P5: requests of the first plan are incoming for the second."""
        self.handed()
        self.assertFalse(self.lines_of(self.make_plan(), self.a, self.b, self.c))

    def test_a_plan_that_another_overtook_is_calculated_again(self):
        """P5: or the same were ordered twice."""
        self.promise({self.a: 3}, self.monday)
        first, second = self.make_plan(), self.make_plan()
        for plan in (first, second):
            self.only(plan, self.a)
            self.approve(plan)
        first.action_hand_over()
        with self.assertRefused(first.name):
            second.action_hand_over()

    def test_arrival_dates_and_receipts_flow_back(self):
        """P5: the planner is told of the later day; what is received ends the plan."""
        plan = self.handed()
        line = self.lines_of(plan, self.c)
        order = self.as_user(line.sudo().purchase_line_ids.order_id, self.buyer)
        messages = plan.message_ids
        order.order_line.date_planned = self.noon(self.monday + timedelta(days=3))
        self.assertEqual(line.expected_date, self.monday + timedelta(days=3))
        self.assertEqual(line.days_late, 3)
        told = plan.message_ids - messages
        self.assertEqual(told.notified_partner_ids, self.dispatch.partner_id)
        wanted = self.monday + timedelta(days=3)
        self.assertRegex(told.body, f"{wanted:%m}.*{wanted:%d}")
        orders = self.as_user(plan.sudo().line_ids.purchase_line_ids.order_id, self.buyer)
        orders.button_confirm()
        self.assertEqual(set(orders.mapped("state")), {"purchase"})
        self.assertEqual((line.step, plan.stage), ("ordered", "handed"))
        for picking in orders.sudo().picking_ids:
            for move in picking.move_ids:
                move.quantity, move.picked = move.product_uom_qty, True
            self.as_user(picking, self.warehouse).button_validate()
        self.assertEqual((line.step, line.received_quantity, plan.stage), ("received", 5, "done"))

    def test_what_was_handed_over_is_not_cancelled_by_the_planner(self):
        """P5: nor deleted or taken back."""
        plan = self.handed()
        for act in (plan.action_cancel, plan.action_back, plan.action_calculate, plan.unlink):
            with self.assertRefused("", UserError):
                act()
