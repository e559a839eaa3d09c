from dataclasses import dataclass, field

from odoo import models


@dataclass
class FrozenStep:
    """A step as it is frozen for one document: its row, its places, and who that is today."""

    values: dict
    seats: list = field(default_factory=list)
    people: object = None


class ApprovalChainFreeze(models.Model):
    """From a chain and a document to the rows of a request (A1, A2, A11)."""

    _inherit = "approval.chain"

    def _freeze(self, document, requester, chosen=None):
        """Resolve every step of the chain for a document.

        :param document: the document as superuser, in the language of the requester
        :param requester: the ``res.users`` who asks
        :param chosen: ``{step id: [user ids]}`` where the requester chooses who is asked
        :return: ``([FrozenStep], [sentences about steps nobody can answer])``
        """
        self.ensure_one()
        frozen, gaps, stage = [], [], 0
        for step in self.step_ids:
            stage += not (step.parallel and stage)
            values = step._frozen_values(stage, len(frozen) + 1)
            if not step._applies_to(document._approval_neutral()):
                note = self.env._("The conditions of the step do not match.")
                frozen.append(FrozenStep({**values, "state": "skipped", "note": note}))
                continue
            row, gap = step._freeze_people(values, document, requester, (chosen or {}).get(step.id))
            frozen.append(row)
            gaps += [gap] if gap else []
        if not any(self._decides(row.values) for row in frozen):
            gaps.append(
                self.env._(
                    "No step of “%(chain)s” decides on %(document)s: ask an administrator to complete the chain.",
                    chain=self.name,
                    document=document.display_name,
                )
            )
        return frozen, gaps

    def _policies(self):
        """The policies that a request keeps as they are at its submission."""
        return {
            "empty": self.empty_policy,
            "fallback": self.fallback_role_id.id,
            "self": self.self_policy,
            "repeat": self.repeat_policy,
            "resubmit": self.resubmit_policy,
            "change": self.change_policy,
            "departed": self.departed_policy,
            "terms": self.terms_policy,
        }

    @staticmethod
    def _decides(values):
        """Whether a frozen step decides, or was passed because the chain says so."""
        asked = values["state"] == "waiting" or values.get("passed")
        return asked and values["kind"] != "opinion"


class ApprovalStepFreeze(models.Model):
    _inherit = "approval.step"

    def _frozen_values(self, stage, number):
        cc_users, cc_roles = self.cc_user_ids, self.cc_role_ids
        return {
            "name": self.name,
            "key": str(self.id),
            "sequence": number,
            "stage": stage,
            "kind": self.kind,
            "mode": self.mode,
            "quorum": self.quorum if self.mode == "quorum" else 0,
            "state": "waiting",
            "opinion_policy": self.opinion_policy,
            "checklist": self._checklist() or False,
            "limit_key": str(self.limit_step_id.id) if self.limit_step_id else False,
            "time_limit": self.time_limit,
            "overdue_action": self.overdue_action,
            "cc": {"when": self.cc_when, "users": cc_users.ids, "roles": cc_roles.ids}
            if self.cc_when != "none"
            else False,
        }

    def _freeze_people(self, values, document, requester, chosen):
        """Who is asked, after the policies of the chain.

        :return: ``(FrozenStep, sentence about nobody to ask, or an empty string)``
        """
        chain, people = self.chain_id, self._asked(document, requester, chosen)
        may = chain.self_policy == "allow"
        if requester in people and chain.self_policy == "skip":
            note = self.env._("%s asks for it and is who would be asked.", requester.name)
            return self._passed(values, note), ""
        if not may:
            people -= requester
        if people:
            seats = self._seats(people, document, requester)
            seats = [{**seat, "requester_may": may} for seat in seats]
            return FrozenStep(values, seats, people), ""
        if chain.empty_policy == "skip":
            return self._passed(values, self.env._("There is nobody to ask.")), ""
        if chain.empty_policy == "fallback":
            fallback = chain.fallback_role_id
            people = fallback._holders(chain.company_id) - requester
            if people:
                return FrozenStep(values, self._role_seats(fallback), people), ""
        return FrozenStep(values, [], people), self._gap(document, requester, chosen)

    def _passed(self, values, note):
        return FrozenStep({**values, "state": "skipped", "note": note, "passed": True})

    def _asked(self, document, requester, chosen):
        chosen = self.env["res.users"].browse(chosen or ()).exists()
        return self._people(document, requester, chosen)

    def _gap(self, document, requester, chosen):
        chosen = self.env["res.users"].browse(chosen or ()).exists()
        reason = self._people_gap(document, requester, chosen) or self.env._(
            "There is nobody but yourself to answer it: ask an administrator to name another person."
        )
        return self.env._(
            "Step “%(step)s” of “%(chain)s”: %(reason)s",
            step=self.name,
            chain=self.chain_id.name,
            reason=reason,
        )

    def _seats(self, people, document, requester):
        """The places to be answered: one for a role, one for each person.

        A role stays one place until its turn comes, so that whoever holds the role then is asked.

        :return: list of values for ``approval.request.slot``
        """
        if self.approver == "role":
            return self._role_seats(self.role_id, self._role_department(document, requester))
        Slot = self.env["approval.request.slot"]
        return [
            {"user_id": user.id, "holder_key": Slot._user_key(user), "sequence": number}
            for number, user in enumerate(people, start=1)
        ]

    def _role_seats(self, role, department=None):
        company = self.chain_id.company_id
        key = self.env["approval.request.slot"]._role_key(role, company, department)
        return [
            {
                "role_id": role.id,
                "role_company_id": company.id,
                "role_department_id": department.id if department else False,
                "holder_key": key,
            }
        ]

    def _panel_preview(self, row):
        """The step as the panel shows it before submission: who it will be."""
        people = row.people if row.people is not None else self.env["res.users"]
        role = (
            bool(row.seats) and self.env["approval.role"].browse(row.seats[0].get("role_id")).name
        )
        faces = [user._approval_face() for user in people]
        places = [faces] if role and self.mode == "any" else [[face] for face in faces]
        slot = {
            "id": False, "state": "waiting", "role": role or False, "decided_by": False,
            "on_behalf_of": False, "verdict": False, "opinion": "", "decided_at": False, "seconds": False,
        }  # fmt: skip
        values = row.values
        return {
            **{
                name: values[name]
                for name in ("name", "kind", "mode", "quorum", "state", "stage", "sequence")
            },
            "note": values.get("note", ""),
            "id": False,
            "opened_at": False,
            "closed_at": False,
            "due_at": False,
            "checklist": values["checklist"] or [],
            "slots": [{**slot, "people": place} for place in places],
        }

    def _panel_chooser(self, document, row):
        """Among whom the requester chooses, for the picker in the panel.

        :param document: the document as superuser
        :param row: the :class:`FrozenStep`
        :return: the picker, or False for steps where nobody is chosen
        """
        if self.approver != "chosen" or row.values["state"] == "skipped":
            return False
        choices = self._choices(document, self.env.user)
        if self.chain_id.self_policy != "allow":
            choices -= self.env.user
        if not choices:
            return False
        return {
            "step_id": self.id,
            "choices": [user._approval_face() for user in choices],
            "gap": self._gap(document, self.env.user, None),
        }
