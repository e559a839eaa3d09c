from odoo import fields, models


class ReimbursementReason(models.TransientModel):
    """Asks finance why a claim is opened again; the claim itself checks who may."""

    _name = "reimbursement.reason"
    _description = "Why a Claim Is Opened Again"

    claim_id = fields.Many2one("reimbursement.claim", required=True, ondelete="cascade")
    reason = fields.Text(required=True)

    def action_reopen(self):
        """Open the claim again.

        :return: True
        """
        self.ensure_one()
        return self.claim_id.action_reopen(self.reason)
