from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestPaidPath(OrderFlowCase):
    """F11, D9 1: the whole paid path walked by the button of the desk, each with own rights."""

    def row(self, order, user):
        """The row of the order on the desk of ``user``, read as by a new page."""
        desk = self.as_user(self.env["sale.desk"], user)
        self.env.flush_all()
        desk.invalidate_model()
        return desk.search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)])

    def next(self, order, user):
        """Press the button of the desk; the document that it opens, as the user sees it."""
        row = self.row(order, user)
        self.assertTrue(row.is_mine, f"{row.stage}: {user.login} {row.owner}")
        self.assertTrue(row.action_label)
        action = row.action_next()
        if isinstance(action, dict) and action.get("res_id"):
            return self.as_user(self.env[action["res_model"]], user).browse(action["res_id"])
        return action

    def assertOnlyTurnOf(self, order, *users):
        """Everybody else sees no button, and is told whose turn it is when pressing it anyway."""
        for login in ("sales", "sales2", "salesmgr", "assistant", "finance", "warehouse"):
            user = getattr(self, login)
            row = self.row(order, user)
            self.assertEqual(bool(row.is_mine), user in users, f"{login} at {order.flow_stage}")
            if row and user not in users:
                self.assertFalse(row.action_label)
                with self.assertRefused("waits for", AccessError):
                    row.action_next()

    def test_paid_order_from_quotation_to_the_customer(self):
        """F11: every step is the button of one desk row, pressed by the one whose turn it is."""
        order = self.make_order()
        self.assertOnlyTurnOf(order, self.sales)
        self.next(order, self.sales)

        self.assertEqual(order.flow_stage, "review")
        self.assertOnlyTurnOf(order, self.salesmgr)
        request = self.next(order, self.salesmgr)
        request.action_decide("approve", "Fine.")

        self.assertEqual(order.flow_stage, "apply")
        self.assertOnlyTurnOf(order, self.sales)
        application = self.next(order, self.sales)
        with Form(application) as form:
            form.note = "Please send it soon."
        application.voucher_ids = [Command.create({"name": "receipt.txt", "raw": b"paid"})]
        application.action_submit()

        self.assertEqual(order.flow_stage, "verify")
        self.assertOnlyTurnOf(order, self.finance)
        self.make_payment(order.amount_total)
        application = self.next(order, self.finance)
        application.action_propose_payments()
        application.action_verify()

        self.assertEqual(order.flow_stage, "notice")
        self.assertOnlyTurnOf(order, self.assistant)
        notice = self.next(order, self.assistant)
        with Form(notice) as form:
            form.note = "Check the accessories."
        notice.action_issue()

        self.assertEqual(order.flow_stage, "ship")
        self.assertOnlyTurnOf(order, self.warehouse)
        picking = self.next(order, self.warehouse)
        self.assertEqual(picking.state, "assigned")
        self.ship(picking)

        self.assertEqual(order.flow_stage, "feedback")
        self.assertOnlyTurnOf(order, self.assistant)
        self.next(order, self.assistant)

        self.assertEqual(order.flow_stage, "done")
        self.assertFalse(self.row(order, self.assistant))
        self.assertEqual(order.order_line.qty_delivered, 4)

    def test_order_that_asks_for_a_signature_stops_with_the_customer(self):
        """F8, F11: the salesperson has it until the customer signs."""
        order = self.make_order(require_signature=True)
        self.next(order, self.sales)
        self.next(order, self.salesmgr).action_decide("approve", "Fine.")
        self.assertEqual(order.flow_stage, "customer")
        self.assertOnlyTurnOf(order, self.sales)

    def test_returned_application_is_the_salespersons_turn_again(self):
        """F10, F11: the same application is opened, with the reason of finance."""
        order = self.make_confirmed()
        application = self.make_application(order)
        finance = self.as_user(application, self.finance)
        finance.finance_note = "Wrong account."
        finance.action_return()
        self.assertEqual(self.next(order, self.sales), application)
        application.action_submit()
        self.assertEqual(order.flow_stage, "verify")

    def test_president_and_vp_find_their_turn_on_the_desk_too(self):
        """F5, F11: approvers see the rows that wait for them and no others."""
        order = self.make_order()
        order.order_line.discount = 30
        order.action_approval_submit()
        other = self.make_order()
        self.assertTrue(self.row(order, self.vp).is_mine)
        self.assertFalse(self.row(order, self.president))
        self.assertFalse(self.row(other, self.vp))
        self.decide(order, self.vp, "opinion")
        self.decide(order, self.cfo, "opinion")
        self.assertTrue(self.row(order, self.president).is_mine)
        self.assertFalse(self.row(order, self.vp))

    def test_holder_of_a_role_in_another_company_has_no_turn_here(self):
        """X4, A2: roles are held per company."""
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.env["approval.role.holder"].search(
            [
                ("user_id", "=", self.warehouse.id),
                ("company_id", "=", self.company.id),
            ]
        ).company_id = other
        order = self.make_noticed()
        self.assertFalse(self.row(order, self.warehouse).is_mine)
