from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .schedule_case import ScheduleCase


@tagged("post_install", "-at_install")
class TestScheduleTours(HttpCase, ScheduleCase):
    """P3, P4: from the order to the decision in the browser, each by whose work it is."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.statistics | cls.dispatch | cls.vp_production).lang = "zh_CN"
        cls.env["approval.chain"].create(
            {
                "name": "Schedule",
                "company_id": cls.company.id,
                "model_id": cls.env["ir.model"]._get_id("production.schedule"),
                "operation": "schedule",
                "step_ids": [
                    Command.create(
                        {
                            "name": "VP",
                            "approver": "role",
                            "role_id": cls.env["approval.role"]
                            .search([("code", "=", "vp_production")])
                            .id,
                        }
                    )
                ],
            }
        )

    def walk(self, tour, record, user):
        self.env.flush_all()
        self.start_tour(f"/odoo/{record._name}/{record.id}", tour, login=user.login)
        self.env.invalidate_all()

    def test_noticed_verified_scheduled_and_decided(self):
        """P3, P4, D11: salesperson, statistics, dispatch and the VP of production."""
        order = self.make_confirmed({self.tank: 4})
        self.walk("production_notice_of_order", order, self.sales)
        lines = self.env["production.notice.line"].search(
            [("order_line_ids", "in", order.order_line.ids)]
        )
        notice = lines.notice_id
        self.assertEqual(notice.stage, "statistics")
        self.walk("production_notice_verify", notice, self.statistics)
        self.assertEqual((notice.stage, notice.line_ids.to_produce), ("dispatch", 3))
        self.walk("production_schedule_dispatch", notice, self.dispatch)
        schedule = notice.line_ids.schedule_line_ids.schedule_id
        weld = schedule.operation_ids.filtered(lambda row: row.name == "Weld")
        cut = schedule.operation_ids - weld
        self.assertEqual(
            (schedule.stage, weld.date_start - cut.date_end), ("review", timedelta(days=1))
        )
        self.walk("production_schedule_decide", schedule, self.vp_production)
        self.assertEqual(schedule.stage, "approved")
        self.assertEqual(schedule.line_ids.production_id.date_finished, weld.date_end)

    def test_every_view_opens(self):
        """X6: for dispatch, and for the VP of production."""
        self.make_schedule(
            self.verified(self.make_notice_by_hand()), date_from=fields.Datetime.now()
        )
        self.env.flush_all()
        for user in (self.dispatch, self.vp_production):
            with self.subTest(user.login):
                self.start_tour("/odoo", "production_planning_views", login=user.login)
