from odoo import fields, models


class ApprovalPassedChain(models.Model):
    _inherit = "approval.chain"

    def _passed(self, values, note):
        row = super()._passed(values, note)
        row.values["is_passed"] = True
        return row


class ApprovalPassedStep(models.Model):
    _inherit = "approval.request.step"

    # a step whose conditions do not match is skipped as well, but that is the rule and no exception
    is_passed = fields.Boolean(string="Passed by a Policy")

    def _pass(self, note):
        self._engine_write({"is_passed": True})
        return super()._pass(note)


class ApprovalPassedSlot(models.Model):
    _inherit = "approval.request.slot"

    is_passed = fields.Boolean(
        string="Passed by a Policy",
        help="Whoever decided an earlier step was not asked again: nobody waited here.",
    )

    def _answer_as_before(self, user):
        self._engine_write({"is_passed": True})
        return super()._answer_as_before(user)
