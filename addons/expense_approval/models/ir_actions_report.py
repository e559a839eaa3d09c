import io

from odoo import models

from ..printable import merged

WITH_RECEIPTS = "expense_approval.report_claim_with_receipts"


class IrActionsReport(models.Model):
    """A claim with receipts is one file: the claim first, then every receipt (E4).

    Odoo merges the attachments of a single expense in the same place, but a damaged file breaks its print.
    """

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        if self._get_report(report_ref).report_name != WITH_RECEIPTS or not res_ids:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for claim in self.env["reimbursement.claim"].browse(dict.fromkeys(res_ids)):
            claim.check_access("read")
            receipts = claim._printed_receipts()
            printed = super()._render_qweb_pdf_prepare_streams(
                report_ref, {**(data or {}), "receipts": {claim.id: receipts}}, claim.ids
            )
            streams[claim.id] = printed[claim.id]
            follow = [
                (receipt.content, f"{receipt.number} {receipt.name}")
                for receipt in receipts
                if receipt.content
            ]
            if follow:
                with printed[claim.id]["stream"] as stream:
                    content = merged([(stream.getvalue(), claim.name), *follow])
                streams[claim.id] = {**printed[claim.id], "stream": io.BytesIO(content)}
        return streams
