from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from . import attack_table


@tagged("post_install", "-at_install")
class TestAttackOrder(attack_table.AttackTable):
    """A document whose state is written directly."""

    model, code = "test.approval.order", "finish"
    executed, dead = {"state": "done"}, {"state": "cancel"}
    tamper, lines, tampered_line = {"partner_name": "Other"}, "line_ids", {"price": 1.0}

    @classmethod
    def values(cls):
        return {
            "name": "T1",
            "partner_name": "Buyer",
            "company_id": cls.company.id,
            "line_ids": [
                Command.create({"product": "Pump", "quantity": 2, "price": 100}),
                Command.create({"product": "Hose", "quantity": 5, "price": 10}),
            ],
        }

    def line_values(self, document):
        return {"product": "Gold", "quantity": 9, "price": 9}

    def methods(self, document):
        return [document.action_finish]

    def undo(self, document):
        document.state = "draft"

    def test_executed_elsewhere_and_moved_here_is_refused(self):
        """A10, X4: by any way of writing the company."""
        self.sales.company_ids |= self.elsewhere
        order = self.make(company_id=self.elsewhere.id)
        order.action_finish()
        self.env.cr.flush()
        self.assertEqual(order.state, "done")
        for way in ("write", "_write"):
            with self.subTest(way=way), self.assertRaises(UserError), self.env.cr.savepoint():
                getattr(order, way)({"company_id": self.company.id})
                self.env.cr.flush()
        order.note = "Otherwise free."


@tagged("post_install", "-at_install")
class TestAttackShipment(attack_table.AttackTable):
    """A document whose state is computed from its lines."""

    model, code = "test.approval.shipment", "ship"
    lines, tampered_line = "piece_ids", {"product": "Gold"}
    executed = {"state": "done"}
    # the state is computed again as soon as there are pieces; a state below the cache has none
    harmless = (
        ("create", 0),
        ("create", 1),
        ("defaults", 0),
        ("defaults", 1),
        ("copy", 0),
        ("copy", 1),
        ("low", 1),
        ("multi", 1),
        ("multi_unread", 1),
        ("action_below", 1),
    )

    @classmethod
    def values(cls):
        return {
            "name": "S1",
            "company_id": cls.company.id,
            "piece_ids": [
                Command.create({"product": "Pump"}),
                Command.create({"product": "Hose"}),
            ],
        }

    def line_values(self, document):
        return {"product": "Gold"}

    def ways(self, document):
        return [(document, self.executed), (document.piece_ids, {"shipped": True})]

    def methods(self, document):
        return [document.action_ship]

    def undo(self, document):
        document.piece_ids[0].shipped = False


@tagged("post_install", "-at_install")
class TestAttackSalesOrder(attack_table.AttackTable):
    """sale.order: the state is a field like any other, and writable by RPC."""

    model, code = "sale.order", "confirm"
    groups = ("sales_team.group_sale_salesman_all_leads", "base.group_partner_manager")
    executed, dead = {"state": "sale"}, {"state": "cancel"}
    lines, tampered_line = "order_line", {"price_unit": 1.0}

    @classmethod
    def set_up_ground(cls):
        cls.customer, cls.other = cls.env["res.partner"].create(
            [{"name": "Customer"}, {"name": "Other"}]
        )
        cls.pump, cls.gold = cls.env["product.product"].create(
            [{"name": "Pump", "list_price": 100}, {"name": "Gold", "list_price": 9}]
        )
        cls.term = cls.env["account.payment.term"].create({"name": "Someday"})
        cls.tamper = {"payment_term_id": cls.term.id}

    @classmethod
    def values(cls):
        return {
            "partner_id": cls.customer.id,
            "company_id": cls.company.id,
            "user_id": cls.sales.id,
            # another addon may have an approved order wait for its customer
            "require_signature": False,
            "require_payment": False,
            "order_line": [
                Command.create(
                    {"product_id": cls.pump.id, "product_uom_qty": 2, "price_unit": 100}
                ),
                Command.create({"product_id": cls.pump.id, "product_uom_qty": 5, "price_unit": 10}),
            ],
        }

    def line_values(self, document):
        return {"product_id": self.gold.id, "product_uom_qty": 9, "price_unit": 9}

    def methods(self, document):
        return [
            document.action_confirm,
            document.sudo().action_confirm,
            document.sudo()._validate_order,
            document.with_context(**attack_table.CONTEXT).action_confirm,
        ]

    def undo(self, document):
        document._action_cancel()
        document.action_draft()
