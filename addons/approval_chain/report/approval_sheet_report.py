from odoo import api, models


class ReportApprovalSheet(models.AbstractModel):
    """Feeds the template of the approval sheet; reading it needs the right to read the request."""

    _name = "report.approval_chain.report_approval_sheet"
    _description = "Approval Sheet"

    @api.model
    def _get_report_values(self, docids, data=None):
        requests = self.env["approval.request"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "approval.request",
            "docs": requests,
            "sheets": requests._print_sheets(),
        }
