from odoo import api, fields, models

from .approval_request_slot import POSITIVE


class ApprovalRequestSlotInbox(models.Model):
    """What the inbox shows of a place besides its own table (A13)."""

    _inherit = "approval.request.slot"

    document_kind_id = fields.Many2one(
        "approval.kind",
        string="Kind of Document",
        compute="_compute_document_kind_id",
        store=True,
        precompute=True,
    )
    # when the answer is due; the step knows
    step_due_at = fields.Datetime(related="step_id.due_at", string="Due")
    after_of_id = fields.Many2one(related="request_id.after_of_id")
    card = fields.Json(compute="_compute_card", help="What can be answered on the card itself.")

    @api.depends("res_model")
    def _compute_document_kind_id(self):
        # ids of kinds are those of models, which are known without a query
        for slot in self:
            slot.document_kind_id = self.env["ir.model"]._get_id(slot.res_model)

    @api.depends("state", "kind", "is_terms", "step_id.checklist", "step_id.opinion_policy")
    @api.depends_context("lang")
    def _compute_card(self):
        """The answers that need nothing but a text; all others are given in the request."""
        for slot in self:
            step, hint = slot.step_id, ""
            if slot.is_terms:
                hint = self.env._("Other terms are proposed: open it to answer.")
            elif any(row["required"] for row in step.checklist or ()):
                hint = self.env._("There is a checklist: open it to answer.")
            actions = slot._card_actions(step.opinion_policy == "always")
            offered = slot.state == "open" and not hint
            slot.card = {"actions": actions if offered else [], "hint": hint}

    def _card_actions(self, always):
        Request = self.env["approval.request"]
        verbs = {"decide": ("approve", "refuse"), "opinion": ("opinion",), "handle": ("handle",)}
        return [
            Request._panel_action(
                verb, **({"opinion": "required"} if always and verb in POSITIVE else {})
            )
            for verb in verbs[self.kind]
        ]


class ApprovalRequestKind(models.Model):
    _inherit = "approval.request"

    document_kind_id = fields.Many2one(
        "approval.kind",
        string="Kind of Document",
        compute="_compute_document_kind_id",
        store=True,
        precompute=True,
    )

    @api.depends("res_model")
    def _compute_document_kind_id(self):
        # ids of kinds are those of models, which are known without a query
        for request in self:
            request.document_kind_id = self.env["ir.model"]._get_id(request.res_model)
