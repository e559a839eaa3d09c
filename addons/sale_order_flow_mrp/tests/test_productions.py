from odoo import Command
from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.non_standard_case import NonStandardCase


@tagged("post_install", "-at_install")
class TestProductions(NonStandardCase):
    """F7, F11: nothing is made for an order that may not start, whatever was launched before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.production.group_ids += cls.env.ref("mrp.group_mrp_user")
        routes = cls.env.ref("mrp.route_warehouse0_manufacture")
        mto = cls.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        cls.machine.route_ids = routes | mto
        cls.centre = cls.env["mrp.workcenter"].create(
            {"name": "Assembly", "company_id": cls.company.id}
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.machine.product_tmpl_id.id,
                "company_id": cls.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": cls.pump.id, "product_qty": 1}),
                ],
                "operation_ids": [
                    Command.create({"name": "Assemble", "workcenter_id": cls.centre.id})
                ],
            }
        )

    def make_started(self):
        """A non-standard order whose deposit was paid and whose production was launched."""
        order = self.make_signed()
        payment = self.pay_deposit(order)
        self.start(order)
        production = self.env["mrp.production"].search(
            [("reference_ids.sale_ids", "in", order.ids)]
        )
        self.assertEqual((len(production), production.state), (1, "confirmed"))
        return order, payment, self.as_user(production, self.production)

    def take_back(self, payment):
        self.as_user(payment, self.finance).action_draft()

    def begin(self, production):
        """Every way by which people and other code begin a production."""
        return {
            "start": production.action_start,
            "plan": production.button_plan,
            "produce": production.with_context(skip_consumption=True).button_mark_done,
            "work order": production.workorder_ids.button_start,
            "quantity": lambda: self.flushed(production, qty_producing=1),
            "components": lambda: self.flushed(production.move_raw_ids, picked=True),
        }

    def flushed(self, records, **values):
        records.write(values)
        self.env.flush_all()

    def test_a_production_waits_when_the_deposit_is_taken_back(self):
        """F7: by every door, with the reason; it is found by the filter."""
        _order, payment, production = self.make_started()
        self.assertFalse(production.waits_for_order)
        self.take_back(payment)
        production.invalidate_recordset()
        self.assertIn("of the deposit of", production.start_hold_reason)
        waiting = production.search([("waits_for_order", "=", True)])
        self.assertIn(production, waiting)
        for name, door in self.begin(production).items():
            with self.subTest(name), self.assertRefused("of the deposit of"):
                door()
        self.assertEqual(production.state, "confirmed")

    def test_what_has_begun_goes_on(self):
        """F7: as purchases and goods do that were started."""
        _order, payment, production = self.make_started()
        production.action_start()
        self.env.flush_all()
        self.take_back(payment)
        production.invalidate_recordset()
        self.assertFalse(production.waits_for_order)
        production.qty_producing = 2
        production.move_raw_ids.picked = True
        production.workorder_ids.button_finish()
        production.with_context(skip_consumption=True, skip_backorder=True).button_mark_done()
        self.env.flush_all()
        self.assertEqual(production.state, "done")

    def test_a_hold_stops_a_production_until_it_is_lifted(self):
        """DESIGN 14: like everything else that has not begun."""
        order, _payment, production = self.make_started()
        self.as_user(order, self.finance).action_hold("The customer is late.")
        with self.assertRefused("cannot begin"):
            production.action_start()
        self.as_user(order, self.finance).action_lift_hold("Paid.")
        production.action_start()
        self.assertEqual(production.state, "progress")

    def test_productions_for_stock_are_not_asked(self):
        """X1: whatever the orders wait for."""
        _order, payment, _production = self.make_started()
        self.take_back(payment)
        production = self.as_user(self.env["mrp.production"], self.production).create(
            {"product_id": self.machine.id, "product_qty": 1, "company_id": self.company.id}
        )
        production.action_confirm()
        production.action_start()
        self.assertEqual(production.state, "progress")

    def test_a_production_made_by_hand_for_an_order_asks_too(self):
        """F7: confirming it reserves components already."""
        order = self.make_signed()
        production = self.as_user(self.env["mrp.production"], self.production).create(
            {"product_id": self.machine.id, "product_qty": 1, "company_id": self.company.id}
        )
        production.sudo().sale_line_id = order.order_line
        with self.assertRefused("of the deposit of"):
            production.action_confirm()

    def test_where_nothing_is_switched_on_nothing_is_asked(self):
        """X1: no query for productions of companies outside the flow."""
        _order, payment, production = self.make_started()
        self.take_back(payment)
        self.company.order_flow_enabled = False
        production.invalidate_recordset()
        self.assertFalse(production.start_hold_reason)
        production.action_start()
        self.env.flush_all()
        self.assertEqual(production.state, "progress")

    def test_the_desk_says_that_production_has_it(self):
        """F11: noticed goods that are being made; opened from the row."""
        order, _payment, production = self.make_started()
        application = self.make_application(order)
        rest = order.amount_total - order._deposit_required()
        self.allocate(application, self.make_payment(rest), rest)
        self.as_user(application, self.finance).action_verify()
        self.make_notice(order)
        self.env.flush_all()
        self.assertEqual(order.flow_stage, "producing")
        row = self.as_user(self.env["sale.desk"], self.assistant).search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )
        self.assertEqual((row.waits_for, row.owner_role), ("production", "vp_production"))
        action = self.as_user(order, self.assistant).action_open_productions()
        self.assertEqual(action["res_id"], production.id)

    def test_a_change_of_the_order_names_what_is_being_made_for_it(self):
        """F18: production is told when what it makes is touched."""
        order, _payment, production = self.make_started()
        request = self.as_user(self.env["sale.change.request"], self.sales).create(
            {"order_id": order.id, "kind": "cancel", "reason": "The site was given up."}
        )
        roles = [row["role"] for row in request._change_effects()[request.id]]
        self.assertIn("vp_production", roles)
        self.assertIn(production.name, request.effects)
