from collections import Counter
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

EXAMPLES = 50


class Tally:
    """What is counted while a chain is tried on many documents (A17)."""

    def __init__(self, chain):
        """:param chain: ``approval.chain`` as superuser, in the language of the user"""
        self.chain = chain
        self.operation = chain._document_operations()[chain.operation]
        self.seen = self.earlier = self.blocked = 0
        self.matched, self.examples = [], []
        self.counts = [Counter() for _step in chain.step_ids]
        self.people = [Counter() for _step in chain.step_ids]

    def add(self, documents, requesters):
        """Try the chain on documents that are read together.

        :param documents: documents as superuser
        :param requesters: ``{document id: res.users}``
        """
        chain = self.chain
        self.seen += len(documents)
        of_company = documents.filtered(
            lambda document: (
                not document[self.operation.company]
                or chain.company_id in document[self.operation.company].parent_ids
            )
        )
        matching = chain._matching(of_company._approval_neutral(), self.operation)
        before = matching._approval_chains(chain.operation)
        for document in documents.browse(matching._ids).with_prefetch(documents._prefetch_ids):
            now = before.get(document.id)
            if now and now != chain and now._comes_before(chain):
                self.earlier += 1
            else:
                self._add_one(document, requesters[document.id])

    def _add_one(self, document, requester):
        self.matched.append(document.id)
        rows, gaps = self.chain._try_freeze(document, requester)
        for row, count, people in zip(rows, self.counts, self.people, strict=True):
            count[self._outcome(row)] += 1
            people.update(row.people.ids if row.people is not None and row.seats else [])
        self.blocked += bool(gaps)
        if gaps and len(self.examples) < EXAMPLES:
            self.examples.append((document, "\n".join(gaps)))

    @staticmethod
    def _outcome(row):
        if row.values["state"] == "skipped":
            return "passed" if row.values.get("passed") else "skipped"
        return "asked" if row.seats else "gaps"

    # ------------------------------------------------------------------ the result

    def values(self, replay):
        """What is written on the replay."""
        experience = Experience(self.chain, set().union(*self.people))
        times = [
            experience.of(step, people)
            for step, people in zip(self.chain.step_ids, self.people, strict=True)
        ]
        return {
            "document_count": self.seen,
            "matched_count": len(self.matched),
            "earlier_count": self.earlier,
            "gap_count": self.blocked,
            "matched_ids": self.matched,
            "time_text": self._total(replay.env, times),
            "line_ids": [
                Command.create(self._line(replay.env, number, step, hours))
                for number, (step, hours) in enumerate(zip(self.chain.step_ids, times, strict=True))
            ],
            "gap_ids": [
                Command.create(
                    {
                        "reason": reason,
                        "res_model": document._name,
                        "res_id": document.id,
                        "document_name": document.display_name,
                    }
                )
                for document, reason in self.examples
            ],
        }

    def _line(self, env, number, step, hours):
        count, people = self.counts[number], self.people[number]
        # administrators see here who would be asked, whatever users they may read
        users_sudo = env["res.users"].sudo().browse(people).grouped("id")
        return {
            "sequence": number,
            "name": step.name,
            "who": step.who_text,
            **{name: count[name] for name in ("asked", "passed", "skipped", "gaps")},
            "people": "\n".join(
                f"{users_sudo[user_id].name} × {times}" for user_id, times in people.most_common()
            ),
            "time_text": _shown(env, hours) if count["asked"] else "",
        }

    def _total(self, env, times):
        """Stage after stage; what runs together takes as long as the slowest."""
        stages, unknown = [], False
        for step, hours, count in zip(self.chain.step_ids, times, self.counts, strict=True):
            if not (step.parallel and stages):
                stages.append(0.0)
            if count["asked"]:
                unknown |= hours is None
                stages[-1] = max(stages[-1], hours or 0.0)
        if not any(stages):
            return env._("No experience yet") if unknown else ""
        total = _shown(env, sum(stages))
        return env._("At least %s; some steps without experience yet", total) if unknown else total


class Experience:
    """How long answers took in the last year, by role and by person."""

    def __init__(self, chain, user_ids):
        self.by_role = self._medians(chain, "role_id", chain.step_ids.role_id.ids)
        self.by_user = self._medians(chain, "decided_by_id", user_ids)

    def of(self, step, people):
        """Hours a step takes, ``None`` without experience.

        :param people: ``{user id: how often asked}``
        """
        if step.approver == "role":
            return self.by_role.get(step.role_id.id)
        known = [self.by_user[user_id] for user_id in people if user_id in self.by_user]
        if not known:
            return None
        if step.mode in ("all", "quorum"):
            return max(known)
        weight = sum(people[user_id] for user_id in people if user_id in self.by_user)
        return (
            sum(self.by_user[id_] * times for id_, times in people.items() if id_ in self.by_user)
            / weight
        )

    @staticmethod
    def _medians(chain, column, ids):
        """``{id: median hours from being asked to the answer}``, in one query."""
        if not ids:
            return {}
        slots = chain.env["approval.request.slot"]
        slots.flush_model(["role_id", "decided_by_id", "opened_at", "decided_at", "company_id"])
        rows = chain.env.execute_query(
            SQL(
                """
                SELECT %(column)s,
                       percentile_cont(0.5) WITHIN GROUP (
                           ORDER BY EXTRACT(EPOCH FROM decided_at - opened_at) / 3600
                       )
                  FROM approval_request_slot
                 WHERE %(column)s IN %(ids)s
                   AND company_id IN %(companies)s
                   AND verdict IS NOT NULL AND is_auto IS NOT TRUE
                   AND opened_at IS NOT NULL AND decided_at >= %(since)s
              GROUP BY %(column)s
                """,
                column=SQL.identifier(column),
                ids=tuple(ids),
                companies=tuple(
                    chain.env["res.company"].search([("id", "child_of", chain.company_id.id)]).ids
                ),
                since=fields.Datetime.now() - timedelta(days=365),
            )
        )
        return {id_: float(hours) for id_, hours in rows}


def _shown(env, hours):
    """A time in words; the clock on the wall counts, nights included."""
    if hours is None:
        return env._("No experience yet")
    if hours < 1:
        return env._("%s minutes", max(1, round(hours * 60)))
    if hours < 48:
        return env._("%s hours", round(hours, 1))
    return env._("%s days", round(hours / 24, 1))
