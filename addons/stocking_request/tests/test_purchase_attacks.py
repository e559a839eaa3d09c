from odoo import Command
from odoo.tests import tagged

from odoo.addons.test_approval_bridges.tests import attack_table


@tagged("post_install", "-at_install")
class TestAttackPurchase(attack_table.AttackTable):
    """S6, A10: purchase.order, the doors that every guarded document is tried with."""

    model, code = "purchase.order", "confirm"
    groups = ("purchase.group_purchase_user",)
    executed, dead = {"state": "purchase"}, {"state": "cancel"}
    lines, tampered_line = "order_line", {"price_unit": 1000.0}

    @classmethod
    def set_up_ground(cls):
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor"})
        cls.product = cls.env["product.product"].create({"name": "Pump", "type": "consu"})
        cls.term = cls.env["account.payment.term"].create({"name": "Someday"})
        cls.tamper = {"payment_term_id": cls.term.id}

    @classmethod
    def values(cls):
        return {
            "partner_id": cls.vendor.id,
            "company_id": cls.company.id,
            "order_line": [
                Command.create({"product_id": cls.product.id, "product_qty": 3, "price_unit": 50})
            ],
        }

    def line_values(self, document):
        return {
            "name": "Pump",
            "product_id": self.product.id,
            "product_qty": 1,
            "product_uom_id": self.product.uom_id.id,
            "price_unit": 5,
            "date_planned": "2030-01-01",
        }

    def methods(self, document):
        return [document.button_confirm, document.button_approve, document._confirm_reviewed]

    def undo(self, document):
        document.button_cancel()
        document.button_draft()
