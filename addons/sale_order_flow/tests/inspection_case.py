from odoo import Command

from .common import OrderFlowCase


def make_inspector(env, company):
    """A person who holds the quality role in a company, with no other rights."""
    user = env["res.users"].create(
        {
            "name": "Inspector",
            "login": "test_inspector",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [
                Command.set(
                    [
                        env.ref("base.group_user").id,
                        env.ref("sale_order_flow.group_flow_user").id,
                    ]
                )
            ],
        }
    )
    env["approval.role.holder"].create(
        {
            "role_id": env["approval.role"].search([("code", "=", "quality")]).id,
            "user_id": user.id,
            "company_id": company.id,
        }
    )
    return user


class InspectionCase(OrderFlowCase):
    """A pump that is inspected before it leaves, and the person who does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inspector = make_inspector(cls.env, cls.company)
        cls.points = cls.env["goods.inspection.point"].create(
            [
                {
                    "name": "Looks",
                    "company_id": cls.company.id,
                    "product_ids": [Command.set(cls.pump.ids)],
                },
                {
                    "name": "Pressure",
                    "company_id": cls.company.id,
                    "product_ids": [Command.set(cls.pump.ids)],
                    "kind": "measure",
                    "minimum": 9.5,
                    "maximum": 10.5,
                    "unit": "bar",
                },
            ]
        )

    def inspections(self, order, user=None):
        rows = self.env["goods.inspection"].search([("order_id", "=", order.id)], order="id")
        return self.as_user(rows, user or self.inspector)

    def answer(self, inspection, passed="yes", pressure=10.0):
        """Answer every point, as the form saves it."""
        looks, measured = inspection.result_ids
        inspection.write(
            {
                "result_ids": [
                    Command.update(looks.id, {"passed": passed}),
                    Command.update(measured.id, {"value": pressure}),
                ]
            }
        )

    def accept(self, inspection):
        self.answer(inspection)
        inspection.action_record()
