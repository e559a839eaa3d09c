from dataclasses import dataclass, field

from odoo import api, models, tools

from .approval_definition_mixin import changed_in


@dataclass
class FrozenStep:
    """A step as it is frozen for one document: its row, its places, and who that is today."""

    values: dict
    seats: list = field(default_factory=list)
    people: object = None


class ApprovalChainFreeze(models.Model):
    """From a chain and a document to the rows of a request (A1, A2, A11)."""

    _inherit = "approval.chain"

    def _freeze(self, document, requester, chosen=None, is_after=False):
        """Resolve every step of the chain for a document.

        :param document: the document as superuser, in the language of the requester
        :param requester: the ``res.users`` who asks
        :param chosen: ``{step id: [user ids]}`` where the requester chooses who is asked
        :param is_after: it is about approving an emergency release of the requester
        :return: ``([FrozenStep], [sentences about steps nobody can answer])``
        """
        self.ensure_one()
        frozen, gaps, policies = [], [], self._policies_in_force(is_after)
        for spec in self._specs():
            step, values = self.env["approval.step"].browse(spec["id"]), dict(spec["values"])
            if spec["domain"] and not step._applies_to(document._approval_neutral()):
                note = self.env._("The conditions of the step do not match.")
                frozen.append(FrozenStep({**values, "state": "skipped", "note": note}))
                continue
            picked = (chosen or {}).get(step.id) or []
            if spec["chosen"] and policies["self"] != "allow":
                # choosing oneself neither answers the step nor passes it
                picked = [id_ for id_ in picked if id_ != requester.id]
            people, seats = step._asked(self, spec, document, requester, picked)
            if spec["chosen"] and not people and step._able(document, requester, policies):
                row = FrozenStep(values, [], people)  # left out: that is not nobody to ask
            else:
                row = self._apply_policies(values, people, seats, requester, policies)
            frozen.append(row)
            if not (row.seats or row.values["state"] == "skipped"):
                gaps.append(step._gap(document, requester, picked))
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

    def _policies_in_force(self, is_after=False):
        """The policies of a request that is submitted now.

        Whoever released in an emergency never approves that afterwards, nor makes a step pass: the
        others are asked, whatever the chain says about requesters (A19).
        """
        policies = self._spec()["policies"]
        return {**policies, "self": "forbid"} if is_after else policies

    def _specs(self):
        """What of the steps is the same for every document, without a query.

        :return: tuple of ``{"id", "values", "domain", "role", "chosen"}``; must not be modified
        """
        return self._spec()["steps"]

    def _spec(self):
        """Name, policies and steps of the chain in the language of the user, without a query."""
        if changed_in(self.env.cr):
            return self._read_spec()
        return self._cached_spec(self.id, self.env.lang)

    @api.model
    @tools.ormcache("chain_id", "lang")
    def _cached_spec(self, chain_id, lang):
        return self.browse(chain_id).with_env(self.env(su=True))._read_spec()

    def _read_spec(self):
        steps, stage = [], 0
        for number, step in enumerate(self.step_ids, start=1):
            stage += not (step.parallel and stage)
            steps.append(step._frozen_spec(stage, number))
        return {"name": self.name, "policies": self._policies(), "steps": tuple(steps)}

    def _apply_policies(self, values, people, seats, requester, policies):
        """Leave the requester out, pass the step, or ask the fallback, as the chain says (A11)."""
        may = policies["self"] == "allow"
        if requester in people and policies["self"] == "skip":
            note = self.env._("%s asks for it and is who would be asked.", requester.name)
            return self._passed(values, note)
        if not may:
            people -= requester
            seats = [seat for seat in seats if seat.get("user_id") != requester.id]
        if people:
            return FrozenStep(values, [{**seat, "requester_may": may} for seat in seats], people)
        if policies["empty"] == "skip":
            return self._passed(values, self.env._("There is nobody to ask."))
        if policies["empty"] == "fallback":
            role = self.fallback_role_id
            people = role._holders_of(self.company_id, self.env["hr.department"]) - requester
            if people:
                return FrozenStep(values, self._role_seats(role.id, role.code), people)
        return FrozenStep(values, [], people)

    def _passed(self, values, note):
        return FrozenStep({**values, "state": "skipped", "note": note, "passed": True})

    def _role_seats(self, role_id, role_code, department=None):
        company = self.company_id
        role = self.env["approval.role"].browse(role_id)
        key = self.env["approval.request.slot"]._role_key(role, company, department)
        return [
            {
                "role_id": role_id,
                "role_code": role_code,
                "role_company_id": company.id,
                "role_department_id": department.id if department else False,
                "holder_key": key,
            }
        ]

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

    def _frozen_spec(self, stage, number):
        domain = (self.domain or "").strip()
        return {
            "id": self.id,
            "values": self._frozen_values(stage, number),
            "domain": domain if domain != "[]" else "",
            "role": (self.role_id.id, self.role_id.code) if self.approver == "role" else None,
            "chosen": self.approver == "chosen",
        }

    def _asked(self, chain, spec, document, requester, chosen):
        """Who is asked before any policy, and the places to be answered.

        A role stays one place until its turn comes, so that whoever holds the role then is asked.

        :return: ``(res.users, [values of approval.request.slot])``
        """
        if spec["role"]:
            role = self.env["approval.role"].browse(spec["role"][0])
            department = None
            if any(unit for _user, unit in role._current_pairs(chain.company_id)):
                department = self._role_department(document, requester)
            people = role._holders_of(chain.company_id, department or document.env["hr.department"])
            return people, chain._role_seats(*spec["role"], department)
        chosen = self.env["res.users"].browse(chosen or ()).exists()
        people = self._people(document, requester, chosen)
        Slot = self.env["approval.request.slot"]
        return people, [
            {"user_id": user.id, "holder_key": Slot._user_key(user), "sequence": number}
            for number, user in enumerate(people, start=1)
        ]

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
        return self._chooser(document, self.chain_id._policies_in_force())

    def _after_chooser(self, document):
        """The same for the approval of an emergency release, before there is a request for it."""
        applies = self.approver == "chosen" and self._applies_to(document._approval_neutral())
        return applies and self._chooser(document, self.chain_id._policies_in_force(is_after=True))

    def _chooser(self, document, policies):
        choices = self._able(document, self.env.user, policies)
        return bool(choices) and {
            "step_id": self.id,
            "name": self.name,
            "choices": [user._approval_face() for user in choices],
            "gap": self._gap(document, self.env.user, None),
        }

    def _able(self, document, requester, policies):
        """Whom the requester may choose: not oneself, unless the chain lets requesters decide."""
        choices = self._choices(document, requester)
        return choices if policies["self"] == "allow" else choices - requester
