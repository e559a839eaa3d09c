from collections import Counter
from datetime import timedelta
from statistics import median

from odoo import Command, fields
from odoo.tools import SQL

EXAMPLES = 50
NEWEST = 1000
"""Of how many answers of one role or person the median is taken."""


class Tally:
    """What is counted while a chain is tried on many documents (A17)."""

    def __init__(self, chain):
        """:param chain: ``approval.chain`` as superuser, in the language of the user"""
        self.chain = chain
        self.operation = chain._document_operations()[chain.operation]
        self.seen = self.earlier = self.blocked = self.by_today = 0
        self.matched, self.examples = [], []
        self.counts = [Counter() for _step in chain.step_ids]
        self.people = [Counter() for _step in chain.step_ids]

    def add(self, documents, requesters, decided):
        """Try the chain on documents that are read together.

        :param documents: documents as superuser
        :param requesters: ``{document id: res.users}``
        :param decided: ``{document id: approval.request}`` whose values they are read with
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
                self._add_one(document, requesters[document.id], decided.get(document.id))

    def _add_one(self, document, requester, request):
        self.matched.append(document.id)
        self.by_today += not request
        rows, gaps = self.chain._try_freeze(document, requester)
        for row, count, people in zip(rows, self.counts, self.people, strict=True):
            outcome = self._outcome(row)
            count[outcome] += 1
            count["today"] += outcome == "asked" and not request
            people.update(row.people.ids if row.people is not None and row.seats else [])
        self.blocked += bool(gaps)
        if gaps and len(self.examples) < EXAMPLES:
            self.examples.append((document, "\n".join(gaps), request))

    def _shown(self, env, hours):
        """A time in words, as the calendar of the company counts it."""
        if hours is None:
            return env._("No experience yet")
        if hours < 1:
            return env._("%s minutes", max(1, round(hours * 60)))
        calendar = self.chain.company_id._approval_calendar()
        day = calendar.hours_per_day or 24
        if hours < 2 * day:
            number = round(hours, 1)
            return env._("%s working hours", number) if calendar else env._("%s hours", number)
        number = round(hours / day, 1)
        return env._("%s working days", number) if calendar else env._("%s days", number)

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
            "today_count": self.by_today,
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
                        "values_text": _values_text(replay.env, request),
                        "res_model": document._name,
                        "res_id": document.id,
                        "document_name": document.display_name,
                    }
                )
                for document, reason, request in self.examples
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
            **{name: count[name] for name in ("asked", "passed", "skipped", "gaps", "today")},
            "people": "\n".join(
                f"{users_sudo[user_id].name} × {times}" for user_id, times in people.most_common()
            ),
            "time_text": self._shown(env, hours) if count["asked"] else "",
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
        total = self._shown(env, sum(stages))
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
        """``{id: median working hours from being asked to the answer}``.

        Of each the newest answers of the last year; one query, and what the calendars take.
        """
        if not ids:
            return {}
        slots = chain.env["approval.request.slot"]
        slots.flush_model(["role_id", "decided_by_id", "opened_at", "decided_at", "company_id"])
        rows = chain.env.execute_query(
            SQL(
                """
                SELECT key, company_id, opened_at, decided_at
                  FROM (SELECT %(column)s AS key, company_id, opened_at, decided_at,
                               row_number() OVER (
                                   PARTITION BY %(column)s ORDER BY decided_at DESC
                               ) AS number
                          FROM approval_request_slot
                         WHERE %(column)s IN %(ids)s
                           AND company_id IN %(companies)s
                           AND verdict IS NOT NULL AND is_auto IS NOT TRUE
                           AND opened_at IS NOT NULL AND decided_at >= %(since)s
                       ) AS answered
                 WHERE number <= %(newest)s
                """,
                column=SQL.identifier(column),
                ids=tuple(ids),
                companies=tuple(
                    chain.env["res.company"].search([("id", "child_of", chain.company_id.id)]).ids
                ),
                since=fields.Datetime.now() - timedelta(days=365),
                newest=NEWEST,
            )
        )
        spans, hours = {}, {}
        for key, company_id, opened_at, decided_at in rows:
            spans.setdefault(company_id, []).append((key, opened_at, decided_at))
        for company_id, found in spans.items():
            company = chain.env["res.company"].browse(company_id)
            worked = company._approval_hours_worked([span[1:] for span in found])
            for (key, _opened_at, _decided_at), time in zip(found, worked, strict=True):
                hours.setdefault(key, []).append(time)
        return {key: median(times) for key, times in hours.items()}


def _values_text(env, request):
    """By which values a document was judged."""
    if request:
        return env._("Values submitted with %s", request.name)
    return env._("Today's values")
