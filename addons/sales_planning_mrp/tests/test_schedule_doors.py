from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_date

from .schedule_case import ScheduleCase


@tagged("post_install", "-at_install")
class TestScheduleDoors(ScheduleCase):
    """P4: what is approved is never changed, and the rows of a draft stay what they were made for."""

    def replan(self, schedule):
        action = schedule.action_replan()
        return self.as_user(self.env["production.schedule"].browse(action["res_id"]), self.dispatch)

    def test_rows_and_operations_of_an_approved_schedule_stay_as_they_are(self):
        """P4: neither the row, nor through the schedule, nor by moving another row into it."""
        approved = self.scheduled()
        approved.action_approve()
        draft = self.scheduled()
        row, operation = approved.line_ids, approved.operation_ids[0]
        for name, door in {
            "row": lambda: row.write({"quantity": 9}),
            "order": lambda: row.write({"sequence": 9}),
            "delete a row": row.unlink,
            "through the schedule": lambda: approved.write(
                {"line_ids": [Command.update(row.id, {"quantity": 9})]}
            ),
            "operation": lambda: operation.write({"date_start": operation.date_end}),
            "operation through the schedule": lambda: approved.write(
                {"operation_ids": [Command.update(operation.id, {"date_end": False})]}
            ),
        }.items():
            with self.subTest(name), self.assertRefused("stays as it is"):
                door()
        with self.assertRefused("", AccessError):
            operation.unlink()
        with self.assertRefused("stays what it was made for"):
            draft.line_ids.schedule_id = approved
        with self.assertRefused("stays as it is"):
            approved.write({"line_ids": [Command.link(draft.line_ids.id)]})
        self.assertEqual(approved.line_ids, row)

    def test_a_row_is_made_by_taking_a_notice_in(self):
        """P4: dispatch neither adds rows, nor makes a row be of something else."""
        other = self.verified(self.make_notice_by_hand({self.tank: 7}))
        schedule = self.scheduled()
        row = schedule.line_ids
        values = {"schedule_id": schedule.id, "product_id": self.pump.id, "quantity": 3}
        with self.assertRefused("", AccessError):
            row.create(values)
        with self.assertRefused("", AccessError):
            schedule.write({"line_ids": [Command.create(values)]})
        for name, value in {
            "product_id": self.pump.id,
            "notice_line_id": other.line_ids.id,
            "schedule_id": schedule.id,
        }.items():
            with self.subTest(name), self.assertRefused("stays what it was made for"):
                row.write({name: value})
        row.quantity = 2
        self.assertFalse(schedule.calculated_at)

    def test_an_operation_is_not_left_out(self):
        """P4: what has to be done for a row is found by calculating."""
        schedule = self.scheduled()
        with self.assertRefused("", AccessError):
            schedule.operation_ids[0].unlink()

    def test_what_is_in_production_keeps_its_quantity_and_its_bill(self):
        """P4: in a new plan only its place changes; it leaves when its order is cancelled."""
        old = self.scheduled()
        old.action_approve()
        new = self.replan(old)
        row, production = new.line_ids, new.line_ids.production_id
        self.assertEqual(production, old.line_ids.production_id)
        for values in ({"quantity": 30}, {"bom_id": self.tank_bom.copy().id}):
            with self.subTest(values), self.assertRefused(f"is in {production.name} already"):
                row.write(values)
        with self.assertRefused(f"is in {production.name} already"):
            row.unlink()
        row.date_needed += timedelta(days=1)
        production.sudo().action_cancel()
        row.unlink()

    def test_material_follows_the_row_that_it_is_for(self):
        """P4: how much of it and by when is found by calculating."""
        frame = self.make_product("Frame", 50)
        self.make_bom(frame, {self.sheet: 1}, [("Bend", self.cutting, 30)])
        press = self.make_product("Press", 900)
        self.make_bom(press, {frame: 2}, [("Assemble", self.welding, 60)])
        schedule = self.scheduled({press: 2})
        child = schedule.line_ids.filtered("parent_id")
        for values in ({"quantity": 1}, {"date_needed": fields.Datetime.now()}):
            with self.subTest(values), self.assertRefused("follow from the row"):
                child.write(values)

    def test_a_schedule_is_submitted_by_dispatch_alone(self):
        """P4, A10: a planner without the role neither submits nor deletes it."""
        schedule = self.scheduled()
        theirs = self.as_user(schedule, self.statistics)
        missing = theirs._approval_check_submission("schedule")
        self.assertIn("this is done by", "\n".join(missing[schedule.id]))
        self.assertFalse(schedule._approval_check_submission("schedule")[schedule.id])
        for name, door in {
            "delete": theirs.unlink,
            "take over": lambda: theirs.write({"user_id": self.statistics.id}),
            "approve": theirs.action_approve,
            "cancel": theirs.action_cancel,
            "delete a row": theirs.line_ids.unlink,
        }.items():
            with self.subTest(name), self.assertRefused("this is done by", AccessError):
                door()

    def test_a_plan_of_the_past_is_not_approved(self):
        """P4: nothing begins yesterday, and nothing has to be finished by now."""
        schedule = self.scheduled()
        beginning = schedule.date_from
        with freeze_time(beginning + timedelta(days=1)), self.assertRefused("Calculate it anew"):
            schedule.action_approve()
        with (
            freeze_time(beginning + self.hours(3)),
            self.assertRefused("Tank (3.0 Units): it was to begin"),
        ):
            schedule.action_approve()
        with freeze_time(beginning + self.hours(1)):
            self.assertFalse(schedule._problems())
        with freeze_time(beginning + timedelta(days=1)):
            schedule.action_calculate()
            schedule.action_approve()
        self.assertEqual(schedule.stage, "approved")

    # ------------------------------------------------------------------ companies

    def other_company(self):
        """A second company of dispatch that plans."""
        other = self.env["res.company"].create({"name": "Sister Ltd", "planning_enabled": True})
        self.dispatch.company_ids |= other
        role = self.env["approval.role"].search([("code", "=", "production_dispatch")])
        self.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": self.dispatch.id, "company_id": other.id}
        )
        return other

    def both(self, records, other):
        return self.as_user(records, self.dispatch).with_context(
            allowed_company_ids=(self.company | other).ids
        )

    def test_notices_of_two_companies_go_into_two_schedules(self):
        """X4: each into the schedule of its company."""
        other = self.other_company()
        here = self.verified(self.make_notice_by_hand())
        there = self.env["production.notice"].create(
            {
                "company_id": other.id,
                "line_ids": [
                    Command.create(
                        {"product_id": self.tank.id, "quantity": 2, "date_needed": self.today}
                    )
                ],
            }
        )
        there.line_ids._stamp({"to_produce": 2})
        there._stamp({"state": "dispatch"})
        mixed = self.both(here | there, other)
        action = mixed.action_schedule_notice()
        schedules = mixed.env["production.schedule"].search(action["domain"])
        self.assertEqual(schedules.company_id, self.company | other)
        for notice in mixed:
            rows = notice.line_ids.schedule_line_ids
            self.assertEqual(rows.schedule_id.company_id, notice.company_id)
        draft = schedules.filtered(lambda row: row.company_id == self.company)
        draft.action_cancel()
        self.env.flush_all()
        draft = draft.create({"company_id": self.company.id})
        with self.assertRefused("another company"):
            draft._add_notices(mixed)

    def test_a_schedule_with_rows_stays_with_its_company(self):
        """X4: its rows were taken in for that company."""
        other = self.other_company()
        schedule = self.both(self.scheduled(), other)
        with self.assertRefused("stays with its company"):
            schedule.company_id = other

    def test_a_work_centre_of_another_company_is_named(self):
        """X4, P4: as old data may have it; Odoo's own check is passed over."""
        other = self.other_company()
        foreign = self.make_centre(
            "Cutting There",
            company_id=other.id,
            resource_calendar_id=other.resource_calendar_id.id,
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mrp_routing_workcenter SET workcenter_id = %s WHERE id = %s",
            (foreign.id, self.tank_bom.operation_ids[0].id),
        )
        self.env.invalidate_all()
        schedule = self.scheduled()
        self.assertIn("Cutting There belongs to another company", schedule.line_ids.problem)

    # ------------------------------------------------------------------ what is made of what

    def test_a_row_is_made_by_the_bill_that_was_chosen_for_it(self):
        """P4: the second bill of a tank takes a frame that only it has; the frame is made."""
        frame = self.make_product("Frame", 50)
        self.make_bom(frame, {self.sheet: 1}, [("Bend", self.cutting, 30)])
        self.tank_bom.sequence = 1
        second = self.make_bom(self.tank, {frame: 2}, [("Weld", self.welding, 60)], sequence=9)
        schedule = self.make_schedule(
            self.verified(self.make_notice_by_hand(days=3)),
            self.verified(self.make_notice_by_hand(days=9)),
        )
        first, other = schedule.line_ids.sorted("date_needed")
        self.assertEqual((first | other).bom_id, self.tank_bom)
        first.bom_id = second
        schedule.action_calculate()
        self.assertFalse(schedule.problem_count)
        child = schedule.line_ids.filtered("parent_id")
        self.assertEqual((child.parent_id, child.product_id, child.quantity), (first, frame, 6))
        # the other one is made by the first bill as before
        self.assertEqual(other.operation_ids.mapped("name"), ["Cut", "Weld"])

    def test_stock_of_material_counts_for_the_bill_that_was_chosen(self):
        """P4: the frames of the second bill are in stock."""
        frame = self.make_product("Frame", 50, stock=6)
        self.tank_bom.sequence = 1
        second = self.make_bom(self.tank, {frame: 2}, [("Weld", self.welding, 60)], sequence=9)
        schedule = self.make_schedule(
            self.verified(self.make_notice_by_hand(days=3)),
            self.verified(self.make_notice_by_hand(days=9)),
        )
        schedule.line_ids.sorted("date_needed")[0].bom_id = second
        schedule.action_calculate()
        self.assertFalse(schedule.problem_count)

    def test_material_that_many_things_are_made_of_is_looked_at_once(self):
        """P4: two parts a level, each made of both below it: 12 parts, not 2 to the power of 6."""
        level = [self.sheet]
        for depth in range(6):
            parts = [self.make_product(f"Part {depth}/{side}", 5) for side in "ab"]
            for part in parts:
                self.make_bom(part, dict.fromkeys(level, 1))
            level = parts
        schedule = self.scheduled({level[0]: 1})
        boms = schedule._boms_below(schedule.line_ids.bom_id)
        looked_at = []
        found = type(schedule)._loop_in

        def look(records, product, *rest):
            looked_at.append(product)
            return found(records, product, *rest)

        with patch.object(type(schedule), "_loop_in", look):
            self.assertFalse(
                schedule._loop_in(level[0], {level[0]: schedule.line_ids[0].bom_id, **boms})
            )
        # once for each row of their bills of materials
        self.assertLessEqual(len(looked_at), 1 + 2 * 11)

    # ------------------------------------------------------------------ what is held

    def test_a_held_production_keeps_its_material(self):
        """P4, F7: 1,000 sheets; 8 of them are for a production whose order is on hold."""
        vendor = self.env["res.partner"].create({"name": "Steel Ltd"})
        self.sheet.seller_ids = [Command.create({"partner_id": vendor.id, "delay": 8})]
        order = self.make_confirmed({self.tank: 4})
        held = self.make_schedule(self.verified(self.make_notice_of(order)))
        self.as_user(order, self.finance).action_hold("The customer is late.")
        held.action_approve()
        self.assertEqual(held.line_ids.production_id.state, "draft")
        schedule = self.scheduled({self.tank: 496})
        self.assertFalse(schedule.line_ids.material_date)
        schedule.line_ids.quantity = 497
        schedule.action_calculate()
        self.assertTrue(schedule.line_ids.material_date)

    def test_a_held_production_moves_to_its_new_place(self):
        """P4, F7: confirmed, then put on hold, then planned anew: the new place is taken."""
        order = self.make_confirmed({self.tank: 4})
        old = self.make_schedule(self.verified(self.make_notice_of(order)))
        old.action_approve()
        production = old.line_ids.production_id
        self.as_user(order, self.finance).action_hold("The customer is late.")
        new = self.replan(old)
        new.date_from = old.date_from + timedelta(days=2)
        new.action_calculate()
        new.action_approve()
        self.assertEqual(
            (production.state, production.date_start), ("confirmed", new.line_ids.date_start)
        )
        # its old place is free, its new one is not
        self.assertEqual(self.scheduled(date_from=old.date_from).line_ids.date_start, old.date_from)

    def test_a_production_is_not_planned_where_its_time_has_passed(self):
        """P4, F7: the hold was lifted too late; it waits, unplanned, to be planned anew."""
        order = self.make_confirmed({self.tank: 4})
        schedule = self.make_schedule(self.verified(self.make_notice_of(order)))
        self.as_user(order, self.finance).action_hold("The customer is late.")
        schedule.action_approve()
        production = schedule.line_ids.production_id
        self.as_user(order, self.finance).action_lift_hold("Paid.")
        with freeze_time(schedule.date_from + timedelta(days=3)):
            production.action_confirm()
        self.assertEqual((production.state, production.is_planned), ("confirmed", False))
        self.assertIn("which is past", production.message_ids[0].body)

    # ------------------------------------------------------------------ days

    def test_days_are_those_where_the_company_works(self):
        """P4: material that comes at 20:00 UTC is there on the next day in Shanghai."""
        vendor = self.env["res.partner"].create({"name": "Steel Ltd"})
        self.sheet.seller_ids = [Command.create({"partner_id": vendor.id, "delay": 8})]
        evening = fields.Datetime.now().replace(hour=20, minute=0, second=0, microsecond=0)
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time(evening):
            line = self.scheduled({self.tank: 600}).line_ids
        day = format_date(line.env, (evening + timedelta(days=9)).date())
        self.assertIn(day, line.material_note)

    def test_needed_by_a_day_is_needed_by_its_end(self):
        """P3, P4: the row shows the day that sales entered."""
        notice = self.verified(self.make_notice_by_hand(days=10))
        line = self.make_schedule(notice).line_ids
        local = self.company._approval_local(line.date_needed)
        self.assertEqual(local.date(), notice.line_ids.date_needed)
