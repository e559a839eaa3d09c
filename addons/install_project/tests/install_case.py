from datetime import timedelta

from odoo import Command

from odoo.addons.sale_order_flow.tests.common import OrderFlowCase
from odoo.addons.sale_order_flow.tests.desk_case import DeskRows
from odoo.addons.sale_order_flow.tests.shipping_case import make_person

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


class InstallCase(DeskRows, OrderFlowCase):
    """A company that installs pumps: its director, the person responsible, an installer, a partner.

    No chain reviews plans and no checklist is in force, unless a test makes them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "install_enabled": True,
                "install_opens": "first",
                "install_warranty_months": 12,
                "install_invoice_percent": 100.0,
                "install_retention_percent": 0.0,
            }
        )
        cls.env["approval.chain"].search([("model", "=", "install.project")]).active = False
        cls.env["goods.inspection.point"].search([]).active = False
        cls.env["approval.role.holder"].search(
            [("role_id.code", "=", "project_director"), ("company_id", "=", cls.company.id)]
        ).unlink()
        cls.director = make_person(
            cls.env,
            cls.company,
            "director",
            "project_director",
            ("install_project.group_install_director",),
        )
        cls.foreman = make_person(cls.env, cls.company, "foreman")
        cls.installer = make_person(cls.env, cls.company, "installer")
        cls.outsider = make_person(cls.env, cls.company, "outsider")
        cls.pump.needs_installation = True
        cls.contact.email = "buyer@example.com"
        cls.contractor = cls.env["res.partner"].create({"name": "Fitters Ltd", "is_company": True})
        cls.today = cls.company._approval_today()

    def need(self, **values):
        return {
            "install_contact_id": self.contact.id,
            "install_wished_date": self.today + timedelta(days=20),
            "install_requirements": "Crane, 380 V.",
            **values,
        }

    def make_shipped(self, quantities=None, **values):
        """An order with its need, paid, noticed and shipped."""
        order = self.make_noticed(quantities, **{**self.need(), **values})
        self.ship(self.pickings(order))
        return order

    def project_of(self, order, user=None):
        found = self.env["install.project"].search([("order_id", "=", order.id)], limit=1)
        return self.as_user(found, user or self.director)

    def make_assigned(self, order=None, **values):
        project = self.project_of(order or self.make_shipped())
        self.as_user(project, self.assistant).action_announce()
        project.write(
            {
                "lead_id": self.foreman.id,
                "member_ids": [Command.set(self.installer.ids)],
                **values,
            }
        )
        project.action_assign()
        return self.as_user(project, self.foreman)

    def fill_plan(self, project, days=0):
        """The plan and schedule, each stage two days long, as ``project``'s user enters them."""
        start = self.today + timedelta(days=days)
        project.write(
            {
                "plan": "<p>Lift, align, connect.</p>",
                "stage_ids": [
                    Command.update(
                        stage.id,
                        {
                            "user_id": self.foreman.id,
                            "date_start": start,
                            "date_end": start + timedelta(days=2),
                        },
                    )
                    for stage in project.stage_ids
                ],
            }
        )

    def make_installing(self, order=None, **values):
        project = self.make_assigned(order, **values)
        self.fill_plan(project)
        project.action_start()
        return project

    def prepare(self, project, user=None):
        user = user or self.foreman
        action = self.as_user(project, user).action_prepare_acceptance()
        return self.as_user(self.env["install.acceptance"], user).browse(action["res_id"])

    def make_accepted(self, order=None):
        project = self.make_installing(order)
        acceptance = self.prepare(project)
        acceptance.action_ready()
        acceptance.write({"signature": SIGNATURE})
        return project
