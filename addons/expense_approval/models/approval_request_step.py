from odoo import models


class ApprovalRequestStep(models.Model):
    _inherit = "approval.request.step"

    def _pass_reason(self, amount=None):
        """Of a claim, what will be reimbursed is compared with the limit (D15 20)."""
        request = self.request_id
        if amount is None and self.limit_key and request.res_model == "reimbursement.claim":
            amount = request._document().payable_amount
        return super()._pass_reason(amount)
