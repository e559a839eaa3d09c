from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .schedule_case import ScheduleCase


@tagged("post_install", "-at_install")
class TestSchedule(ScheduleCase):
    """P4: what is made when and where; what cannot be planned is told at its row."""

    def test_operations_follow_each_other_at_their_work_centres(self):
        """P4: three tanks: three hours of cutting, then six of welding."""
        schedule = self.scheduled()
        cut, weld = schedule.operation_ids.sorted("sequence")
        self.assertEqual((cut.workcenter_id, weld.workcenter_id), (self.cutting, self.welding))
        self.assertEqual((cut.duration, weld.duration), (180, 360))
        self.assertEqual(cut.date_start, schedule.date_from)
        self.assertEqual(cut.date_end, schedule.date_from + self.hours(3))
        self.assertEqual(
            (weld.date_start, weld.date_end - weld.date_start), (cut.date_end, self.hours(6))
        )
        line = schedule.line_ids
        self.assertEqual((line.date_start, line.date_finish), (cut.date_start, weld.date_end))
        self.assertFalse(line.late_days or line.problem or line.material_date)

    def test_two_productions_share_a_centre_one_after_the_other(self):
        """P4: the one that is needed first is first."""
        late = self.verified(self.make_notice_by_hand(days=9))
        early = self.verified(self.make_notice_by_hand(days=3))
        schedule = self.make_schedule(late, early)
        by_notice = {line.notice_line_id.notice_id: line for line in schedule.line_ids}
        cuts = [by_notice[notice].operation_ids.sorted("sequence")[0] for notice in (early, late)]
        self.assertEqual(cuts[0].date_start, schedule.date_from)
        self.assertEqual(cuts[1].date_start, cuts[0].date_end)

    def test_work_orders_that_are_planned_already_take_their_time(self):
        """P4: a production planned in manufacturing occupies cutting for two hours."""
        other = self.env["mrp.production"].create(
            {"product_id": self.tank.id, "product_qty": 2, "company_id": self.company.id}
        )
        other.action_confirm()
        start = fields.Datetime.now() + timedelta(days=2)
        other.workorder_ids[0].write({"date_start": start})
        schedule = self.scheduled(date_from=start)
        cut = schedule.operation_ids.sorted("sequence")[0]
        self.assertEqual(cut.date_start, other.workorder_ids[0].date_finished)

    def test_missing_material_waits_for_the_vendor(self):
        """P4: 1,000 sheets are there, 1,200 needed; the vendor takes 8 days."""
        vendor = self.env["res.partner"].create({"name": "Steel Ltd"})
        self.sheet.seller_ids = [Command.create({"partner_id": vendor.id, "delay": 8})]
        before = fields.Datetime.now()
        schedule = self.scheduled({self.tank: 600})
        line = schedule.line_ids
        self.assertGreaterEqual(line.material_date, before + timedelta(days=8))
        self.assertGreaterEqual(line.date_start, line.material_date)
        self.assertIn("Sheet", line.material_note)

    def test_a_purchase_under_way_brings_material_earlier_than_a_new_one(self):
        """P4: 300 sheets ordered for the third day cover the 200 that are missing."""
        vendor = self.env["res.partner"].create({"name": "Steel Ltd"})
        self.sheet.seller_ids = [Command.create({"partner_id": vendor.id, "delay": 30})]
        order = self.env["purchase.order"].create(
            {
                "partner_id": vendor.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.sheet.id, "product_qty": 300, "price_unit": 1}
                    )
                ],
            }
        )
        order.button_confirm()
        order.button_approve()
        moves = order.picking_ids.move_ids
        self.assertTrue(moves)
        arrives = fields.Datetime.now() + timedelta(days=3)
        moves.date = arrives
        line = self.scheduled({self.tank: 600}).line_ids
        self.assertEqual(line.material_date, arrives.replace(microsecond=0))

    def test_what_is_made_of_something_made_is_made_after_it(self):
        """P4: the frame is a row of its own; the press begins when it is finished."""
        frame = self.make_product("Frame", 50)
        self.make_bom(frame, {self.sheet: 1}, [("Bend", self.cutting, 30)])
        press = self.make_product("Press", 900)
        self.make_bom(press, {frame: 2}, [("Assemble", self.welding, 60)])
        schedule = self.scheduled({press: 2})
        child = schedule.line_ids.filtered("parent_id")
        parent = child.parent_id
        self.assertEqual((child.product_id, child.quantity), (frame, 4))
        self.assertEqual(child.date_finish - child.date_start, self.hours(2))
        self.assertEqual(parent.date_start, child.date_finish)
        # calculated anew, nothing is doubled
        schedule.action_calculate()
        self.assertEqual(len(schedule.line_ids), 2)

    def test_kits_are_made_as_their_components(self):
        """P4: what a kit needs is needed by the row, and its operations belong to it."""
        legs = self.make_product("Set of Legs", 20)
        self.make_bom(legs, {self.sheet: 4}, [("Drill", self.cutting, 15)], type="phantom")
        table = self.make_product("Table", 200)
        self.make_bom(table, {legs: 1}, [("Paint", self.welding, 30)])
        schedule = self.scheduled({table: 2})
        self.assertEqual(len(schedule.line_ids), 1)
        names = schedule.operation_ids.sorted("date_start").mapped("name")
        self.assertEqual(names, ["Drill", "Paint"])

    def test_subcontracted_parts_take_the_days_of_their_vendor(self):
        """P4, P6: six days outside, and no work centre."""
        vendor = self.env["res.partner"].create({"name": "Coating Ltd"})
        part = self.make_product("Coated Part", 5)
        part.seller_ids = [Command.create({"partner_id": vendor.id, "delay": 6})]
        self.make_bom(
            part, {self.sheet: 1}, type="subcontract", subcontractor_ids=[Command.set(vendor.ids)]
        )
        self.make_bom(self.pump, {part: 1}, [("Mount", self.cutting, 60)])
        schedule = self.scheduled({self.pump: 1})
        child = schedule.line_ids.filtered("parent_id")
        self.assertEqual((child.kind, child.operation_ids.ids), ("subcontract", []))
        self.assertEqual(child.date_finish, schedule.date_from + timedelta(days=6))
        self.assertEqual(child.parent_id.date_start, child.date_finish)

    def test_an_alternative_work_centre_helps_out(self):
        """P4: two cuts of ten tanks at once, one at each centre."""
        spare = self.make_centre("Spare Cutting")
        self.cutting.alternative_workcenter_ids = spare
        notices = [self.verified(self.make_notice_by_hand({self.tank: 10})) for _number in range(2)]
        schedule = self.make_schedule(*notices)
        cuts = schedule.operation_ids.filtered(lambda row: row.name == "Cut")
        self.assertEqual(cuts.workcenter_id, self.cutting | spare)
        self.assertEqual(set(cuts.mapped("date_start")), {schedule.date_from})

    def test_later_than_needed_and_promised_is_told(self):
        """P4: 100 tanks take 200 hours of welding; they were needed in two days."""
        schedule = self.make_schedule(
            self.verified(self.make_notice_by_hand({self.tank: 100}, days=2))
        )
        line = schedule.line_ids
        self.assertEqual((schedule.late_count, schedule.problem_count), (1, 0))
        expected = (line.date_finish - line.date_needed) / timedelta(days=1)
        self.assertAlmostEqual(line.late_days, expected, delta=0.06)
        self.assertGreater(line.late_days, 5)

    # ------------------------------------------------------------------ bad input

    def problem_of(self, goods=None, **values):
        schedule = self.scheduled(goods, **values)
        self.assertTrue(schedule.problem_count)
        with self.assertRefused("Tank"):
            schedule.action_approve()
        return "\n".join(filter(None, schedule.line_ids.mapped("problem")))

    def test_a_closed_work_centre_is_named(self):
        """P4: its calendar has no hours."""
        self.cutting.resource_calendar_id = self.make_calendar("Closed", [], 0, 0)
        self.assertIn("Tank (3.0 Units): the work centre Cutting is closed", self.problem_of())

    def test_a_capacity_of_zero_counts_as_none(self):
        """P4: as Odoo has it: one at a time, not never."""
        self.cutting.capacity_ids = [
            Command.create({"product_id": self.tank.id, "capacity": 0, "time_start": 30})
        ]
        cut = self.scheduled().operation_ids.sorted("sequence")[0]
        self.assertEqual(cut.duration, 30 + 3 * 60)

    def test_an_archived_work_centre_is_named(self):
        """P4: it does nothing any more."""
        self.cutting.active = False
        self.assertIn("the work centre Cutting is archived", self.problem_of())

    def test_what_fits_nowhere_is_named(self):
        """P4: 100 hours of cutting in two days."""
        text = self.problem_of({self.tank: 100}, horizon_days=2)
        self.assertIn("Cut does not fit at Cutting in the next 2 days", text)

    def test_a_component_without_vendor_and_bill_is_named(self):
        """P4: 1,000 sheets are there, 1,200 needed."""
        text = self.problem_of({self.tank: 600})
        self.assertIn("200.0 Units of the component Sheet are missing", text)

    def test_an_archived_component_is_named(self):
        """P4: nothing can be made of it."""
        self.sheet.active = False
        self.assertIn("the component Sheet is archived", self.problem_of())

    def test_a_bill_that_lost_its_way_is_named(self):
        """P4: archived after the notice was taken in."""
        notice = self.verified(self.make_notice_by_hand())
        schedule = self.make_schedule(notice)
        self.tank_bom.active = False
        schedule.action_calculate()
        self.assertIn("it has no bill of materials", schedule.line_ids.problem)

    def test_bills_that_go_round_in_a_loop_are_named(self):
        """P4: as old data or an import may have them; Odoo's own check is passed over."""
        frame = self.make_product("Frame", 50)
        bom = self.make_bom(frame, {self.sheet: 1})
        self.tank_bom.bom_line_ids.product_id = frame
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_id = %s WHERE bom_id = %s", (self.tank.id, bom.id)
        )
        self.env.invalidate_all()
        self.assertIn("loop: Tank → Frame → Tank", self.problem_of())

    def test_a_unit_of_another_kind_is_named(self):
        """P4: the bill counts sheets in hours."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_uom_id = %s WHERE bom_id = %s",
            (self.env.ref("uom.product_uom_hour").id, self.tank_bom.id),
        )
        self.env.invalidate_all()
        self.assertIn("counts Sheet in Hours", self.problem_of())

    # ------------------------------------------------------------------ moving

    def test_dispatch_moves_an_operation_and_the_server_says_no(self):
        """P4: not before what comes before, not into something else, not where it cannot be done."""
        schedule = self.make_schedule(
            self.verified(self.make_notice_by_hand(days=3)),
            self.verified(self.make_notice_by_hand(days=9)),
        )
        first, second = schedule.line_ids.sorted("date_start")
        cut, weld = second.operation_ids.sorted("sequence")
        later = weld.date_start + self.hours(5)
        weld.action_move(fields.Datetime.to_string(later))
        self.assertEqual((weld.date_start, weld.date_end), (later, later + self.hours(6)))
        self.assertEqual(second.date_finish, weld.date_end)
        with self.assertRefused("something else is done"):
            cut.date_start = first.operation_ids.sorted("sequence")[0].date_start
        with self.assertRefused("has to be finished by"):
            cut.date_start = weld.date_start
        with self.assertRefused("cannot begin before"):
            weld.date_start = cut.date_end - self.hours(1)
        with self.assertRefused("cannot be done at Cutting"):
            weld.workcenter_id = self.cutting
        for user in (self.statistics, self.vp_production):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.as_user(weld, user).action_move(fields.Datetime.to_string(later))
        with self.assertRefused("", AccessError):
            weld.duration = 1
        with self.assertRefused("", AccessError):
            weld.create({"date_start": later})

    def test_only_dispatch_makes_and_changes_schedules(self):
        """P4: and one draft at a time."""
        for user in (self.statistics, self.vp_production, self.sales):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.as_user(self.env["production.schedule"], user).create(
                    {"company_id": self.company.id}
                )
        schedule = self.scheduled()
        with self.assertRefused("", AccessError):
            self.as_user(schedule, self.statistics).action_calculate()
        for name, value in {"state": "approved", "stage": "done", "rule": "due"}.items():
            with self.subTest(name), self.assertRefused("", AccessError):
                schedule.write({name: value})
        for name in ("date_start", "date_finish", "problem", "production_id", "late_days"):
            with self.subTest(name), self.assertRefused("", AccessError):
                schedule.line_ids.write({name: False})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            schedule.create({"company_id": self.company.id})


@tagged("post_install", "-at_install")
class TestApprovedSchedule(ScheduleCase):
    """P4: approved, it makes manufacturing orders; planned anew, it says what moves."""

    def test_from_an_order_to_a_finished_production(self):
        """P3, P4, D11: order, notice, schedule decided by the VP, production, done."""
        self.env["approval.chain"].create(
            {
                "name": "Schedule",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("production.schedule"),
                "operation": "schedule",
                "step_ids": [
                    Command.create(
                        {
                            "name": "VP",
                            "approver": "role",
                            "role_id": self.env["approval.role"]
                            .search([("code", "=", "vp_production")])
                            .id,
                        }
                    )
                ],
            }
        )
        order = self.make_confirmed({self.tank: 4})
        notice = self.verified(self.make_notice_of(order))
        action = self.as_user(notice, self.dispatch).action_schedule_notice()
        schedule = self.as_user(
            self.env["production.schedule"].browse(action["res_id"]), self.dispatch
        )
        schedule.action_calculate()
        with self.assertRefused():
            schedule.action_approve()
        schedule.action_approval_submit()
        self.assertEqual(schedule.stage, "review")
        with self.assertRefused("stays as it is"):
            schedule.action_calculate()
        request = self.env["approval.request"].search(
            [("res_model", "=", "production.schedule"), ("res_id", "=", schedule.id)]
        )
        self.as_user(request, self.vp_production).action_decide("approve")
        self.assertEqual((request.state, schedule.stage), ("executed", "approved"))
        line, production = schedule.line_ids, schedule.line_ids.production_id
        self.assertEqual((production.product_qty, production.state), (4, "confirmed"))
        self.assertEqual(production.sale_line_id, order.order_line)
        self.assertEqual(production.reference_ids.sale_ids, order)
        self.assertEqual(
            (production.date_start, production.date_finished), (line.date_start, line.date_finish)
        )
        self.assertTrue(production.is_planned)
        planned = {
            (row.operation_id, row.workcenter_id, row.date_start, row.date_end)
            for row in schedule.operation_ids
        }
        stand = {
            (row.operation_id, row.workcenter_id, row.date_start, row.date_finished)
            for row in production.workorder_ids
        }
        self.assertEqual(stand, planned)
        self.assertEqual(
            (notice.stage, notice.line_ids.date_planned), ("scheduled", line.date_finish)
        )
        self.assertEqual(
            (self.row_of(self.tank).in_production, self.row_of(self.tank).to_notice), (4, 0)
        )
        self.assertIn(self.sales.partner_id, notice.message_ids.notified_partner_ids)
        # made
        production.action_start()
        self.assertEqual(schedule.stage, "running")
        production.qty_producing = 4
        production.move_raw_ids.picked = True
        production.workorder_ids.button_finish()
        production.with_context(skip_consumption=True, skip_backorder=True).button_mark_done()
        self.assertEqual((production.state, schedule.stage, notice.stage), ("done", "done", "done"))

    def test_sub_assemblies_go_into_the_production_that_they_are_for(self):
        """P4: and no further production is made for them."""
        frame = self.make_product("Frame", 50)
        self.make_bom(frame, {self.sheet: 1}, [("Bend", self.cutting, 30)])
        press = self.make_product("Press", 900)
        self.make_bom(press, {frame: 2}, [("Assemble", self.welding, 60)])
        schedule = self.scheduled({press: 2})
        schedule.action_approve()
        child = schedule.line_ids.filtered("parent_id").production_id
        parent = schedule.line_ids.filtered(lambda line: not line.parent_id).production_id
        self.assertEqual(parent.move_raw_ids.move_orig_ids.production_id, child)
        self.assertEqual(
            self.env["mrp.production"].search_count([("product_id", "=", frame.id)]), 1
        )

    def test_the_production_of_an_order_on_hold_waits_unplanned(self):
        """P4, F7: with a note; it takes its place when it is confirmed."""
        order = self.make_confirmed({self.tank: 4})
        notice = self.verified(self.make_notice_of(order))
        schedule = self.make_schedule(notice)
        self.as_user(order, self.finance).action_hold("The customer is late.")
        schedule.action_approve()
        production = schedule.line_ids.production_id
        self.assertEqual((production.state, production.is_planned), ("draft", False))
        self.assertIn("cannot begin yet", production.message_ids[0].body)
        # its place is kept: the next schedule plans around it
        other = self.scheduled(date_from=schedule.date_from)
        cut = other.operation_ids.sorted("sequence")[0]
        self.assertEqual(cut.date_start, schedule.operation_ids.sorted("sequence")[0].date_end)
        self.as_user(order, self.finance).action_lift_hold("Paid.")
        production.action_confirm()
        self.assertTrue(production.is_planned)
        self.assertEqual(production.date_start, schedule.line_ids.date_start)

    def test_what_was_taken_meanwhile_is_calculated_anew(self):
        """P4: a work order planned by hand between calculation and approval."""
        schedule = self.scheduled()
        other = self.env["mrp.production"].create(
            {"product_id": self.tank.id, "product_qty": 2, "company_id": self.company.id}
        )
        other.action_confirm()
        other.workorder_ids[0].write({"date_start": schedule.operation_ids[0].date_start})
        with self.assertRefused("was taken by something else since"):
            schedule.action_approve()
        schedule.action_calculate()
        schedule.action_approve()
        self.assertEqual(schedule.stage, "approved")

    def test_a_new_plan_says_what_moves_and_whom_it_hurts(self):
        """P4: a more urgent notice comes in; the old plan is replaced, its production moves."""
        order = self.make_confirmed({self.tank: 60})
        old = self.make_schedule(self.verified(self.make_notice_of(order)))
        old.action_approve()
        production = old.line_ids.production_id
        before = production.date_finished
        urgent = self.verified(self.make_notice_by_hand({self.tank: 60}, days=2))
        action = old.action_replan()
        new = self.as_user(self.env["production.schedule"].browse(action["res_id"]), self.dispatch)
        self.assertEqual((new.previous_id, new.line_ids.production_id), (old, production))
        new.action_add_notices()
        new.action_calculate()
        moved = new.line_ids.filtered("previous_line_id")
        self.assertEqual(moved.previous_finish, before)
        self.assertGreater(moved.shift_days, 0)
        hurt = moved.date_finish > order.commitment_date
        self.assertEqual((moved.hurts, moved.promised_date), (hurt, order.commitment_date))
        self.assertTrue(hurt)
        with self.assertRefused("stays as it is"):
            old.action_calculate()
        new.action_approve()
        self.assertEqual((old.stage, new.stage), ("replaced", "approved"))
        self.assertEqual(production.date_finished, moved.date_finish)
        self.assertEqual(len(new.line_ids.production_id), 2)
        told = self.as_user(moved.notice_line_id.notice_id, self.sales).message_ids[0]
        self.assertIn("later than promised", told.body)
        self.assertIn(self.assistant.partner_id, told.sudo().notified_partner_ids)
        self.assertEqual(urgent.stage, "scheduled")

    def test_what_has_begun_keeps_its_place_in_a_new_plan(self):
        """P4: a plan that changes while it is carried out."""
        old = self.scheduled()
        old.action_approve()
        production = old.line_ids.production_id
        production.action_start()
        finish = production.date_finished
        new = self.as_user(
            self.env["production.schedule"].browse(old.action_replan()["res_id"]), self.dispatch
        )
        self.assertFalse(new.operation_ids)
        self.assertEqual((new.line_ids.date_finish, new.line_ids.shift_days), (finish, 0))
        new.action_approve()
        self.assertEqual((production.date_finished, new.stage), (finish, "running"))

    def test_a_notice_in_a_schedule_is_neither_returned_nor_taken_twice(self):
        """P3, P4: dispatch cancels the draft first."""
        notice = self.verified(self.make_notice_by_hand())
        schedule = self.make_schedule(notice)
        for door in (
            lambda: notice.action_cancel(),
            lambda: self.as_user(notice, self.dispatch).action_return("No."),
        ):
            with self.assertRefused(f"is in {schedule.name}"):
                door()
        with self.assertRefused("No verified production notice"):
            schedule.action_add_notices()
        schedule.action_cancel()
        self.as_user(notice, self.dispatch).action_return("No.")
        self.assertEqual(notice.stage, "draft")
