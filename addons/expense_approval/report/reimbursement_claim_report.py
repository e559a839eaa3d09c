import base64

from odoo import api, models


class ReportClaim(models.AbstractModel):
    """Feeds the print of a claim: its expenses and everything that was said about it."""

    _name = "report.expense_approval.report_claim"
    _description = "Print of a Reimbursement Claim"

    @api.model
    def _get_report_values(self, docids, data=None):
        claims = self.env["reimbursement.claim"].browse(docids)
        claims.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": claims._name,
            "docs": claims,
            "claims": [self._printed(claim, data) for claim in claims],
        }

    def _printed(self, claim, data):
        # whoever may read the claim reads what was said about it
        request_sudo = claim.sudo().approval_request_id
        picture = self.env["ir.actions.report"].barcode(
            "Code128", claim.name, width=500, height=88, quiet=0
        )
        return {
            "claim": claim.sudo(),
            "sheet": request_sudo._print_sheet() if request_sudo else False,
            "barcode": f"data:image/png;base64,{base64.b64encode(picture).decode()}",
            "receipts": self._receipts(claim, data),
        }

    def _receipts(self, claim, data):
        """Hook: the list of the receipts that is printed with the claim."""
        return []


class ReportClaimWithReceipts(models.AbstractModel):
    """The same print; it says which receipts follow behind it, and which do not."""

    _name = "report.expense_approval.report_claim_with_receipts"
    _inherit = "report.expense_approval.report_claim"
    _description = "Print of a Reimbursement Claim with Receipts"

    def _receipts(self, claim, data):
        known = (data or {}).get("receipts") or {}
        return known[claim.id] if claim.id in known else claim._printed_receipts()
