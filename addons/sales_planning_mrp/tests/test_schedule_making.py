from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_planning_mrp.models import production_schedule_making

from .schedule_case import ScheduleCase


@tagged("post_install", "-at_install")
class TestScheduleMaking(ScheduleCase):
    """P4: many manufacturing orders are made in the background; the decision holds at once."""

    def setUp(self):
        super().setUp()
        # whoever is told is told in the language the sentences below are in
        self.env["res.lang"]._activate_lang("en_US")
        self.dispatch.lang = "en_US"
        self.startPatcher(patch.object(production_schedule_making, "INLINE", 2))
        self.frame = self.make_product("Frame", 50)
        self.make_bom(self.frame, {self.sheet: 1}, [("Bend", self.cutting, 30)])
        self.press = self.make_product("Press", 900)
        self.make_bom(self.press, {self.frame: 2}, [("Assemble", self.welding, 60)])

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("sales_planning_mrp.cron_make_productions").method_direct_trigger()

    def approved(self):
        schedule = self.scheduled({self.tank: 3, self.press: 2})
        schedule.action_approve()
        return schedule

    def test_the_decision_holds_before_the_orders_are_made(self):
        """P4: notices are scheduled, dates told, and the capacity is taken."""
        schedule = self.approved()
        self.assertEqual((schedule.stage, schedule.to_make_count), ("approved", 3))
        self.assertFalse(schedule.line_ids.production_id)
        self.assertEqual(schedule.line_ids.notice_line_id.notice_id.stage, "scheduled")
        with self.assertRefused("3 manufacturing orders"):
            schedule.action_replan()
        other = self.scheduled({self.tank: 1}, date_from=schedule.date_from)
        taken = schedule.operation_ids.filtered(lambda row: row.workcenter_id == self.cutting)
        cut = other.operation_ids.sorted("sequence")[0]
        for row in taken:
            self.assertFalse(row.date_start < cut.date_end and cut.date_start < row.date_end)

    def test_all_are_made_and_planned_in_the_background(self):
        """P4: with the material that is made for them; the dispatcher is told."""
        schedule = self.approved()
        self.run_cron()
        schedule.invalidate_recordset()
        self.assertEqual((schedule.to_make_count, schedule.failure_count), (0, 0))
        for line in schedule.line_ids:
            production = line.production_id
            self.assertEqual((production.state, production.is_planned), ("confirmed", True))
            self.assertEqual(production.date_start, line.date_start)
        child = schedule.line_ids.filtered("parent_id")
        self.assertEqual(
            child.parent_id.production_id.move_raw_ids.move_orig_ids.production_id,
            child.production_id,
        )
        self.assertIn("All manufacturing orders", schedule.message_ids[0].body)
        self.assertEqual(
            schedule.message_ids[0].sudo().notified_partner_ids, self.dispatch.partner_id
        )
        # nothing is made twice
        before = self.env["mrp.production"].search_count([])
        self.run_cron()
        self.assertEqual(self.env["mrp.production"].search_count([]), before)

    def test_what_cannot_be_made_holds_up_nothing_else(self):
        """P4: the frame went to another company; neither it nor the press is made, the tank is."""
        schedule = self.approved()
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.give_frame(other)
        self.run_cron()
        schedule.invalidate_recordset()
        lines = schedule.line_ids
        tank = lines.filtered(lambda line: line.product_id == self.tank)
        self.assertTrue(tank.production_id.is_planned)
        self.assertFalse((lines - tank).production_id)
        self.assertTrue(all((lines - tank).mapped("failure")))
        self.assertFalse(tank.failure)
        self.assertEqual((schedule.to_make_count, schedule.failure_count), (0, 2))
        self.assertIn("2 manufacturing orders could not", schedule.message_ids[0].body)
        with self.assertRefused("this is done by", AccessError):
            self.as_user(schedule, self.statistics).action_make_productions()
        self.give_frame(self.company)
        schedule.action_make_productions()
        self.assertEqual(len(lines.production_id), 3)
        self.assertFalse(any(lines.mapped("failure")))

    def give_frame(self, company):
        """The frame is of a company, as an import may have it; Odoo's own check is passed over."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET company_id = %s WHERE id = %s",
            (company.id, self.frame.product_tmpl_id.id),
        )
        self.env.invalidate_all()

    def test_a_plan_that_was_replaced_makes_nothing_more(self):
        """P4: what could not be made is planned anew, and made once."""
        schedule = self.approved()
        self.give_frame(self.env["res.company"].create({"name": "Sister Ltd"}))
        self.run_cron()
        schedule.invalidate_recordset()
        self.give_frame(self.company)
        action = schedule.action_replan()
        new = self.as_user(self.env["production.schedule"].browse(action["res_id"]), self.dispatch)
        new.action_approve()
        with self.assertRefused("is “Replaced”"):
            schedule.action_make_productions()
        self.run_cron()
        new.invalidate_recordset()
        productions = self.env["mrp.production"].search([("product_id", "=", self.press.id)])
        self.assertEqual(
            new.line_ids.filtered(lambda line: line.product_id == self.press).production_id,
            productions,
        )
        self.assertEqual(len(productions), 1)

    def test_the_decision_on_many_rows_takes_no_more_queries(self):
        """P4: than on few."""
        counts = []
        # the first time fills what is remembered
        for number in (3, 4, 12):
            goods = {}
            for index in range(number):
                product = self.make_product(f"Product {number}/{index}", 10)
                self.make_bom(product, {self.sheet: 1}, [("Cut", self.cutting, 10)])
                goods[product] = 1
            schedule = self.scheduled(goods)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            schedule.action_approve()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 4)
