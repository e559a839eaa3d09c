from odoo import fields, models
from odoo.exceptions import UserError


class ApprovalRequestSlotMoves(models.Model):
    """Places that move: to another person, or back to an earlier step."""

    _inherit = "approval.request.slot"

    def _check_movable(self):
        """Terms stay with who proposed them and with the requester: nobody is asked instead (A18)."""
        if self.is_terms or self == self.request_id.proposal_slot_id:
            raise UserError(
                self.env._(
                    "Other terms were proposed for %s: accept or decline them. Until then nobody else "
                    "can be asked here.",
                    self.document_name,
                )
            )

    def _behalf_facts(self):
        """For whom the current user acts at this place, for the log."""
        principal = self._principal()
        return {"on_behalf_of": principal.id} if principal else {}

    def _hand_to(self, user, verb, opinion):
        """Ask ``user`` instead at places of different requests; who was asked stays readable (A7).

        :param verb: ``hand_over``, ``replace`` or ``hand_on``
        :raise UserError: for the requester, or for somebody who is asked in this step already
        """
        for slot in self:
            slot._check_can_take(user)
        seats = [
            {
                **slot._seat_instead(),
                "user_id": user.id,
                "role_id": False,
                "role_company_id": False,
                "role_department_id": False,
                "holder_key": self._user_key(user),
                "handed_from_id": slot.user_id.id or self.env.uid,
            }
            for slot in self
        ]
        for principal, slots in self.grouped(lambda slot: slot._principal()).items():
            slots._close_handed(opinion, on_behalf_of_id=principal.id)
        fresh = self._put_instead(seats)
        self._log_handed(verb, opinion, {"to": [user.id]})
        return fresh

    def _check_can_take(self, user):
        if user == self.requester_id and not self.requester_may:
            raise UserError(
                self.env._(
                    "%s asked for it and cannot decide on it. Choose somebody else.", user.name
                )
            )
        # one person must not count for two
        if self._is_asked_beside(user):
            raise UserError(self.env._("%s is asked in this step already.", user.name))

    def _is_asked_beside(self, user):
        """Whether ``user`` is asked in this step, or has answered in it."""
        asked = self.step_id._current_slots().filtered(lambda slot: slot.state != "closed")
        return user in asked.user_id | asked.decided_by_id

    def _close_handed(self, opinion, **values):
        """The places are somebody else's from now on; they keep saying whose they were."""
        self._engine_write(
            {
                "state": "closed",
                "verdict": "hand_over",
                "opinion": opinion or False,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                **values,
            }
        )

    def _seat_instead(self):
        """The values of a place that is asked instead of this one, from now on."""
        is_open = self.state == "open"
        return {
            **self._seat(),
            "state": self.state,
            "opened_at": fields.Datetime.now() if is_open else False,
        }

    def _put_instead(self, seats):
        fresh = self._engine_create(seats)
        self.step_id.invalidate_recordset(["slot_ids"])
        self.request_id.invalidate_recordset(["slot_ids"])
        return fresh

    def _log_handed(self, verb, opinion, facts):
        self.request_id._transition(
            verb,
            slots={slot.request_id: slot for slot in self},
            opinion=opinion,
            facts=facts,
        )

    def _replace_by(self, user, opinion):
        """Ask ``user`` instead, for an approval administrator (A7).

        :raise UserError: for the own benefit, or as for :meth:`_hand_to`
        """
        own = self.env.user._approval_key_map()
        if self._user_key(user) in own or self.request_id.requester_id == self.env.user:
            raise UserError(
                self.env._(
                    "You cannot choose yourself, nor who decides on what you asked for. Ask another "
                    "approval administrator to replace the approver."
                )
            )
        return self._hand_to(user, "replace", opinion)

    def _send_back(self, to_step_id, opinion, facts):
        """Have an earlier step answered again, and all that came after it (退回, A5).

        :raise UserError: when it is not an earlier step of the same request
        """
        self.ensure_one()
        request = self.request_id
        target = request.step_ids.filtered(
            lambda step: (
                step.id == to_step_id and step.state == "done" and step.stage < self.step_id.stage
            )
        )
        if not target:
            raise UserError(
                self.env._(
                    "%s can only be sent back to an earlier step that was answered. Choose one from the "
                    "list, or return it to the requester.",
                    request.name,
                )
            )
        self._engine_write(
            {
                "state": "done",
                "verdict": "return",
                "opinion": opinion or False,
                "decided_by_id": self.env.uid,
                "on_behalf_of_id": self._principal().id,
                "decided_at": fields.Datetime.now(),
            }
        )
        request.step_ids.filtered(
            lambda step: step == target or (step.stage > target.stage and step._was_reached())
        )._ask_again()
        target._engine_write({"sent_back": True})
        request._transition(
            "send_back",
            slots={request: self},
            opinion=opinion,
            # terms that were proposed in a step that is asked again are off the table
            vals={}
            if request._proposal_stands()
            else {"proposal": False, "proposal_slot_id": False},
            facts={**(facts or {}), "to_step": target.name},
        )
        request._advance()
