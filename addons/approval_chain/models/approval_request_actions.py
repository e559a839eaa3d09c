from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..values import whole_numbers

URGE_EVERY = timedelta(hours=1)


class ApprovalRequestActions(models.Model):
    """What people can do with a request: every method locks, checks turn and person, then acts."""

    _inherit = "approval.request"

    # ------------------------------------------------------------------ deciding

    def action_decide(self, verb, opinion=None, checked=None, attachment_ids=None, to_step_id=None):
        """Answer the place that waits for the current user on each request (A4, A5, A6).

        :param verb: ``approve``, ``opinion``, ``handle``, ``refuse`` or ``return``
        :param opinion: text recorded with the answer; needed to refuse, return or give an opinion
        :param checked: names of the lines of the step's checklist that were checked
        :param attachment_ids: ids of own attachments to keep with the request
        :param to_step_id: with ``return``, the earlier step that is to be answered again; without
            it the document goes back to the requester
        :raise UserError: it is not the user's turn, the step takes other answers, or something
            needed is missing
        :return: True
        """
        opinion = (opinion or "").strip()
        requests = self._locked()
        slots = requests.slot_ids.browse()
        for request in requests:
            slot = request._slot_for_me(verb)
            if refusal := slot._refusal(verb, opinion, checked, to_step_id):
                raise UserError(refusal)
            slots |= slot
        facts = requests._keep_attachments(attachment_ids)
        if verb == "return" and to_step_id:
            slots._send_back(to_step_id, opinion, facts)
        else:
            slots._answer(verb, opinion, checked, facts)
        return True

    def _locked(self):
        """The requests as superuser, read afresh.

        :raise AccessError: the user may not read them
        """
        requests = self.sudo()
        requests._load()
        if not requests._are_my_turn():
            self.check_access("read")
        return requests

    def _are_my_turn(self):
        """Whether each asks the user now: then it may be read, and no rule need be asked."""
        if not self.env.user._is_internal():
            return False
        mine, companies = self.slot_ids.browse(), self.env.user._get_company_ids()
        if self.slot_ids:
            mine = self.slot_ids.filtered_domain(self.slot_ids._domain_mine())
        return bool(self) and all(
            request in mine.request_id and request.company_id.id in companies for request in self
        )

    def _slot_for_me(self, verb=None):
        """The open place the current user may answer.

        :param verb: of several places, one that takes this answer is preferred
        :raise UserError: when there is none, saying why
        """
        if self.state != "pending":
            raise UserError(self._not_possible("approve"))
        open_slots = self.slot_ids.filtered(lambda slot: slot.state == "open")
        mine = open_slots.filtered_domain(open_slots._domain_mine())
        if not mine:
            raise UserError(self._not_my_turn())
        return mine._likeliest(verb)

    def _not_my_turn(self):
        """Why the current user has nothing to answer here."""
        if self.state != "pending":
            return self._not_possible("approve")
        keys = self.env.user._approval_key_map()
        open_slots = self.slot_ids.filtered(lambda slot: slot.state == "open")
        if self.requester_id == self.env.user and any(
            slot.holder_key in keys for slot in open_slots
        ):
            return self.env._(
                "You asked for %(request)s yourself and cannot decide on it. It waits for another "
                "person: %(people)s.",
                request=self.name,
                people=self._waits_for(),
            )
        return self.env._(
            "%(request)s for %(document)s is not waiting for you. It is now with: %(people)s.",
            request=self.name,
            document=self.document_name,
            people=self._waits_for(),
        )

    def _keep_attachments(self, attachment_ids):
        """Attach the user's own fresh uploads to the requests; what they hold is logged (A6, A12).

        :raise UserError: for attachments that are not the user's own
        """
        if not attachment_ids:
            return {}
        self.ensure_one()
        known = whole_numbers(attachment_ids)
        attachments = self.env["ir.attachment"].browse(dict.fromkeys(known))
        # an upload is the user's as long as it belongs to nothing, or to this request
        foreign = (
            attachments.sudo()
            .exists()
            .filtered(
                lambda file: (
                    file.create_uid != self.env.user
                    or (file.res_id and (file.res_model, file.res_id) != (self._name, self.id))
                )
            )
        )
        if foreign or not attachments or len(attachments.exists()) != len(attachments):
            raise UserError(
                self.env._(
                    "Only files that you uploaded yourself can be attached. Upload them again."
                )
            )
        attachments.sudo().write({"res_model": self._name, "res_id": self.id, "public": False})
        return {
            "attachments": [
                {"name": file.name, "checksum": file.checksum or ""} for file in attachments.sudo()
            ]
        }

    # ------------------------------------------------------------------ the requester

    def action_withdraw(self, opinion=None):
        """Take requests back, also after approval, as long as nothing was executed (A5).

        The requester may at any time; an approval administrator too, with a reason, so that a
        document is not locked for ever by somebody who left.

        :param opinion: the reason
        :raise AccessError: for anybody else
        :return: True
        """
        opinion = (opinion or "").strip()
        requests = self._locked()
        if not (opinion and self._is_manager()):
            requests._check_requester(self.env._("withdraw"))
        if requests.after_of_id:
            raise UserError(
                self.env._(
                    "What was released in an emergency has to be decided; it cannot be withdrawn."
                )
            )
        requests._transition("withdraw", opinion=opinion)
        return True

    def action_retry(self):
        """Carry out operations that are approved but were not executed (A15).

        :raise AccessError: for anybody but the requester
        :return: True
        """
        requests = self._locked()
        requests._check_requester(self.env._("carry out"))
        if stuck := requests.filtered(lambda request: request.state != "approved"):
            raise UserError(stuck[0]._not_possible("execute"))
        requests._engine_write({"failure": False})
        requests._execute()
        return True

    def action_urge(self):
        """Ask those whose turn it is to hurry, once an hour at most (催办, A7).

        :raise UserError: urged within the last hour
        :return: True
        """
        requests = self._locked()
        requests._check_requester(self.env._("urge"))
        now = fields.Datetime.now()
        for request in requests:
            if request.urged_at and now - request.urged_at < URGE_EVERY:
                raise UserError(
                    self.env._(
                        "%(request)s was urged at %(time)s already. You can urge again an hour later; "
                        "until then, a call may help more.",
                        request=request.name,
                        time=fields.Datetime.context_timestamp(self, request.urged_at).strftime(
                            "%H:%M"
                        ),
                    )
                )
        requests._transition("urge", vals={"urged_at": now})
        return True

    def _is_manager(self):
        return self.env.user.has_group("approval_chain.group_approval_manager")

    def _check_requester(self, what):
        if foreign := self.filtered(lambda request: request.requester_id != self.env.user):
            raise AccessError(
                self.env._(
                    "Only %(requester)s, who asked for it, can %(what)s %(request)s.",
                    requester=foreign[0].requester_id.name or "-",
                    what=what,
                    request=foreign[0].name,
                )
            )

    # ------------------------------------------------------------------ telling others

    def action_comment(self, opinion, attachment_ids=None):
        """Say something about a request without deciding; kept in the log (A6).

        :param opinion: the text
        :param attachment_ids: ids of own attachments
        :raise UserError: without a text
        :return: True
        """
        opinion = (opinion or "").strip()
        if not opinion:
            raise UserError(self.env._("Please write what you want to say."))
        requests = self._locked()
        facts = requests._keep_attachments(attachment_ids)
        requests._transition("comment", opinion=opinion, facts=facts)
        return True

    def action_copy(self, user_ids, opinion=None):
        """Send a copy to colleagues who should know of it (抄送, A7).

        :param user_ids: ids of internal users
        :param opinion: text recorded with it
        :return: True
        """
        requests = self._locked()
        requests._check_concerned()
        users = requests._colleagues(user_ids)
        nothing = self.env["approval.request.step"]
        self.env["approval.request.copy"]._add(
            [(request, user, nothing) for request in requests for user in users], self.env.user
        )
        requests._transition(
            "copy", opinion=(opinion or "").strip(), facts={"to": sorted(users.ids)}
        )
        return True

    def _is_only_copied(self):
        """Those of the requests the user reads for no other reason than a copy."""
        if self._is_manager():
            return self.browse()
        return self - self.filtered_domain(self._domain_concerned())

    def _check_concerned(self):
        """A copy is for reading: whoever only has one does not pass it on (A7)."""
        if only_copied := self._is_only_copied():
            raise AccessError(
                self.env._(
                    "%s was copied to you to know of it. Only who asked for it, was asked, or looks after "
                    "approvals can send copies to others.",
                    only_copied[0].name,
                )
            )

    def _colleagues(self, user_ids):
        """The users named, when they may be asked: active, internal, of the company.

        :raise UserError: naming who cannot be asked, or when nobody is named
        """
        users = self.env["res.users"].sudo().browse(whole_numbers(user_ids)).exists()
        if not users:
            raise UserError(self.env._("Please choose at least one colleague."))
        for request in self:
            wrong = users.filtered(
                lambda user, company=request.company_id: (
                    not user.active or user.share or company not in user.company_ids
                )
            )
            if wrong:
                raise UserError(
                    self.env._(
                        "%(person)s cannot be asked: only active colleagues who work for %(company)s can.",
                        person=wrong[0].name,
                        company=request.company_id.name,
                    )
                )
        return users.sudo(False)

    # ------------------------------------------------------------------ changing who is asked

    def action_add_approvers(self, where, user_ids, mode="any", opinion=None):
        """Ask more people: before the own decision, after it, or at the same time (加签, A7).

        :param where: ``before``, ``after`` or ``beside`` the own step
        :param user_ids: who is asked
        :param mode: ``any``, ``all`` or ``order``: how those people answer among themselves
        :param opinion: why, recorded with it
        :raise UserError: not the user's turn, or people who cannot be asked
        :return: True
        """
        if where not in ("before", "after", "beside") or mode not in ("any", "all", "order"):
            raise UserError(
                self.env._("Choose where the approvers are added, and how they answer.")
            )
        self.ensure_one()
        request = self._locked()
        slot = request._slot_for_me()
        slot._check_movable()
        users = request._colleagues(user_ids)
        if request.requester_id in users and not slot.requester_may:
            raise UserError(
                self.env._(
                    "%s asked for it and cannot decide on it. Add somebody else.",
                    request.requester_id.name,
                )
            )
        request._insert_step(slot, where, users, mode)
        request._transition(
            "add_approver",
            slots={request: slot},
            opinion=(opinion or "").strip(),
            facts={
                "where": where,
                "to": sorted(users.ids),
                "mode": mode,
                **slot._behalf_facts(),
            },
        )
        request._advance()
        return True

    def _insert_step(self, slot, where, users, mode):
        """A step of its own for the people added, at the place asked for."""
        step = slot.step_id
        stage = step.stage + (where == "after")
        if where != "beside":
            later = self.step_ids.filtered(lambda row: row.stage >= stage)
            for number, steps in later.grouped("stage").items():
                steps._engine_write({"stage": number + 1})
        if where == "before":
            step._engine_write({"state": "waiting"})
            step.slot_ids.filtered(lambda row: row.state == "open")._engine_write(
                {"state": "waiting"}
            )
        added = self.env["approval.request.step"]._engine_create(
            [
                {
                    "request_id": self.id,
                    "name": self.env._("Added by %s", self.env.user.name),
                    "kind": "decide",
                    "mode": mode,
                    "stage": stage,
                    "sequence": step.sequence,
                    "added_by_id": self.env.uid,
                    "state": "waiting",
                }
            ]
        )
        Slot = self.env["approval.request.slot"]
        Slot._engine_create(
            [
                {
                    **self._slot_copies(),
                    "step_id": added.id,
                    "user_id": user.id,
                    "holder_key": Slot._user_key(user),
                    "sequence": number,
                    "requester_may": slot.requester_may,
                    "is_extra": True,
                }
                for number, user in enumerate(users, start=1)
            ]
        )
        self.invalidate_recordset(["step_ids", "slot_ids"])
        (step | added).invalidate_recordset(["slot_ids"])
        if where == "beside":
            added._open()
        return added

    def action_hand_over(self, user_id, opinion=None):
        """Hand the own place over to a colleague, who answers instead (转交, A7).

        :param user_id: the colleague
        :param opinion: why, recorded with it
        :raise UserError: not the user's turn, or a person who cannot be asked
        :return: True
        """
        self.ensure_one()
        request = self._locked()
        slot = request._slot_for_me()
        slot._check_movable()
        slot._hand_to(request._colleagues([user_id]), "hand_over", (opinion or "").strip())
        return True

    def action_replace(self, slot_id, user_id, opinion):
        """Put another person in an open place, for approval administrators (A7).

        :param slot_id: the place, of this request
        :param user_id: who is asked instead
        :param opinion: the reason, needed
        :raise AccessError: for users who are not approval administrators
        :raise UserError: without a reason, for places that are not open, or for the own benefit
        :return: True
        """
        self.ensure_one()
        opinion = (opinion or "").strip()
        if not self._is_manager():
            raise AccessError(self.env._("Only an approval administrator can replace an approver."))
        if not opinion:
            raise UserError(self.env._("Please write why the approver is replaced."))
        request = self._locked()
        slot = request.slot_ids.filtered(
            lambda row: row.id == slot_id and row.state in ("open", "waiting")
        )
        if not slot:
            raise UserError(self.env._("That place of %s is not open any more.", request.name))
        slot._check_movable()
        slot._replace_by(request._colleagues([user_id]), opinion)
        return True
