from odoo import models


class ReimbursementClaimInvoice(models.Model):
    """Whether the invoices prove what is claimed (E8)."""

    _inherit = "reimbursement.claim"

    def action_cancel(self):
        invoices_sudo = self.sudo().expense_ids.tax_invoice_ids
        result = super().action_cancel()
        invoices_sudo._give_up()
        return result

    def unlink(self):
        invoices_sudo = self.sudo().expense_ids.tax_invoice_ids
        result = super().unlink()
        invoices_sudo._give_up()
        return result

    def _claim_findings(self):
        findings = super()._claim_findings()
        claims_sudo = self.sudo()  # those who decide may not read all that is compared
        same_files = claims_sudo.expense_ids._same_files()
        for claim in claims_sudo:
            facts = claim.company_id._invoice_facts()
            for expense in claim.expense_ids:
                findings[claim.id] += expense._proof_findings(same_files.get(expense))
                for invoice in expense.tax_invoice_ids:
                    findings[claim.id] += invoice._findings(facts)
        return findings
