from odoo.tests import tagged

from .return_case import ReturnCase
from .tour_case import RecordTourCase


@tagged("post_install", "-at_install")
class TestReturnTours(RecordTourCase, ReturnCase):
    """F17, F18: a return and a change in the browser, in Chinese, by whoever does them."""

    def test_a_return_in_the_browser(self):
        """F17: asked for from the order, decided, received and looked at."""
        order = self.make_shipped({self.pump: 4})
        self.walk("order_return_ask", order, "sales")
        request = self.as_user(order.return_request_ids, self.sales)
        self.assertEqual((request.approval_state, request.line_ids.quantity), ("pending", 1))
        self.decide_change(request)
        self.take_back(request)
        self.inspector.password = "test_inspector"
        self.walk("order_return_inspect", request.sudo().inspection_ids, "test_inspector")
        self.assertEqual(request.progress, "crediting")

    def test_a_change_in_the_browser(self):
        """F18: asked for from the order, with what it touches."""
        order = self.make_noticed({self.pump: 4})
        self.walk("order_change_ask", order, "sales")
        request = order.change_request_ids
        self.assertEqual((request.approval_state, request.line_ids.quantity), ("pending", 3))
