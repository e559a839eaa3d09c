from contextlib import suppress

from odoo import Command
from odoo.exceptions import UserError

from .common import StockingCase


class _RolledBackError(Exception):
    """Ends an attempt whose changes are not to stay."""


class PurchaseCase(StockingCase):
    """Purchase requests of the sales department, in the demo company with its rulebook."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls.env.ref("approval_chain.demo_user_head")
        cls.boss = cls.president
        role = cls.env.ref("approval_chain.role_general_manager")
        cls.env["approval.role.holder"].search([("role_id", "=", role.id)]).unlink()
        cls.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": cls.boss.id, "company_id": cls.company.id}
        )
        roles = cls.env.ref("approval_chain.role_finance") | cls.env.ref(
            "approval_chain.role_finance_director"
        )
        cls.env["approval.limit"].search([("role_id", "in", roles.ids)]).unlink()
        cls.env["approval.limit"].create(
            [
                {
                    "role_id": role.id,
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "amount": amount,
                }
                for role, amount in zip(roles, (5000, 50000), strict=True)
            ]
        )
        department = cls.env.ref("approval_chain.demo_department_sales")
        department.manager_id = cls.env.ref("approval_chain.demo_employee_head")
        cls.vendor2 = cls.env["res.partner"].create({"name": "Other Vendor"})
        cls.company.write(
            {
                "purchase_review_amount": 100000,
                "purchase_review_unplanned": True,
                "purchase_review_price": True,
                "purchase_price_tolerance": 5,
            }
        )

    def make_purchase_request(self, user=None, product=None, quantity=10, price=55, **values):
        """A draft over ten pumps, at what the vendor's pricelist says."""
        return self.as_user(self.env["stocking.purchase.request"], user or self.sales).create(
            {
                "purpose": "The old ones leak.",
                "date_needed": "2030-01-31",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": (product or self.make_product()).id,
                            "quantity": quantity,
                            "price_unit": price,
                        }
                    )
                ],
                **values,
            }
        )

    def approve_request(self, request):
        """The applicant submits; department head and finance approve."""
        request.action_approval_submit()
        approval = self.request_of(request)
        self.as_user(approval, self.head).action_decide("approve")
        self.as_user(approval, self.finance).action_decide("approve")
        self.assertEqual(request.state, "approved")

    def approved_request(self, **values):
        request = self.make_purchase_request(**values)
        self.approve_request(request)
        return request

    def ask(self, request, vendors=None, quantity=None):
        """Purchasing asks the vendors; the requests for quotation, as purchasing sees them."""
        before = request.sudo().allocation_ids.purchase_order_id
        action = self.as_user(request, self.purchasing).action_ask_vendors()
        wizard = self.as_user(
            self.env["stocking.purchase.quotation"].browse(action["res_id"]), self.purchasing
        )
        wizard.vendor_ids = vendors or self.vendor
        if quantity:
            wizard.line_ids.quantity = quantity
        wizard.action_ask()
        return self.as_user(
            request.sudo().allocation_ids.purchase_order_id - before, self.purchasing
        )

    def make_order(self, user=None, product=None, quantity=10, price=55, **values):
        """A request for quotation that purchasing made by hand."""
        return self.as_user(self.env["purchase.order"], user or self.purchasing).create(
            {
                "partner_id": self.vendor.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or self.make_product()).id,
                            "product_qty": quantity,
                            "price_unit": price,
                        }
                    )
                ],
                **values,
            }
        )

    def receive(self, order, quantity=None):
        """The warehouse receives what was ordered, or a part of it."""
        picking = self.as_user(order.sudo().picking_ids, self.warehouse).filtered(
            lambda picking: picking.state == "assigned"
        )
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
        action = picking.button_validate()
        if isinstance(action, dict):
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            self.as_user(wizard, self.warehouse).with_context(**action["context"]).create(
                {}
            ).process()
        self.assertEqual(picking.state, "done")

    def refusal_table(self, attempts, text="", switch_off=None, shut=()):
        """Every attempt ``{name: function}`` has to be refused; what got through is named.

        :param switch_off: makes it plain Odoo; there every attempt has to pass, so that a door that
            was never open proves nothing
        :param shut: names of attempts that are refused in plain Odoo as well
        """
        through, never_open = [], []
        for name, attempt in attempts.items():
            try:
                with self.assertRefused(text):
                    attempt()
                    self.commit_in_test()
            except AssertionError as error:
                through.append(f"{name}: {error}")
            if switch_off and name not in shut:
                try:
                    with suppress(_RolledBackError), self.env.cr.savepoint():
                        switch_off()
                        attempt()
                        self.commit_in_test()
                        raise _RolledBackError
                except UserError as error:
                    never_open.append(f"{name}: {error}")
                self.env.invalidate_all()
                self.env.registry.clear_cache()
        self.assertFalse(through)
        self.assertFalse(never_open)

    def commit_in_test(self):
        """What happens to the changes before they would be committed."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def switch_off_chain(self, model):
        self.env["approval.chain"].search(
            [("model", "=", model), ("company_id", "=", self.company.id)]
        ).active = False
