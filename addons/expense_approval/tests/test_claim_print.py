from odoo.tests import tagged

from .common import ExpenseCase


@tagged("post_install", "-at_install")
class TestClaimPrint(ExpenseCase):
    """E4: what is handed to finance: the claim with barcode, amounts and all opinions."""

    def test_print_has_number_amounts_and_every_opinion(self):
        """E4: as the claimant prints it."""
        claim = self.make_claim(100, 250)
        self.approve_to(claim, "finance")
        self.as_user(claim.expense_ids[0], self.finance).action_sanction(80, "Second class.")
        self.decide(claim, self.finance, opinion="All there.")
        reports = self.as_user(self.env["ir.actions.report"], self.claimant)
        html = reports._render_qweb_html("expense_approval.report_claim", claim.ids)[0].decode()
        for text in (
            claim.name,
            "data:image/png;base64,",
            "Second class.",
            "All there.",
            "Department manager: is it true",
            "Leader",
        ):
            self.assertIn(text, html)

    def test_nobody_prints_what_he_may_not_read(self):
        """E1."""
        claim = self.make_claim(100)
        reports = self.as_user(self.env["ir.actions.report"], self.colleague)
        with self.assertRefused():
            reports._render_qweb_html("expense_approval.report_claim", claim.ids)
