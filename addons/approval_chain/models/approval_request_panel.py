from odoo import api, fields, models

from ..operation import LIVE_STATES
from .approval_request import OPINION_REQUIRED, VERBS


class ApprovalRequestPanel(models.Model):
    """What the timeline of a request shows (A6); the widget is ``approval_panel``."""

    _inherit = "approval.request"

    panel = fields.Json(compute="_compute_panel")

    @api.depends("state", "step_ids.state", "slot_ids.state", "failure")
    @api.depends_context("uid", "lang")
    def _compute_panel(self):
        earlier = (
            self.sudo()
            .search(
                [
                    ("res_model", "in", self.mapped("res_model")),
                    ("res_id", "in", self.mapped("res_id")),
                ]
            )
            .sudo(self.env.su)
        )
        for request in self:
            rounds = earlier.filtered(
                lambda row, request=request: (
                    (row.sudo().res_model, row.sudo().res_id) == (request.res_model, request.res_id)
                    and row.id < request.id
                )
            )
            request.panel = request._panel([row._panel_round() for row in rounds])

    def _panel(self, rounds=None):
        """What the timeline shows, for the current user; see the widget ``approval_panel``."""
        self.ensure_one()
        request, concerned = self.sudo(), self._is_concerned()
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "operation": request.operation,
            "operation_label": request.operation_label,
            "state": request.state,
            "state_label": states[request.state],
            "request_id": request.id,
            "request_name": request.name,
            "requester": request.requester_id._approval_face(),
            "submitted_at": fields.Datetime.to_string(request.submitted_at) or False,
            "failure": request.failure or "",
            "blockers": [],
            "steps": [step._panel(concerned) for step in request.step_ids],
            "rounds": rounds or [],
            "actions": request._panel_actions(),
        }

    def _is_concerned(self):
        """Whether the user reads opinions: who asked, was asked, or looks after approvals.

        Whoever else may read the document sees where it stands, and with whom.
        """
        return self.is_participant or self.env.user.has_group(
            "approval_chain.group_approval_manager"
        )

    def _panel_round(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        last = self.sudo().slot_ids.filtered("decided_at").sorted("decided_at")[-1:]
        return {
            "request_id": self.id,
            "request_name": self.name,
            "state": self.state,
            "state_label": states[self.state],
            "submitted_at": fields.Datetime.to_string(self.submitted_at) or False,
            "closed_at": fields.Datetime.to_string(self.closed_at) or False,
            "opinion": (last.opinion or "") if self._is_concerned() else "",
            "by": last.decided_by_id.name or "",
        }

    def _panel_actions(self):
        """The actions the current user can take, the likeliest first."""
        actions = []
        user, mine = self.env.user, self.requester_id == self.env.user
        if self.state == "pending" and not mine:
            keys = user._approval_keys()
            slot = self.slot_ids.filtered(
                lambda slot: slot.state == "open" and slot.holder_key in keys
            )[:1]
            actions += [self._panel_action(verb) for verb in VERBS.get(slot.kind, ())]
        if mine and self.state == "approved":
            actions.append(self._panel_action("retry"))
        if mine and self.state in LIVE_STATES:
            actions.append(self._panel_action("withdraw"))
        return actions

    @api.model
    def _panel_action(self, name):
        labels = {
            "submit": self.env._("Submit for Approval"),
            "approve": self.env._("Approve"),
            "handle": self.env._("Done"),
            "opinion": self.env._("Give Opinion"),
            "refuse": self.env._("Refuse"),
            "return": self.env._("Return"),
            "withdraw": self.env._("Withdraw"),
            "retry": self.env._("Carry Out Now"),
        }
        if name in OPINION_REQUIRED:
            opinion = "required"
        else:
            opinion = "none" if name in ("submit", "retry") else "optional"
        return {
            "name": name,
            "label": labels[name],
            "opinion": opinion,
            "primary": name in ("submit", "approve", "opinion", "handle", "retry"),
        }
