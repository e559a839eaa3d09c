from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .approval_duty_facts import LIMIT


class ApprovalDutyPossible(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Conflicts of duties that chains, roles and delegations make possible today (A21)."""

    _inherit = "approval.duty.conflict"

    @api.model
    def _find_possible(self, companies, since):
        """Of every chain in use: who may decide alone what two people should."""
        chains = self.env["approval.chain"].search(
            [("company_id", "in", companies.ids), ("is_shadow", "=", False)]
        )
        holders = self._roles_held(companies)
        facts = self._answers_by_person(chains, since)
        return [
            row
            for chain in chains
            for row in (
                *self._may_decide_own(chain, holders, facts),
                *self._hold_two_roles(chain, holders, facts),
            )
        ][:LIMIT] + self._joined(chains, companies, holders, facts)[:LIMIT]

    @api.model
    def _roles_held(self, companies):
        """``{company: {user: roles}}`` today, departments included; one query."""
        Holder, Role = self.env["approval.role.holder"], self.env["approval.role"]
        rows = Holder.search(
            Holder._domain_current() & Domain("company_id", "in", companies.ids)
        )._current()
        held = defaultdict(lambda: defaultdict(Role.browse))
        for row in rows.filtered("user_id.active"):
            held[row.company_id][row.user_id] |= row.role_id
        return held

    @api.model
    def _answers_by_person(self, chains, since):
        """What happened on the chains, for the counts; one query.

        :return: ``{(chain id, user id): {"own", "twice", "for": {user id: n}}}``
        """
        facts = defaultdict(lambda: {"own": 0, "twice": 0, "for": defaultdict(int)})
        rows = self.env.execute_query(
            SQL(
                """
                SELECT request.chain_id, slot.decided_by_id, slot.on_behalf_of_id,
                       COUNT(DISTINCT request.id),
                       COUNT(DISTINCT request.id)
                           FILTER (WHERE request.requester_id = slot.decided_by_id)
                  FROM approval_request_slot slot
                  JOIN approval_request_step step ON step.id = slot.step_id
                  JOIN approval_request request ON request.id = slot.request_id
                 WHERE request.chain_id IN %s AND request.submitted_at >= %s
                   AND step.kind = 'decide' AND slot.is_terms IS NOT TRUE
                   AND slot.verdict IN ('approve', 'propose', 'refuse', 'return')
                   AND slot.is_auto IS NOT TRUE AND slot.decided_by_id IS NOT NULL
                 GROUP BY 1, 2, 3
                """,
                chains._ids or (0,),
                since,
            )
        )
        for chain_id, user_id, principal_id, number, own in rows:
            fact = facts[chain_id, user_id]
            fact["own"] += own
            if principal_id:
                fact["for"][principal_id] += number
        twice = self.env.execute_query(
            SQL(
                """
                SELECT chain_id, user_id, COUNT(*) FROM (
                    SELECT request.chain_id, slot.decided_by_id AS user_id
                      FROM approval_request_slot slot
                      JOIN approval_request request ON request.id = slot.request_id
                     WHERE request.chain_id IN %s AND request.submitted_at >= %s
                       AND slot.verdict IN ('approve', 'propose', 'handle')
                       AND slot.is_auto IS NOT TRUE AND slot.superseded IS NOT TRUE
                     GROUP BY request.id, slot.decided_by_id
                    HAVING COUNT(DISTINCT slot.step_id) > 1
                ) twice GROUP BY 1, 2
                """,
                chains._ids or (0,),
                since,
            )
        )
        for chain_id, user_id, number in twice:
            facts[chain_id, user_id]["twice"] = number
        return facts

    def _asked_roles(self, chain, kinds=("decide", "handle")):
        """The roles a chain asks in steps that bind; an opinion binds nobody."""
        steps = chain.step_ids.filtered(lambda step: step.kind in kinds)
        return steps.filtered(lambda step: step.approver == "role").role_id

    def _evidence(self, chain, *conditions):
        return [("chain_id", "=", chain.id), *conditions]

    # ------------------------------------------------------------------ one chain

    def _may_decide_own(self, chain, holders, facts):
        if chain.self_policy != "allow":
            return []
        asked = self._asked_roles(chain, ("decide",))
        named = chain.step_ids.filtered(lambda s: s.kind == "decide" and s.approver == "user")
        people = named.user_ids.union(
            *(user for user, roles in holders[chain.company_id].items() if roles & asked)
        )
        model, found = self.env[chain.model], []
        for user in people.filtered("active"):
            # who may not write such a document cannot submit it
            if not model.with_user(user).has_access("write"):
                continue
            sentence = self.env._(
                "%(person)s may decide on what they ask for themselves on “%(chain)s”.",
                person=user.name,
                chain=chain.name,
            )
            mine = [("requester_id", "=", user.id), ("slot_ids.decided_by_id", "=", user.id)]
            found.append(
                self._row(
                    "may_decide_own",
                    chain.company_id,
                    user,
                    sentence,
                    chain_id=chain.id,
                    kind_name=chain.model_id.name,
                    roles=self._names(holders[chain.company_id][user] & asked),
                    evidence_count=facts[chain.id, user.id]["own"],
                    evidence=self._evidence(chain, *mine),
                )
            )
        return found

    def _hold_two_roles(self, chain, holders, facts):
        asked, found = self._asked_roles(chain), []
        for user, roles in holders[chain.company_id].items():
            both = roles & asked
            if len(both) < 2:
                continue
            sentence = self.env._(
                "%(person)s holds %(roles)s, which “%(chain)s” asks in different steps.",
                person=user.name,
                roles=self._names(both),
                chain=chain.name,
            )
            found.append(
                self._row(
                    "two_roles",
                    chain.company_id,
                    user,
                    sentence,
                    chain_id=chain.id,
                    kind_name=chain.model_id.name,
                    roles=self._names(both),
                    evidence_count=facts[chain.id, user.id]["twice"],
                    evidence=self._evidence(chain, ("slot_ids.decided_by_id", "=", user.id)),
                )
            )
        return found

    def _names(self, roles):
        return ", ".join(roles.sorted().mapped("name"))

    # ------------------------------------------------------------------ delegations

    def _joined(self, chains, companies, holders, facts):
        """Chains of which a stand-in has two roles in one hand that are held by different people."""
        found = []
        for delegate, rows in self._delegations(companies).grouped("delegate_id").items():
            for chain in chains:
                asked = self._asked_roles(chain)
                held = holders[chain.company_id]
                reaching = rows.filtered(lambda row, chain=chain: row._reaches(chain))
                hands = {
                    person: held[person] & asked
                    for person in delegate | reaching.user_id
                    if held.get(person, asked.browse()) & asked
                }
                others = delegate.union(*hands) - delegate
                joined = asked.browse().union(*hands.values())
                alone = any(roles == joined for roles in hands.values())
                if not others or len(joined) < 2 or alone:
                    continue
                found.append(self._joined_row(chain, delegate, others, joined, facts))
        return found

    def _delegations(self, companies):
        """Delegations that hold today or are to come, in the companies."""
        Delegation = self.env["approval.delegation"]
        rows = Delegation.search(
            [("company_id", "in", [False, *companies.ids]), ("active", "=", True)]
        )
        return rows.filtered(lambda row: row.state in ("current", "coming"))

    def _joined_row(self, chain, delegate, others, roles, facts):
        sentence = self.env._(
            "%(person)s stands in for %(others)s and has %(roles)s of “%(chain)s” in one hand.",
            person=delegate.name,
            others=", ".join(others.mapped("name")),
            roles=self._names(roles),
            chain=chain.name,
        )
        answered = facts[chain.id, delegate.id]["for"]
        return self._row(
            "joined",
            chain.company_id,
            delegate,
            sentence,
            others=others,
            chain_id=chain.id,
            kind_name=chain.model_id.name,
            roles=self._names(roles),
            evidence_count=sum(answered.get(user.id, 0) for user in others),
            evidence=self._evidence(
                chain,
                (
                    "slot_ids",
                    "any",
                    [
                        ("decided_by_id", "=", delegate.id),
                        ("on_behalf_of_id", "in", others.ids),
                    ],
                ),
            ),
        )


class ApprovalDutyDelegation(models.Model):
    _inherit = "approval.delegation"

    def _reaches(self, chain):
        """Whether the delegation is for documents of this chain."""
        names = (self.model_names or "").split()
        if names and chain.model not in names:
            return False
        own, others = self.company_id, chain.company_id
        # documents of a branch are decided on the chains of the company above
        return not own or own in others.parent_ids or others in own.parent_ids
