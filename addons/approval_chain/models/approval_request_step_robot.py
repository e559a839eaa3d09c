from odoo import models


class ApprovalRequestStep(models.Model):
    """Groups hear when somebody is asked: a step opens, or its next person has the turn (A20)."""

    _inherit = "approval.request.step"

    def _open(self, *args, **kwargs):
        result = super()._open(*args, **kwargs)
        # some are passed without asking anybody, or were answered by the same person before
        asking = self.filtered(lambda step: step.state == "open")
        self.env["approval.outbox"]._enqueue(asking.request_id, "ask")
        return result

    def _settle(self, *args, **kwargs):
        done = super()._settle(*args, **kwargs)
        in_order = (self - done).filtered(lambda step: step.mode == "order")
        self.env["approval.outbox"]._enqueue(in_order.request_id, "ask")
        return done
