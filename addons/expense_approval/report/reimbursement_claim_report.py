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
            "claims": [self._printed(claim) for claim in claims],
        }

    def _printed(self, claim):
        # whoever may read the claim reads what was said about it
        request_sudo = claim.sudo().approval_request_id
        picture = self.env["ir.actions.report"].barcode(
            "Code128", claim.name, width=500, height=88, quiet=0
        )
        return {
            "claim": claim.sudo(),
            "sheet": request_sudo._print_sheet() if request_sudo else False,
            "barcode": f"data:image/png;base64,{base64.b64encode(picture).decode()}",
        }
