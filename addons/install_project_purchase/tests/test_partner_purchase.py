from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.install_project.tests.install_case import InstallCase


@tagged("post_install", "-at_install")
class TestPartnerPurchase(InstallCase):
    """I2, I9: a partner company is asked, gets its order, and what it bills is a cost."""

    def make_partner_project(self):
        self.company.install_service_id = self.make_product(
            "Fitting", 0, type="service", is_storable=False
        )
        project = self.make_assigned(team="partner", contractor_id=self.contractor.id)
        return self.as_user(project, self.director)

    def test_the_director_asks_and_purchasing_is_told(self):
        """I2: once; who directs needs no rights in purchasing."""
        project = self.make_partner_project()
        for user in (self.foreman, self.assistant):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(project, user).action_request_quotation()
        project.action_request_quotation()
        order = self.env["purchase.order"].search([("install_project_id", "=", project.id)])
        self.assertEqual((order.partner_id, order.state), (self.contractor, "draft"))
        account = self.env["project.project"].browse(project.project_id.id).account_id
        self.assertEqual(order.order_line.analytic_distribution, {str(account.id): 100})
        message = project.message_ids[0]
        self.assertIn(self.purchasing.partner_id, message.notified_partner_ids)
        with self.assertRefused(f"{order.name} was made for Fitters Ltd already"):
            project.action_request_quotation()
        self.assertEqual(project.purchase_count, 1)

    def test_an_order_stays_with_the_project_it_was_made_for(self):
        """I2: nobody takes it away, so that two are made, or gives a project another one."""
        project = self.make_partner_project()
        project.action_request_quotation()
        order = self.as_user(self.orders_of(project), self.purchasing)
        for refused in (
            lambda: order.write({"install_project_id": False}),
            lambda: order.create(
                {"partner_id": self.contractor.id, "install_project_id": project.id}
            ),
        ):
            with self.assertRefused("cannot be entered by hand", exception=AccessError):
                refused()
        other = order.with_context(default_install_project_id=project.id).create(
            {"partner_id": self.contractor.id}
        )
        self.assertFalse(other.install_project_id)
        self.assertFalse(order.copy().install_project_id)

    def orders_of(self, project):
        return self.env["purchase.order"].search([("install_project_id", "=", project.id)])

    def test_the_button_shows_to_who_may_ask_and_only_while_nobody_was_asked(self):
        """I2: again after the order was given up, or for another partner company."""
        project = self.make_partner_project()
        self.assertTrue(project.may_request_quotation)
        for user in (self.foreman, self.assistant):
            self.assertFalse(self.as_user(project, user).may_request_quotation)
        project.action_request_quotation()
        self.assertFalse(project.may_request_quotation)
        self.orders_of(project).button_cancel()
        self.assertTrue(project.may_request_quotation)
        project.action_request_quotation()
        self.assertFalse(project.may_request_quotation)
        project.contractor_id = self.env["res.partner"].create({"name": "Riggers Ltd"})
        self.assertTrue(project.may_request_quotation)
        project.team = "own"
        self.assertFalse(project.may_request_quotation)

    def test_the_order_has_the_terms_of_the_partner_company(self):
        """I2: of the company that installs, wherever the director works at that moment."""
        project = self.make_partner_project()
        terms = self.env["account.payment.term"].create({"name": "60 days"})
        position = self.env["account.fiscal.position"].create(
            {"name": "Services", "company_id": self.company.id}
        )
        self.contractor.with_company(self.company).write(
            {
                "property_supplier_payment_term_id": terms.id,
                "property_account_position_id": position.id,
            }
        )
        sister = self.env["res.company"].create({"name": "Sister Ltd"})
        self.director.company_ids |= sister
        companies = (sister | self.company).ids
        project.with_context(allowed_company_ids=companies).action_request_quotation()
        order = self.orders_of(project)
        self.assertEqual((order.payment_term_id, order.fiscal_position_id), (terms, position))
        self.assertEqual(order.company_id, self.company)
        if "picking_type_id" in order._fields:
            self.assertEqual(order.picking_type_id.company_id, self.company)

    def test_the_bill_is_a_cost_of_the_project(self):
        """I9: when it is posted."""
        project = self.make_partner_project()
        project.action_request_quotation()
        order = self.env["purchase.order"].search([("install_project_id", "=", project.id)])
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.contractor.id,
                "company_id": self.company.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Fitting",
                            "price_unit": 90,
                            "tax_ids": False,
                            "analytic_distribution": order.order_line.analytic_distribution,
                        }
                    )
                ],
            }
        )
        bill.action_post()
        project.invalidate_recordset()
        self.assertEqual(project.cost, 90)

    def test_what_is_missing_is_said(self):
        """I2, X6: partner company and service."""
        own = self.as_user(self.make_assigned(), self.director)
        with self.assertRefused("choose the Partner Company"):
            own.action_request_quotation()
        theirs = self.make_partner_project()
        self.company.install_service_id = False
        with self.assertRefused("Choose the Installation Service"):
            theirs.action_request_quotation()
