from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestPlanTours(StockingCase, HttpCase):
    """S1, S2, S3, S5: a stocking plan in the browser, in Chinese, each person with the own rights."""

    browser_size = "1366x768"

    def setUp(self):
        super().setUp()
        self.pump = self.make_product("巡演水泵", stock=2)
        self.hose = self.make_product("巡演软管", stock=50)
        (self.pump | self.hose).company_id = self.company
        self.as_user(self.env["stocking.template"], self.assistant).create(
            {
                "name": "巡演模板",
                "company_id": self.company.id,
                "line_ids": [Command.create({"product_id": self.pump.id, "quantity": 5})],
            }
        )
        self.env["ir.default"].set(
            "stocking.request", "date_needed", "2030-01-31", company_id=self.company.id
        )

    def walk(self, tour, login, url="/odoo"):
        self.start_tour(url, tour, login=login)
        self.env.invalidate_all()

    def test_a_plan_is_walked_from_the_department_to_the_held_stock(self):
        """S1, S2, S3, S5: asked, taken, decided, ordered, moved, bought, put aside."""
        self.walk("stocking_plan_department", "sales")
        request = self.env["stocking.request"].search([("purpose", "like", "巡演备货%")])
        self.assertEqual(request.line_ids.product_id, self.pump | self.hose)
        form = f"/odoo/stocking-requests/{request.id}"
        self.walk("stocking_plan_assistant", "assistant", form)
        self.assertEqual(request.assistant_id, self.assistant)
        for user, verb in (
            (self.vp, "opinion"),
            (self.cfo, "opinion"),
            (self.president, "approve"),
        ):
            self.as_user(self.request_of(request), user).action_decide(verb, "同意。")
        self.walk("stocking_plan_order", "assistant", form)
        shortage = request.allocation_ids.shortage_id
        self.as_user(shortage.purchase_order_id, self.purchasing).button_confirm()
        self.walk("stocking_plan_purchaser", "purchasing")
        self.assertEqual(shortage.date_change_ids.reason, "供应商排产顺延。")
        receipt = shortage.purchase_order_id.picking_ids
        for picking in (receipt, request.allocation_ids.move_ids.picking_id):
            self.walk(
                "stocking_plan_warehouse",
                "warehouse",
                f"/odoo/action-stock.action_picking_tree_all/{picking.id}",
            )
        self.assertEqual(request.stage, "done")
