from odoo.tests import tagged

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestDecisionCard(ApprovalCase):
    """A22: what an approver needs to judge, and who reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_chain([("opinion", "vp_marketing"), ("decide", "president")])

    def setUp(self):
        super().setUp()
        self.refused = self.make_order(name="Before")
        self.refused.action_approval_submit()
        self.decide(self.refused, self.vp, "opinion", "Risky.")
        self.decide(self.refused, self.president, "refuse", "Too cheap.")
        self.order = self.make_order()
        self.order.action_approval_submit()

    def card(self, user, document=None):
        self.env.invalidate_all()
        request = self.request_of(document or self.order)
        return self.as_user(request, user).decision_card

    def facts(self, card):
        return {fact["label"]: fact for group in card for fact in group["facts"]}

    def test_card_tells_how_earlier_requests_of_the_requester_ended(self):
        """A22: counts, and the last decisions with their opinions."""
        self.decide(self.order, self.vp, "opinion")
        facts = self.facts(self.card(self.president))
        history = facts[f"{self.sales.name}, last 12 months"]
        self.assertIn("1 refused", history["value"])
        self.assertEqual(history["tone"], "warning")
        [decision] = [fact for name, fact in facts.items() if name.startswith("Before")]
        self.assertEqual(decision["note"], "Too cheap.")
        self.assertEqual(decision["tone"], "danger")

    def test_card_tells_earlier_rounds_of_the_document(self):
        """A22: this document was returned before."""
        self.decide(self.order, self.vp, "opinion")
        self.decide(self.order, self.president, "return", "Add the date.")
        self.order.action_approval_submit()
        self.assertIn("1 returned", self.facts(self.card(self.vp))["This document"]["value"])

    def test_card_compares_the_amount_with_the_reader_s_limit(self):
        """A3, A22."""
        self.env["approval.limit"].create(
            {"user_id": self.president.id, "company_id": self.company.id, "amount": 100}
        )
        self.decide(self.order, self.vp, "opinion")
        limit = self.facts(self.card(self.president))["Your limit"]
        self.assertIn("over", limit["value"])
        self.assertEqual(limit["tone"], "warning")

    def test_only_those_asked_read_the_card_and_only_while_it_is_open(self):
        """A22: neither the requester, nor those copied, nor who is not asked yet."""
        self.assertTrue(self.card(self.vp))
        self.assertFalse(self.card(self.sales))
        self.as_user(self.request_of(self.order), self.vp).action_copy([self.cfo.id])
        self.assertFalse(self.card(self.cfo))
        with self.assertRefused(exception=Exception):
            self.as_user(self.request_of(self.order), self.sales2).read(["decision_card"])
        self.decide(self.order, self.vp, "opinion")
        self.decide(self.order, self.president)
        self.assertFalse(self.card(self.president))

    def test_an_opinion_on_a_request_of_others_is_not_told(self):
        """A6, A22: who was not asked there learns how it ended, not what was said."""
        self.as_user(self.request_of(self.order), self.vp).action_hand_over(self.cfo.id)
        facts = self.facts(self.card(self.cfo))
        [decision] = [fact for name, fact in facts.items() if name.startswith("Before")]
        self.assertEqual(decision["note"], "")

    def test_the_card_takes_few_queries(self):
        """DESIGN 19: read with the form."""
        self.card(self.vp)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.card(self.vp)
        self.assertLess(self.env.cr.sql_log_count - before, 45)
