from odoo.tests import TransactionCase, tagged

from ..models.reimbursement_claim import STAGES


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """X5: a demo company whose claims stand in every stage, made by its people."""

    def test_a_claim_stands_in_every_stage(self):
        """X5: from the draft to the paid claim, one of them lowered by finance, at every step."""
        claims = self.env["reimbursement.claim"].search(
            [("company_id", "=", self.env.ref("approval_chain.demo_company").id)]
        )
        everywhere = {stage for stage, _label in STAGES}
        self.assertLessEqual(everywhere, set(claims.mapped("stage")))
        self.assertIn(True, claims.expense_ids.mapped("is_lowered"))
        waiting = claims.approval_request_id.step_ids.filtered(lambda step: step.state == "open")
        self.assertEqual(len(set(waiting.mapped("name"))), 5)
