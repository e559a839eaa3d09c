from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestSupervisionTours(HttpCase, OrderFlowCase):
    """F20, F23 in the browser, in Chinese: the supervisor, the salesperson, the sales manager."""

    browser_size = "1366x768"

    def walk(self, tour, path, login):
        self.env.flush_all()
        self.start_tour(path, tour, login=login)
        self.env.invalidate_all()

    def test_an_order_is_checked_corrected_and_verified(self):
        """F23: the check, the finding, given back once, verified."""
        self.customer.name = "巡游客户"
        kind = self.env["supervision.finding.kind"].create({"name": "未告知"})
        rule = self.env["supervision.rule"].create(
            {
                "name": "巡游检查",
                "company_id": self.company.id,
                "question_ids": [
                    Command.create({"name": "资料完整", "kind_id": kind.id, "sequence": 1}),
                    Command.create({"name": "已告知客户", "kind_id": kind.id, "sequence": 2}),
                ],
            }
        )
        order = self.make_confirmed()
        rule._check_every()
        check = rule.check_ids.filtered(lambda check: check.order_id == order)
        self.walk("supervision_check", f"/odoo/order-checks/{check.id}", "supervisor")
        finding = check.finding_ids
        self.assertEqual(finding.responsible_id, self.sales)
        form = f"/odoo/findings/{finding.id}"
        self.walk("supervision_correct", form, "sales")
        self.walk("supervision_give_back", form, "supervisor")
        self.walk("supervision_correct", form, "sales")
        self.walk("supervision_verify", form, "supervisor")
        self.assertEqual(finding.state, "verified")

    def test_a_figure_of_the_dashboard_opens_its_orders(self):
        """F20: from the tile to the lines to the order."""
        self.customer.name = "巡游客户"
        self.make_confirmed()
        self.walk("order_dashboard", "/odoo/order-flow-dashboard", "salesmgr")
