from odoo.tests import tagged

from odoo.addons.sale_order_flow.models.sale_order_stage import FLOW_STAGES

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestDemo(OrderFlowCase):
    """X5: a demo company whose orders stand in every stage, made by its people."""

    def demo_orders(self):
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "sale_order_flow"),
                ("model", "=", "sale.order"),
                ("name", "=like", "demo_order_%"),
            ]
        )
        return self.env["sale.order"].browse(data.mapped("res_id"))

    def test_an_order_stands_in_every_stage(self):
        """X5: from the incomplete quotation to the delivered order."""
        orders = self.demo_orders()
        # other addons add stages of their own, receipts and the archive theirs; what is approved is
        # confirmed at once
        self.assertLessEqual(
            {stage for stage, _label in FLOW_STAGES}
            - {"cancelled", "approved", "received", "archived"},
            set(orders.mapped("flow_stage")),
        )
        self.assertLessEqual(
            {"pending", "approved", "executed", "returned", "refused"},
            set(orders.mapped("approval_state")),
        )
        self.assertEqual(set(orders.mapped("special_level")), {"none", "head", "president"})

    def test_prices_are_those_of_the_price_list_in_the_currency_of_the_company(self):
        """X4, X5: a pump costs twelve thousand yuan."""
        self.assertEqual(self.env.ref("sale_order_flow.demo_order_confirmed").amount_untaxed, 12000)
        self.assertEqual(self.demo_orders().currency_id, self.company.currency_id)

    def test_loading_again_changes_nothing(self):
        """X1, X5: the demo data may be loaded twice."""
        orders, chains = self.demo_orders(), self.env["approval.chain"].search_count([])
        demo = self.env["sale.order.flow.demo"].with_context(allowed_company_ids=self.company.ids)
        demo._load()
        demo._load_checks()
        demo._load_contracts()
        self.assertEqual(self.demo_orders(), orders)
        self.assertEqual(self.env["approval.chain"].search_count([]), chains)

    def test_the_portal_customer_reads_the_order_that_waits_for_a_signature(self):
        """F8, X5: and signs it; orders of others stay closed."""
        customer = self.env.ref("sale_order_flow.demo_user_customer")
        order = self.env.ref("sale_order_flow.demo_order_signature")
        self.assertTrue(order._has_to_be_signed())
        mine = self.env["sale.order"].with_user(customer).search([])
        self.assertIn(order, mine)
        self.assertEqual(
            mine.partner_id.commercial_partner_id, order.partner_id.commercial_partner_id
        )

    def test_everybody_of_the_company_has_something_on_the_desk(self):
        """X5, F11: every person of the demo finds a next step."""
        for login in (
            "sales",
            "sales2",
            "salesmgr",
            "head",
            "vp",
            "president",
            "assistant",
            "finance",
            "warehouse",
        ):
            desk = self.as_user(self.env["sale.desk"], getattr(self, login))
            with self.subTest(login):
                self.assertTrue(desk.search_count([("is_mine", "=", True)]))

    def test_documents_of_customers_are_in_every_condition(self):
        """F2, X5: valid, about to expire, expired, not verified."""
        documents = self.env["res.partner.qualification"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertLessEqual(
            {"valid", "expiring", "expired", "unverified"}, set(documents.mapped("status"))
        )

    def test_an_order_of_a_customer_who_owes_shows_it(self):
        """F2, X5: the salesperson reads it before submitting."""
        order = self.as_user(self.env.ref("sale_order_flow.demo_order_overdue"), self.sales)
        states = {check["code"]: check["state"] for check in order.check_results}
        self.assertEqual((states["overdue"], states["data"]), ("note", "ok"))

    def test_contracts_letters_and_archives_are_in_every_state(self):
        """F3, F8, F9, X5: a review under way, contracts from draft to archived, an overdue month."""
        company = [("company_id", "=", self.company.id)]
        contracts = self.env["sale.contract"].search(company)
        self.assertLessEqual({"draft", "out", "signed", "archived"}, set(contracts.mapped("state")))
        archives = self.env["sale.contract.archive"].search(company)
        self.assertIn("archived", archives.mapped("status"))
        letters = self.env["sale.confirmation.letter"].search(company)
        self.assertIn("confirmed", letters.mapped("state"))
        review = self.env.ref("sale_order_flow.demo_order_contract_review")
        self.assertEqual(review.approval_state, "pending")
        self.assertTrue(review.needs_contract_review)
        signed = self.env.ref("sale_order_flow.demo_order_contract_signed")
        waiting = self.env.ref("sale_order_flow.demo_order_contract_out")
        self.assertFalse(signed._contract_reasons())
        self.assertTrue(waiting._contract_reasons())
