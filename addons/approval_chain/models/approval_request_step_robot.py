from odoo import models


class ApprovalRequestStep(models.Model):
    """Groups hear of a step that opens: somebody is asked (A20)."""

    _inherit = "approval.request.step"

    def _open(self, *args, **kwargs):
        result = super()._open(*args, **kwargs)
        self.env["approval.outbox"]._enqueue(self.request_id, "ask")
        return result
