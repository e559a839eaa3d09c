from odoo import Command

from .common import OrderFlowCase


class CaseCase(OrderFlowCase):
    """Two people of customer service and one of the technical department, with no other rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = cls.env["approval.role"].search(
            [("code", "in", ("customer_service", "technical", "general_manager"))]
        )
        cls.env["approval.role.holder"].search(
            [("role_id", "in", roles.ids), ("company_id", "=", cls.company.id)]
        ).unlink()
        cls.service = cls.make_person("service1", "customer_service")
        cls.service2 = cls.make_person("service2", "customer_service")
        cls.engineer = cls.make_person("engineer1", "technical")
        cls.manager = cls.make_person("manager1", "general_manager")
        cls.company.satisfaction_survey = True
        cls.contact.email = "buyer@customer.example.com"
        cls.customer.user_id = cls.sales
        cls.pump.categ_id = cls.env["product.category"].create({"name": "Pumps"})

    @classmethod
    def make_person(cls, login, role):
        user = cls.env["res.users"].create(
            {
                "name": login.title(),
                "login": f"test_{login}",
                "email": f"{login}@example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [
                    Command.set(
                        [
                            cls.env.ref("base.group_user").id,
                            cls.env.ref("sale_order_flow.group_flow_user").id,
                        ]
                    )
                ],
            }
        )
        cls.env["approval.role.holder"].create(
            {
                "role_id": cls.env["approval.role"].search([("code", "=", role)]).id,
                "user_id": user.id,
                "company_id": cls.company.id,
            }
        )
        return user

    def make_case(self, user=None, **values):
        return self.as_user(self.env["order.case"], user or self.sales).create(
            {
                "subject": "The pump leaks",
                "partner_id": self.contact.id,
                "description": "Water under the pump since Monday.",
                **values,
            }
        )

    def make_taken(self, **values):
        case = self.as_user(self.make_case(**values), self.service)
        case.action_take()
        return case

    def fill_in(self, case):
        case.write({"cause": "A worn seal.", "measure": "Seal replaced.", "result": "Dry again."})

    def make_closed(self, **values):
        case = self.make_taken(**values)
        self.fill_in(case)
        case.action_close()
        return case
