import json

from odoo import api, fields, models

from .approval_request import CLOSING

# events without an answer whose text people want to read beside the steps
SAID = ("comment", "urge", "add_approver", "replace", "copy", "reopen", "escalate")


class ApprovalRequestPanel(models.Model):
    """What the timeline of a request shows (A6); the widget is ``approval_panel``."""

    _inherit = "approval.request"

    panel = fields.Json(compute="_compute_panel")

    @api.depends("state", "step_ids.state", "slot_ids.state", "failure", "proposal", "log_seq")
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
        shared = self._panel_shared()
        for request in self:
            rounds = earlier.filtered(
                lambda row, request=request: (
                    (row.sudo().res_model, row.sudo().res_id) == (request.res_model, request.res_id)
                    and row.id < request.id
                )
            )
            request.panel = request._panel([row._panel_round() for row in rounds], shared)

    def _panel_shared(self):
        """What panels shown together look up once.

        :return: ``{"mine": open slots the user may answer, "files": {request id: attachments}}``
        """
        slots = self.sudo().slot_ids.filtered(lambda slot: slot.state == "open")
        # whoever reads the request reads its files; the document's panel shows them to nobody else
        files_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id")
        )
        return {
            "mine": slots.filtered_domain(slots._domain_mine()) if slots else slots,
            "files": files_sudo.grouped("res_id"),
        }

    def _panel(self, rounds=None, shared=None):
        """What the timeline shows, for the current user; see the widget ``approval_panel``.

        :param rounds: the earlier requests of the document, as from ``_panel_round``
        :param shared: from ``_panel_shared``, when several panels are shown together
        """
        self.ensure_one()
        shared = shared or self._panel_shared()
        request, concerned = self.sudo(), self._is_concerned()
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "operation": request.operation,
            "operation_label": request.operation_label,
            "state": request.state,
            "state_label": states[request.state],
            "request_id": request.id,
            "request_name": request.name,
            "res_model": request.res_model,
            "res_id": request.res_id,
            "requester": request.requester_id._approval_face(),
            "submitted_at": fields.Datetime.to_string(request.submitted_at) or False,
            "due_at": request.state == "pending"
            and (fields.Datetime.to_string(request.due_at) or False),
            "failure": request.failure or "",
            "is_auto": request.is_auto,
            "emergency": request._panel_emergency(concerned),
            "proposal": request._panel_proposal() if concerned else False,
            "blockers": [],
            "steps": [step._panel(concerned, shared["mine"]) for step in request.step_ids],
            "said": request._panel_said() if concerned else [],
            "copies": request.copy_ids.user_id.mapped("name") if concerned else [],
            "files": request._panel_files(shared["files"]) if concerned else [],
            "rounds": rounds or [],
            "actions": request._panel_actions(shared["mine"], concerned),
        }

    def _is_concerned(self):
        """Whether the user reads opinions: who asked, was asked, or looks after approvals.

        Whoever else may read the document sees where it stands, and with whom.
        """
        return self.is_participant or self._is_manager()

    def _panel_emergency(self, concerned):
        """The release that this request approves afterwards, and why it could not wait (A19)."""
        first = self.after_of_id or (self.is_emergency and self)
        if not first:
            return False
        entry = first.log_ids.filtered(lambda entry: entry.verb == "break_glass")[-1:]
        return {
            "afterwards": bool(self.after_of_id),
            "closed": self.state in CLOSING,
            "by": first.requester_id.name or "",
            "at": fields.Datetime.to_string(first.executed_at) or False,
            "reason": entry.opinion or "" if concerned else "",
        }

    def _panel_proposal(self):
        """Other terms that wait for the requester's answer (A18)."""
        if not self.proposal:
            return False
        slot = self.proposal_slot_id
        return {
            "by": slot.decided_by_id._approval_face(),
            "opinion": slot.opinion or "",
            "rows": [
                {name: row[name] for name in ("label", "of", "old", "new")}
                for row in self.proposal
                if row["old"] != row["new"]
            ],
        }

    def _panel_said(self):
        """What was said besides the answers, the oldest first."""
        # who is in copy is listed by itself
        entries = self.log_ids.filtered(
            lambda entry: entry.verb in SAID and (entry.verb != "copy" or entry.opinion)
        )
        return [
            {
                "id": entry.id,
                "verb": entry.verb,
                "label": entry.verb_label,
                "by": entry.actor_name,
                "at": fields.Datetime.to_string(entry.at),
                "opinion": entry.opinion,
                "to": self._panel_names(entry),
            }
            for entry in entries.sorted("seq")
        ]

    def _panel_names(self, entry):
        ids = json.loads(entry.canonical).get("to") or ()
        return self.env["res.users"].sudo().browse(ids).exists().mapped("name")

    def _panel_files(self, files):
        """What was attached to answers and comments; the document's files are on the sheet."""
        frozen = {row["id"] for row in (self.sheet or {}).get("files", ())}
        own = files.get(self.id, self.env["ir.attachment"].sudo())
        return [file._approval_file() for file in own if file.id not in frozen]

    def _panel_round(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        request = self.sudo()
        last = request.slot_ids.filtered("decided_at").sorted("decided_at")[-1:]
        return {
            "request_id": self.id,
            "request_name": self.name,
            "state": self.state,
            "state_label": states[self.state],
            "is_emergency": request.is_emergency and not request.after_of_id,
            "submitted_at": fields.Datetime.to_string(self.submitted_at) or False,
            "closed_at": fields.Datetime.to_string(self.closed_at) or False,
            "opinion": (last.opinion or "") if self._is_concerned() else "",
            "by": last.decided_by_id.name or "",
        }
