from odoo import SUPERUSER_ID, Command, api
from odoo.tests import TransactionCase

from .common import forget_committed


class RaceCase(TransactionCase):
    """Two transactions at once, with real commits on the throw-away test database.

    What the tests work on is committed before each of them, and taken out again afterwards.
    """

    orders = 1

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env.ref("approval_chain.demo_company")
            self.chain_id = (
                env["approval.chain"]
                .create(
                    {
                        "name": "Race",
                        "company_id": company.id,
                        "operation": "finish",
                        "model_id": env["ir.model"]._get_id("test.approval.order"),
                        "step_ids": [
                            Command.create(
                                {
                                    "name": "Decide",
                                    "role_id": env.ref("approval_chain.role_president").id,
                                }
                            )
                        ],
                    }
                )
                .id
            )
            self.order_ids = (
                env["test.approval.order"]
                .create(
                    [
                        {
                            "name": f"R{number}",
                            "partner_name": "Buyer",
                            "company_id": company.id,
                            "line_ids": [
                                Command.create({"product": "Pump", "quantity": 1, "price": 1})
                            ],
                        }
                        for number in range(1, self.orders + 1)
                    ]
                )
                .ids
            )
            self.sales_id = env.ref("approval_chain.demo_user_sales").id
            self.president_id = env.ref("approval_chain.demo_user_president").id
        self.addCleanup(self.delete_chain)

    def delete_chain(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            forget_committed(cr, env["test.approval.order"].browse(self.order_ids))
            env["approval.chain"].browse(self.chain_id).unlink()

    def order(self, cr):
        """The orders as the salesperson sees them in the transaction of ``cr``."""
        orders = api.Environment(cr, self.sales_id, {})["test.approval.order"]
        return orders.browse(self.order_ids)

    def submit(self):
        """Submit the orders for good.

        :return: ids of the requests, in the order of the orders
        """
        with self.registry.cursor() as cr:
            orders = self.order(cr)
            orders.action_approval_submit()
            return [order.sudo().approval_request_id.id for order in orders]

    def touch(self, request_id):
        """Somebody else changes the request, and is done with it before we are."""
        with self.registry.cursor() as cr:
            cr.execute("UPDATE approval_request SET id = id WHERE id = %s", [request_id])
