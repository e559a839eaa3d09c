from lxml import etree

from odoo.tests import TransactionCase, tagged

from .schedule_case import ScheduleCase


@tagged("post_install", "-at_install")
class TestScheduleDemo(TransactionCase):
    """X5: notices and schedules in every state, made by their people."""

    def test_a_notice_stands_in_every_stage(self):
        """P3, X5."""
        for stage in ("draft", "review", "statistics", "dispatch", "scheduled", "cancelled"):
            with self.subTest(stage):
                notice = self.env.ref(f"sales_planning_mrp.demo_notice_{stage}")
                self.assertEqual(notice.stage, stage)

    def test_one_schedule_is_in_force_and_one_is_decided_on(self):
        """P4, X5: with the frame that the machine is made of."""
        lines = self.env["production.schedule.line"].search([])
        stages = {line.notice_line_id.notice_id: line.schedule_id.stage for line in lines}
        scheduled = self.env.ref("sales_planning_mrp.demo_notice_scheduled")
        self.assertEqual(stages[scheduled], "approved")
        self.assertEqual(stages[self.env.ref("sales_planning_mrp.demo_notice_dispatch")], "review")
        productions = scheduled.line_ids.schedule_line_ids.schedule_id.line_ids.production_id
        self.assertEqual(len(productions), 2)
        self.assertTrue(all(productions.mapped("is_planned")))

    def test_loading_again_changes_nothing(self):
        """X5."""
        before = self.env["production.notice"].search_count([])
        self.env["sale.order.flow.demo"]._load_production()
        self.assertEqual(self.env["production.notice"].search_count([]), before)


@tagged("post_install", "-at_install")
class TestProductionMenus(ScheduleCase):
    """F21: no entry ends in a refusal."""

    def test_an_entry_opens_for_everybody_who_sees_it(self):
        root = self.env.ref("sales_planning_mrp.menu_production_planning")
        for user in (self.statistics, self.dispatch, self.vp_production):
            menus = self.as_user(self.env["ir.ui.menu"], user).load_menus(False)
            self.assertIn(root.id, menus)
            for child in menus[root.id]["children"]:
                action = self.env.ref(menus[child]["xmlid"]).sudo().action
                with self.subTest(user.login, menu=menus[child]["xmlid"]):
                    records = self.as_user(self.env[action.res_model], user)
                    for view in action.view_mode.split(","):
                        views = records.get_views([(False, view), (False, "search")])
                        arch = etree.fromstring(views["views"][view]["arch"])
                        names = {node.get("name") for node in arch.iter("field")}
                        records.search([], limit=1).read([*(names & records._fields.keys())])
