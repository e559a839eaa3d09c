from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class ApprovalOverdueRequest(models.Model):
    """Approvals given afterwards that are late, and what a time limit closed too early (A8, A19)."""

    _name = "approval.request"
    _inherit = ["approval.request", "approval.batch.mixin"]

    _after_due = models.Index("(due_at) WHERE state = 'pending' AND due_at IS NOT NULL")

    def _insert_step(self, slot, where, users, mode):
        """People added are asked within the same time limit, and only reminded."""
        added = super()._insert_step(slot, where, users, mode)
        hours = slot.step_id.time_limit
        added._engine_write({"time_limit": hours, "overdue_action": "remind"})
        added.filtered(lambda row: row.state == "open")._set_deadlines(fields.Datetime.now())
        return added

    # ------------------------------------------------------------------ approvals given afterwards

    @api.model
    def _domain_after_overdue(self, now):
        return (
            Domain("state", "=", "pending")
            & Domain("due_at", "<=", now)
            & (Domain("look_at", "=", False) | Domain("look_at", "<=", now))
        )

    @api.model
    def _cron_after_approvals(self, batch):
        """Remind of what was released in an emergency and is still not approved (A19)."""
        self._in_batches(
            self._domain_after_overdue, "due_at, id", lambda request: request._act(), batch
        )

    def _act(self):
        self._load()
        self.slot_ids.invalidate_recordset()
        now = fields.Datetime.now()
        if self.state != "pending" or not self.due_at or self.due_at > now:
            return
        self._engine_write({"look_at": self.company_id._approval_next_workday(now)})
        asked = self.slot_ids.filtered(lambda slot: slot.state == "open")
        asked._engine_write({"reminded_at": now})
        people = self.env["res.users"].union(*asked._notified().values())
        reason = self.with_context(lang=self.requester_id.lang).env._(
            "Released in an emergency; it should have been approved afterwards by now."
        )
        self._tell_managers(reason)
        self._transition(
            "remind",
            slots={self: asked[:1]},
            opinion=reason,
            facts={"to": people.ids, "managers": True},
        )

    # ------------------------------------------------------------------ reopening

    def _panel_actions(self, mine=None, concerned=None):
        """Reopening is offered to whoever may do it, not to administrators alone (A8)."""
        actions = super()._panel_actions(mine, concerned)
        if self.state != "refused" or not self.is_auto:
            return actions
        others = [action for action in actions if action["name"] != "reopen"]
        request_sudo = self.sudo()  # whoever was asked need not be able to read the document
        offered = (
            self._may_reopen(request_sudo._refused_by_time())
            and not request_sudo._reopen_obstacle()
        )
        return [self._panel_action("reopen"), *others] if offered else others

    def action_reopen(self, opinion):
        """Have a request decided after all that a time limit refused (A8).

        For those who were asked when the time ran out, and approval administrators. The place opens
        again, with the time limit anew, for the document as it was submitted.

        :param opinion: the reason, needed
        :raise AccessError: for anybody else, the requester among them
        :raise UserError: without a reason; not refused by a time limit; the document changed since,
            or has another request under way
        :return: True
        """
        self.ensure_one()
        opinion = (opinion or "").strip()
        request = self._locked()
        if request.state != "refused" or not request.is_auto:
            raise UserError(
                self.env._(
                    "%s was not refused by a time limit: only what nobody decided can be reopened. Submit "
                    "the document again.",
                    request.name,
                )
            )
        refused = request._refused_by_time()
        request._check_may_reopen(refused)
        if not opinion:
            raise UserError(self.env._("Please write why %s is reopened.", request.name))
        request._check_reopenable()
        steps = request.step_ids.filtered(lambda step: step.state == "closed")
        request._transition(
            "reopen",
            slots={request: refused},
            opinion=opinion,
            vals={"is_auto": False, "closed_at": False},
        )
        steps._wait_again(refused)
        request._advance()
        return True

    def _refused_by_time(self):
        return self.slot_ids.filtered(
            lambda slot: slot.is_auto and slot.verdict == "refuse" and not slot.superseded
        )[-1:]

    def _check_may_reopen(self, refused):
        """Whoever was asked when the time ran out, or an administrator; never the requester.

        :raise AccessError: for anybody else
        """
        if not self._may_reopen(refused):
            raise AccessError(
                self.env._(
                    "Only those who were asked when the time ran out (%(people)s), or an approval "
                    "administrator, can reopen %(request)s; whoever asked for it cannot.",
                    people=", ".join(refused._people().mapped("name")) or "-",
                    request=self.name,
                )
            )

    def _may_reopen(self, refused):
        user = self.env.user
        own = user == self.requester_id and not refused.requester_may
        return not own and bool(
            self._is_manager() or refused.filtered_domain(user._approval_domain())
        )

    def _check_reopenable(self):
        """:raise UserError: when the document is not the one that was refused any more"""
        if reason := self._reopen_obstacle():
            raise UserError(
                self.env._(
                    "%(request)s cannot be reopened. %(reason)s", request=self.name, reason=reason
                )
            )

    def _reopen_obstacle(self):
        """Why the document cannot be decided on as it was submitted, or an empty text."""
        document, code = self._document(), self.operation
        if not document:
            return self.env._("The document does not exist any more.")
        if other := self._live(document, code).get(document.id):
            return self.env._("%s is under way for the same document.", other.name)
        if document._approval_executed(code) or document._approval_dead(code):
            return self.env._("The document was carried out or cancelled meanwhile.")
        if document._approval_fingerprints(code)[document.id] != self.fingerprint:
            return self.env._("The document was changed since; it has to be submitted again.")
        return ""


class ApprovalReopenStep(models.Model):
    _inherit = "approval.request.step"

    def _wait_again(self, refused):
        """Ask again what was closed when the time ran out; what was answered before still holds.

        :param refused: the place that was answered by the time limit
        """
        again = (self | refused.step_id).slot_ids.filtered(
            lambda slot: slot.state == "closed" and not slot.verdict and not slot.superseded
        )
        again._engine_write({"state": "waiting"})
        # the same place, to be answered by a person
        seat = {**refused._seat(), "step_id": refused.step_id.id}
        refused._engine_write({"superseded": True})
        refused._engine_create([seat])
        (self | refused.step_id)._engine_write(
            {"state": "waiting", "opened_at": False, "due_at": False, "closed_at": False}
        )
        (self | refused.step_id).invalidate_recordset(["slot_ids"])
        refused.request_id.invalidate_recordset(["slot_ids"])
