from odoo import api
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.approval_chain.tests.race_case import PeopleAtOnce


@tagged("post_install", "-at_install")
class TestAskRace(PeopleAtOnce):
    """I2: the director clicks twice."""

    def env_of(self, cr, login):
        user = self.env.ref(f"install_project.demo_user_{login}")
        return api.Environment(
            cr, user.id, {"allowed_company_ids": user.company_id.ids, "lang": "en_US"}
        )

    def given_to_a_partner(self):
        """A committed project of the demo company, given to a partner company."""
        with self.root() as root:
            project = root.ref("install_project.demo_project_assign")
            company = project.company_id
            before = company.install_service_id
            service = root["product.product"].create({"name": "Fitting", "type": "service"})
            partner = root["res.partner"].create({"name": "Fitters Ltd", "is_company": True})
            company.install_service_id = service
            project.write({"team": "partner", "contractor_id": partner.id})
            left = (project.id, before.id, service.id, partner.id)
        self.addCleanup(self.forget, *left)
        return left[0]

    def forget(self, project_id, before_id, service_id, partner_id):
        with self.root() as root:
            orders = root["purchase.order"].search([("install_project_id", "=", project_id)])
            orders.button_cancel()
            orders.unlink()
            project = root["install.project"].browse(project_id)
            project.company_id.install_service_id = before_id
            project.write({"team": "own", "contractor_id": False})
            root["product.product"].browse(service_id).action_archive()
            root["res.partner"].browse(partner_id).action_archive()

    def test_of_two_clicks_at_once_one_asks(self):
        """I2: the second starts over, and learns that it was asked already."""
        project_id = self.given_to_a_partner()
        with self.someone_slower("director", "install.project", project_id) as late:
            with self.someone("director") as quick:
                quick["install.project"].browse(project_id).action_request_quotation()
            with self.assertStartsOver():
                late.action_request_quotation()
        with self.someone("director") as again:
            with self.assertRaisesRegex(UserError, "for Fitters Ltd already"):
                again["install.project"].browse(project_id).action_request_quotation()
