from odoo import api, fields, models

from ..operation import LIVE_STATES
from .approval_request import OPINION_REQUIRED, VERBS
from .approval_request_actions import URGE_EVERY
from .approval_request_slot import POSITIVE

PRIMARY = ("submit", "approve", "opinion", "handle", "retry", "accept")
NEEDS_TEXT = (*OPINION_REQUIRED, "comment", "propose", "replace", "break_glass", "reopen")
NO_TEXT = ("submit", "retry", "accept", "urge")
WITH_FILES = ("approve", "opinion", "handle", "refuse", "return", "comment")


class ApprovalRequestPanelActions(models.Model):
    """The one oracle of what the current user can do with a request; views only show it (A6)."""

    _inherit = "approval.request"

    def _panel_actions(self, mine=None, concerned=None):
        """The actions the current user can take, the likeliest first.

        :param mine: open slots the user may answer, of this and other requests
        :param concerned: whether the user reads the request
        :return: list of actions: ``name, label, opinion (none|optional|required), primary`` and,
            where needed, ``fields`` to fill in, ``checklist``, ``files`` and ``not_before``
        """
        if mine is None:
            mine = self._panel_shared()["mine"]
        if concerned is None:
            concerned = self._is_concerned()
        slots = mine.filtered(lambda slot: slot.request_id == self)
        actions = []
        if self.state == "pending" and slots:
            slot = slots._likeliest()
            actions += self._panel_terms() if slot.is_terms else self._panel_answers(slot)
        actions += self._panel_requester(slots)
        if concerned:
            actions.append(self._panel_action("comment"))
        # looked up only for those who have a copy: a copy alone is for reading
        has_copy = self.env.user in self.sudo().copy_ids.user_id
        if concerned and not (has_copy and self._is_only_copied()):
            people = self._panel_people([self.env.uid])
            actions.append(self._panel_action("copy", fields=[people]))
        if self._is_manager():
            actions += self._panel_manager()
        return actions

    def _panel_terms(self):
        return [self._panel_action("accept"), self._panel_action("decline")]

    def _panel_answers(self, slot):
        """What may be done with the own place: answer it, or have others answer."""
        always = slot.step_id.opinion_policy == "always"
        actions = []
        for verb in VERBS[slot.kind]:
            extra = {}
            if verb in POSITIVE:
                extra["checklist"] = slot.step_id.checklist or []
                extra.update({"opinion": "required"} if always else {})
            if verb == "return" and (earlier := self._panel_earlier(slot)):
                extra["fields"] = [earlier]
            actions.append(self._panel_action(verb, **extra))
        if slot.kind == "decide" and self._can_propose():
            actions.append(
                self._panel_action("propose", fields=[{"name": "changes", "type": "terms"}])
            )
        others = [self.env.uid] + ([] if slot.requester_may else self.requester_id.ids)
        asked = slot.step_id.slot_ids.filtered(lambda row: row.state in ("open", "waiting"))
        return [
            *actions,
            self._panel_action("add_approver", fields=self._panel_add_fields(others)),
            self._panel_action(
                "hand_over", fields=[self._panel_people([*others, *asked.user_id.ids], many=False)]
            ),
        ]

    def _panel_requester(self, mine):
        if self.requester_id != self.env.user:
            return []
        actions = []
        if self.state == "approved":
            actions.append(self._panel_action("retry"))
        # nobody urges himself
        if self.state == "pending" and not mine:
            again = self.urged_at and self.urged_at + URGE_EVERY
            barred = again and again > fields.Datetime.now()
            until = fields.Datetime.to_string(again) if barred else False
            actions.append(self._panel_action("urge", not_before=until))
        if self.state in LIVE_STATES and not self.after_of_id:
            actions.append(self._panel_action("withdraw"))
        return actions

    def _panel_manager(self):
        """What only approval administrators can do: for people who left, or are away."""
        actions = []
        if self.state == "pending":
            people = self._panel_people(self.requester_id.ids, many=False)
            actions.append(self._panel_action("replace", fields=[self._panel_places(), people]))
        if self.state == "refused" and self.is_auto and hasattr(self, "action_reopen"):
            actions.append(self._panel_action("reopen"))
        others = self.requester_id != self.env.user
        if others and self.state in LIVE_STATES and not self.after_of_id:
            actions.append(self._panel_action("withdraw", opinion="required"))
        return actions

    def _can_propose(self):
        """Terms can be proposed as long as there is a requester to accept them, and a value."""
        model = self.env.get(self.res_model)
        operation = model is not None and model._approval_ops().get(self.operation)
        return bool(
            operation
            and (operation.watch or operation.lines)
            and not self.after_of_id
            and self.requester_id.active
        )

    # ------------------------------------------------------------------ what is filled in

    def _panel_people(self, excluded=(), many=True, label=None):
        """Colleagues of the company, as ``_colleagues`` accepts them."""
        return {
            "name": "user_ids" if many else "user_id",
            "type": "people",
            "label": label or (self.env._("To") if many else self.env._("Colleague")),
            "many": many,
            "domain": [
                ("share", "=", False),
                ("company_ids", "in", self.company_id.ids),
                ("id", "not in", list(excluded)),
            ],
        }

    def _panel_add_fields(self, excluded):
        return [
            self._panel_people(excluded, label=self.env._("Who")),
            {
                "name": "where",
                "type": "choice",
                "label": self.env._("When"),
                "value": "before",
                "options": [
                    {"value": "before", "label": self.env._("Before me")},
                    {"value": "after", "label": self.env._("After me")},
                    {"value": "beside", "label": self.env._("Beside me")},
                ],
            },
            {
                "name": "mode",
                "type": "choice",
                "label": self.env._("Answers"),
                "value": "all",
                "several": "user_ids",
                "options": [
                    {"value": "all", "label": self.env._("All of them")},
                    {"value": "any", "label": self.env._("Any one")},
                    {"value": "order", "label": self.env._("One after the other")},
                ],
            },
        ]

    def _panel_earlier(self, slot):
        """To whom it may be returned: the requester, or a step that was answered before."""
        steps = self.step_ids.filtered(
            lambda step: step.state == "done" and step.stage < slot.step_id.stage
        )
        if not steps or self.after_of_id:
            return False
        requester = self.env._("%s, who asked", self.requester_id.name or "-")
        options = [{"value": False, "label": requester}]
        for step in steps:
            people = step._current_slots().filtered("verdict").decided_by_id
            names = ", ".join(people.mapped("name"))
            options.append(
                {"value": step.id, "label": f"{step.name} · {names}" if names else step.name}
            )
        return {
            "name": "to_step_id",
            "type": "choice",
            "label": self.env._("To"),
            "value": False,
            "options": options,
        }

    def _panel_places(self):
        slots = self.slot_ids.filtered(
            lambda slot: slot.state in ("open", "waiting") and not slot.is_terms
        )
        return {
            "name": "slot_id",
            "type": "choice",
            "label": self.env._("Instead of"),
            "value": slots[:1].id,
            "options": [
                {"value": slot.id, "label": f"{slot.step_name} · {slot.waits_for or '-'}"}
                for slot in slots
            ],
        }

    @api.model
    def _panel_action(self, name, **extra):
        """One action as the panel draws it.

        :param extra: further keys, see ``_panel_actions``
        """
        labels = {
            "submit": self.env._("Submit for Approval"),
            "approve": self.env._("Approve"),
            "handle": self.env._("Done"),
            "opinion": self.env._("Give Opinion"),
            "refuse": self.env._("Refuse"),
            "return": self.env._("Return"),
            "propose": self.env._("Propose Other Terms"),
            "accept": self.env._("Accept Terms"),
            "decline": self.env._("Decline Terms"),
            "add_approver": self.env._("Add Approver"),
            "hand_over": self.env._("Hand Over"),
            "copy": self.env._("Send a Copy"),
            "comment": self.env._("Comment"),
            "urge": self.env._("Urge"),
            "replace": self.env._("Replace Approver"),
            "reopen": self.env._("Reopen"),
            "withdraw": self.env._("Withdraw"),
            "retry": self.env._("Carry Out Now"),
            "break_glass": self.env._("Emergency Release"),
        }
        opinion = "required" if name in NEEDS_TEXT else "optional"
        return {
            "name": name,
            "label": labels[name],
            "opinion": "none" if name in NO_TEXT else opinion,
            "primary": name in PRIMARY,
            "files": name in WITH_FILES,
            **extra,
        }


class ApprovalRequestSlotLikeliest(models.Model):
    _inherit = "approval.request.slot"

    def _likeliest(self, verb=None):
        """Of several places the user may answer, the one an answer goes to.

        The own place before one of a role, and both before one for somebody else; one that does not
        take ``verb``, or asks whether terms are accepted, last.
        """
        return self.sorted(
            lambda slot: (
                slot.is_terms or bool(verb and verb not in VERBS[slot.kind]),
                bool(slot._principal()),
                not slot.user_id,
                slot.id,
            )
        )[:1]
