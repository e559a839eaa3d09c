from odoo.exceptions import AccessError
from odoo.tests import tagged

from .non_standard_case import NonStandardCase


@tagged("post_install", "-at_install")
class TestGateOverrides(NonStandardCase):
    """A19: a closed gate opened by right, reason and log; approved afterwards, with a deadline."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("approval_chain.group_break_glass").user_ids |= cls.salesmgr

    def override(self, order, gate="payment", user=None, reason="The site stands still."):
        self.as_user(order, user or self.salesmgr).action_override_gate(gate, reason)
        return order.gate_override_ids.sorted("id")[-1:]

    def after(self, override):
        return self.env["approval.request"].search(
            [
                ("res_model", "=", "sale.gate.override"),
                ("res_id", "=", override.id),
                ("after_of_id", "!=", False),
            ]
        )

    def test_an_unpaid_order_leaves_by_override(self):
        """A19: reason, log, approval afterwards with a deadline, list of overrides."""
        order = self.make_confirmed()
        override = self.override(order)
        self.assertEqual((override.state, override.amount), ("open", 400))
        self.assertEqual(override.opened_by_id, self.salesmgr)
        marks = {gate["code"]: gate for gate in order.release_checklist}
        self.assertEqual(marks["payment"]["state"], "overridden")
        self.assertIn("The site stands still.", marks["payment"]["reason"])
        self.assertEqual(order.flow_stage, "notice")
        self.make_notice(order)
        self.ship(self.pickings(order))
        self.assertEqual(order.order_line.qty_delivered, 4)
        after = self.after(override)
        self.assertEqual(after.state, "pending")
        self.assertTrue(after.due_at)
        row = self.env["approval.override"].search(
            [("document_name", "=", override.display_name), ("kind", "=", "emergency")]
        )
        self.assertEqual(row.note, "The site stands still.")
        self.assertEqual(row.afterwards, "pending")

    def test_without_the_right_nothing_opens(self):
        """A19: nobody else, without a reason nobody at all, and no context opens it."""
        order = self.make_confirmed()
        for user in (self.sales, self.assistant, self.finance, self.president):
            with self.subTest(user=user.login), self.assertRefused("", AccessError):
                self.override(order, user=user)
        with self.assertRefused("Write the reason"):
            self.override(order, reason=" ")
        keys = {"skip_gates": True, "bypass": True, "force": True, "skip_sanity_check": True}
        with self.assertRefused("needed before delivery"):
            self.make_notice(order.with_context(**keys))
        self.assertFalse(order.gate_override_ids)

    def test_an_override_asked_for_the_ordinary_way(self):
        """A19: the chain decides first."""
        order = self.make_confirmed()
        override = self.as_user(self.env["sale.gate.override"], self.sales).create(
            {"order_id": order.id, "gate": "payment", "reason": "A customer of twenty years."}
        )
        override.action_approval_submit("open")
        with self.assertRefused("needed before delivery"):
            self.make_notice(order)
        request = override.sudo().approval_request_id
        self.as_user(request, self.cfo).action_decide("approve", "Agreed.")
        self.assertEqual(override.state, "open")
        self.make_notice(order)

    def test_it_opens_for_what_was_missing_and_no_more(self):
        """A19: a payment reversed afterwards closes the gate again."""
        order = self.make_confirmed()
        application = self.make_application(order)
        self.company.release_payment_percent = 50
        payment = self.make_payment(200)
        self.allocate(application, payment, 200)
        self.as_user(application, self.finance).action_verify()
        self.company.release_payment_percent = 100
        override = self.override(order)
        self.assertEqual(override.amount, 200)
        self.assertEqual(order.flow_stage, "notice")
        self.as_user(payment, self.finance).action_draft()
        self.assertEqual(order.flow_stage, "apply")
        with self.assertRefused("needed before delivery"):
            self.make_notice(order)

    def test_withdrawn_as_long_as_nothing_left(self):
        """A19: the gate is closed again; once goods have left it stays."""
        order = self.make_confirmed()
        override = self.override(order)
        for user in (self.warehouse, self.assistant):
            with self.subTest(user=user.login), self.assertRefused("", AccessError):
                self.as_user(override, user).action_withdraw()
        self.as_user(override, self.salesmgr).action_withdraw()
        self.assertEqual(order.flow_stage, "apply")
        with self.assertRefused("was withdrawn already"):
            self.as_user(override, self.salesmgr).action_withdraw()
        again = self.override(order)
        self.make_notice(order)
        self.ship(self.pickings(order))
        with self.assertRefused("cannot be undone"):
            self.as_user(again, self.salesmgr).action_withdraw()

    def test_refused_afterwards_it_is_closed_again(self):
        """A19: while nothing left."""
        order = self.make_confirmed()
        override = self.override(order)
        self.as_user(self.after(override), self.cfo).action_decide("refuse", "Not this customer.")
        self.assertEqual(override.state, "withdrawn")
        with self.assertRefused("needed before delivery"):
            self.make_notice(order)

    def test_an_open_gate_has_nothing_to_override(self):
        """A19: nor has a quotation, or a gate there is not."""
        order = self.make_confirmed()
        self.make_verified(order)
        for gate in ("payment", "deposit", "hold"):
            with self.subTest(gate), self.assertRefused("is not closed"):
                self.override(order, gate)
        with self.assertRefused("", Exception):
            self.override(order, "nonsense")

    def test_a_deposit_overridden_starts_the_production(self):
        """F7, A19: and the shipment still waits for its payment."""
        order = self.make_signed()
        override = self.override(order, "deposit")
        self.assertEqual(order.flow_stage, "start")
        self.start(order)
        self.assertTrue(self.moves(order))
        with self.assertRefused("cannot be undone"):
            self.as_user(override, self.salesmgr).action_withdraw()
        with self.assertRefused("needed before delivery"):
            self.make_notice(order)

    def test_what_may_leave_unpaid_may_be_made(self):
        """F7, A19: a payment overridden needs no deposit either."""
        order = self.make_signed()
        self.override(order)
        self.start(order)
        self.make_notice(order)
        self.assertEqual(sum(self.moves(order).mapped("product_uom_qty")), 2)

    def test_the_checklist_offers_what_the_user_may_do(self):
        """DESIGN 14: opening a closed gate by right, lifting an own hold; nothing else."""

        def offered(user):
            order.invalidate_recordset(["release_checklist"])
            gates = self.as_user(order, user).release_checklist
            return {
                (gate["code"], action["method"]) for gate in gates for action in gate["actions"]
            }

        order = self.make_confirmed()
        self.as_user(order, self.finance).action_hold("Overdue invoices.")
        self.assertEqual(offered(self.sales), set())
        self.assertEqual(offered(self.finance), {("hold", "action_lift_hold")})
        self.assertLessEqual(
            {("hold", "action_override_gate"), ("payment", "action_override_gate")},
            offered(self.salesmgr),
        )

    def test_a_hold_overridden_is_that_hold(self):
        """A19: another one stops the order again."""
        order = self.make_noticed()
        self.as_user(order, self.finance).action_hold("Overdue invoices.")
        self.override(order, "hold")
        marks = {gate["code"]: gate["state"] for gate in order.release_checklist}
        self.assertEqual(marks["hold"], "overridden")
        self.as_user(order, self.assistant).action_hold("The address is wrong.")
        with self.assertRefused("is on hold"):
            self.ship(self.pickings(order))
        self.as_user(order, self.assistant).action_lift_hold("Corrected.")
        self.ship(self.pickings(order))

    def test_overrides_are_not_entered_by_hand(self):
        """A10: state, amount and holds are stamped; what was asked for stays."""
        order = self.make_confirmed()
        override = self.override(order)
        admin = override.with_user(self.env.ref("base.user_admin"))
        for values in ({"state": "open"}, {"amount": 9999}, {"opened_by_id": self.sales.id}):
            with self.subTest(values), self.assertRefused("", AccessError):
                admin.write(values)
        for values in ({"gate": "hold"}, {"reason": "Something nicer."}):
            with self.subTest(values), self.assertRefused():
                admin.write(values)
        with self.assertRefused("it stays"):
            admin.unlink()
        with self.assertRefused("", AccessError):
            self.as_user(self.env["sale.gate.override"], self.salesmgr).create(
                {"order_id": order.id, "gate": "payment", "reason": "x", "state": "open"}
            )

    def test_salespeople_see_the_overrides_of_their_own_orders(self):
        """F21: and no others."""
        override = self.override(self.make_confirmed())
        Override = self.env["sale.gate.override"]
        self.assertIn(override, self.as_user(Override, self.sales).search([]))
        self.assertNotIn(override, self.as_user(Override, self.sales2).search([]))
