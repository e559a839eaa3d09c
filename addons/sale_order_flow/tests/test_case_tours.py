from odoo.tests import HttpCase, tagged

from .case_case import CaseCase


@tagged("post_install", "-at_install")
class TestCaseTours(HttpCase, CaseCase):
    """F19 in the browser, in Chinese: the owner of a case, and the customer."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.write({"lang": "zh_CN", "password": "test_service1"})
        cls.buyer = cls.env["res.users"].create(
            {
                "name": "Buyer",
                "login": "case_buyer",
                "password": "case_buyer",
                "lang": "zh_CN",
                "partner_id": cls.contact.id,
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )

    def walk(self, tour, path, login):
        self.env.flush_all()
        self.start_tour(path, tour, login=login)
        self.env.invalidate_all()

    def test_the_owner_takes_a_case_and_closes_it(self):
        """F19: what is missing is said, the rest is a few clicks."""
        case = self.make_case()
        self.walk("order_case_owner", f"/odoo/cases/{case.id}", "test_service1")
        self.assertEqual((case.state, case.owner_id), ("done", self.service))
        self.assertTrue(case.satisfaction_ids.asked_at)

    def test_every_view_of_cases_and_satisfaction_opens(self):
        """X6: lists, cards, calendar and figures, with rows behind them."""
        self.make_case()
        case = self.make_closed()
        asked = case.satisfaction_ids
        case.sudo().rating_apply(5, rating=asked.sudo().rating_id, feedback="")
        self.walk("order_case_views", "/odoo/cases", "test_service1")
        self.walk("order_satisfaction_views", "/odoo/satisfaction", "test_service1")

    def test_the_customer_reports_a_problem_in_the_portal(self):
        """F19: on an own order, with a file."""
        order = self.make_confirmed()
        self.walk("order_case_customer", "/my/cases", "case_buyer")
        case = self.env["order.case"].search([("order_id", "=", order.id)])
        self.assertEqual((case.subject, case.source), ("水泵渗水", "portal"))
        self.assertEqual(case.message_ids.attachment_ids.name, "leak.txt")
