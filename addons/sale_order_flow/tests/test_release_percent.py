from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestReleasePercent(OrderFlowCase):
    """F10: how much is paid before delivery, agreed for the order, its term, or the company."""

    def test_the_company_the_term_and_the_order(self):
        """F10: the nearest says it."""
        order = self.make_order()
        self.assertEqual(order._release_amount_required(), 400)
        self.term.write({"release_basis": "share", "release_percent": 25})
        order.payment_term_id = self.term
        self.assertEqual(order._release_amount_required(), 100)
        order.release_payment_percent = 60
        self.assertEqual(order._release_amount_required(), 240)
        self.company.release_payment_percent = 80
        self.assertEqual(order.release_payment_percent, 60)
        self.assertEqual(self.make_order()._release_amount_required(), 320)

    def test_less_than_usual_is_a_special_approval(self):
        """F5: shipping with less money is a changed policy; more is nobody's business."""
        order = self.make_order()
        order.release_payment_percent = 30
        self.assertEqual(order.special_level, "president")
        self.assertIn("30 % paid before delivery instead of 100 %", order.special_reasons)
        self.company.release_payment_percent = 20
        order.invalidate_recordset()
        self.assertEqual(order.special_level, "none")

    def test_it_is_not_lowered_after_approval(self):
        """A9: raised, yes; a company's setting does not lower what was agreed either."""
        order = self.make_order()
        order.release_payment_percent = 70
        order.action_approval_submit("confirm")
        for user, verb in (
            (self.vp, "opinion"),
            (self.cfo, "opinion"),
            (self.president, "approve"),
        ):
            self.decide(order, user, verb)
        self.assertEqual(order.state, "sale")
        with self.assertRefused("cannot be changed while the order is in approval"):
            order.release_payment_percent = 10
        order.release_payment_percent = 90
        self.assertEqual(order._release_amount_required(), 360)

    def test_percentages_only(self):
        """F10: bad input."""
        order = self.make_order()
        for wrong in (-1, 101):
            with self.subTest(wrong), self.assertRefused("between 0 and 100", ValidationError):
                order.release_payment_percent = wrong

    def test_a_changed_term_moves_open_orders(self):
        """F11: their stages are derived anew."""
        self.company.release_payment_percent = 0
        self.term.write({"release_basis": "share", "release_percent": 0})
        order = self.make_order(payment_term_id=self.term.id)
        self.env["approval.chain"].search([("company_id", "=", self.company.id)]).active = False
        order.action_confirm()
        self.assertEqual(order.flow_stage, "notice")
        self.term.release_percent = 50
        self.assertEqual(order.flow_stage, "apply")
