from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..proof import GENESIS, Entry, digest, first_forgery
from .approval_log_seal import NEWEST

BATCH = 1_000


class ApprovalLogProof(models.Model):
    """The check that the log is what was written, down to requests that are not there any more."""

    _inherit = "approval.log"

    @api.model
    def _find_tampering(self, requests):
        """Check the logs of ``requests`` against their texts, their heads and the seals.

        :return: ``{request: sentence}`` for every request whose log is not what was written
        """
        _count, found = self._check_requests(requests.ids)
        return {request: found[request.id] for request in requests if request.id in found}

    @api.model
    def _verify(self, mailed_hash=None):
        """Check everything: every request, every entry, every seal.

        Reads in batches and keeps nothing; changes nothing. From a shell::

            env["approval.log"]._verify()

        :param mailed_hash: hash of a seal received by mail, to be found again among the seals
        :return: ``{"requests", "entries", "seals", "findings"}``: what was counted, and one
            sentence for everything that is not as it was written
        """
        seals, findings = self._check_seals(mailed_hash)
        requests = entries = position = 0
        while position is not None:
            position, some_requests, some_entries, found = self._verify_batch(position)
            requests += some_requests
            entries += some_entries
            findings += found
        return {"requests": requests, "entries": entries, "seals": seals, "findings": findings}

    @api.model
    def _verify_batch(self, after, limit=BATCH):
        """Check the ``limit`` requests that follow the id ``after``.

        :return: ``(id to go on after or None, requests, entries, [sentences])``
        """
        self.env.flush_all()
        ids = [
            request_id
            for [request_id] in self.env.execute_query(
                SQL(
                    """
                    (SELECT id FROM approval_request
                      WHERE id > %(after)s ORDER BY id LIMIT %(limit)s)
                    UNION
                    (SELECT DISTINCT request_id FROM approval_log
                      WHERE request_id > %(after)s ORDER BY request_id LIMIT %(limit)s)
                    UNION
                    (SELECT DISTINCT request_ref FROM approval_log_seal_line
                      WHERE request_ref > %(after)s ORDER BY request_ref LIMIT %(limit)s)
                    ORDER BY 1 LIMIT %(limit)s
                    """,
                    after=after,
                    limit=limit,
                )
            )
        ]
        entries, found = self._check_requests(ids)
        go_on = ids[-1] if len(ids) == limit else None
        return go_on, len(ids), entries, [found[number] for number in sorted(found)]

    # ------------------------------------------------------------------ requests

    @api.model
    def _check_requests(self, ids):
        """:return: ``(number of entries, {request id: sentence})``"""
        if not ids:
            return 0, {}
        self.env.flush_all()
        ids = tuple(ids)
        logs = self._entries_of(ids)
        sealed = self._sealed_of(ids)
        kept = {
            row[0]: row[1:]
            for row in self.env.execute_query(
                SQL("SELECT id, name, log_seq, log_head FROM approval_request WHERE id IN %s", ids)
            )
        }
        found = {}
        for number in ids:
            entries = logs.get(number, [])
            finding = (
                self._finding_in_chain(number, kept.get(number), entries)
                or self._finding_in_head(number, kept.get(number), entries)
                or self._finding_in_seals(number, kept.get(number), entries, sealed[number])
            )
            if finding:
                found[number] = finding
        return sum(map(len, logs.values())), found

    @api.model
    def _entries_of(self, ids):
        logs = defaultdict(list)
        for row in self.env.execute_query(
            SQL(
                """
                SELECT request_id, seq, verb, actor_ref, to_char(at, 'YYYY-MM-DD HH24:MI:SS'),
                       canonical, previous_hash, hash
                  FROM approval_log WHERE request_id IN %s ORDER BY request_id, seq
                """,
                ids,
            )
        ):
            logs[row[0]].append(Entry(*row))
        return logs

    @api.model
    def _sealed_of(self, ids):
        sealed = defaultdict(list)
        for number, *position in self.env.execute_query(
            SQL(
                """
                SELECT l.request_ref, l.seq, l.head, s.number, s.sealed_at
                  FROM approval_log_seal_line l JOIN approval_log_seal s ON s.id = l.seal_id
                 WHERE l.request_ref IN %s ORDER BY l.request_ref, l.seq DESC
                """,
                ids,
            )
        ):
            sealed[number].append(position)
        return sealed

    @api.model
    def _called(self, number, kept):
        return kept[0] if kept else self.env._("The request with ID %s", number)

    @api.model
    def _finding_in_chain(self, number, kept, entries):
        forged = first_forgery(entries)
        if forged is None:
            return None
        return self.env._(
            "%(request)s: entry %(seq)s is not the one that was written.",
            request=self._called(number, kept),
            seq=forged,
        )

    @api.model
    def _finding_in_head(self, number, kept, entries):
        if not kept:
            return entries and self.env._(
                "%(request)s does not exist any more, though its log has %(held)s entries: the "
                "request was deleted.",
                request=self._called(number, kept),
                held=len(entries),
            )
        name, seq, head = kept
        if (seq or 0, head or GENESIS) == (len(entries), entries[-1].hash if entries else GENESIS):
            return None
        return self.env._(
            "%(request)s: the newest entries are missing, the request counts %(expected)s and the "
            "log holds %(held)s.",
            request=name,
            expected=seq,
            held=len(entries),
        )

    @api.model
    def _finding_in_seals(self, number, kept, entries, sealed):
        hashes = {entry.seq: entry.hash for entry in entries}
        for seq, head, seal, sealed_at in sealed:
            if hashes.get(seq) == head:
                continue
            words = {
                "request": self._called(number, kept),
                "seal": seal,
                "day": sealed_at.date(),
                "expected": seq,
                "held": len(entries),
            }
            if not entries:
                return self.env._(
                    "%(request)s had %(expected)s entries when seal %(seal)s was made on %(day)s, and "
                    "now has none: the whole request was deleted.",
                    **words,
                )
            if len(entries) < seq:
                return self.env._(
                    "%(request)s had %(expected)s entries when seal %(seal)s was made on %(day)s, and "
                    "now has %(held)s: the newest were removed.",
                    **words,
                )
            return self.env._(
                "%(request)s: entry %(expected)s is not the one that seal %(seal)s of %(day)s names: "
                "the log was written anew.",
                **words,
            )
        return None

    # ------------------------------------------------------------------ seals

    @api.model
    def _check_seals(self, mailed_hash=None):
        """:return: ``(number of seals, [sentences])``"""
        self.env.flush_all()
        Seal = self.env["approval.log.seal"].sudo()
        Seal.invalidate_model()
        # the chain of seals proves itself only as a whole
        seals = Seal.search([], order="number")  # pylint: disable=no-search-all
        findings, number, previous = [], 0, GENESIS
        for seal, text in seals._texts():
            if seal.number != number + 1:
                findings.append(self._missing_seals(number + 1, seal.number - 1))
                # what is left is judged by itself
                previous = seal.previous_hash
            if seal.previous_hash != previous or seal.hash != digest(previous, text):
                findings.append(
                    self.env._(
                        "Seal %(number)s of %(day)s is not the one that was written.",
                        number=seal.number,
                        day=seal.sealed_at.date(),
                    )
                )
            number, previous = seal.number, seal.hash
        findings += self._check_newest(number, previous) + self._check_counts(seals[-1:])
        mailed_hash = "".join((mailed_hash or "").split()).lower()
        if mailed_hash and mailed_hash not in seals.mapped("hash"):
            findings.append(
                self.env._(
                    "No seal has the hash %s that was received by mail: the seals were changed after "
                    "it was sent, or it was typed wrongly.",
                    mailed_hash,
                )
            )
        return len(seals), findings

    @api.model
    def _missing_seals(self, first, last):
        if first == last:
            return self.env._("Seal %s is missing.", first)
        return self.env._(
            "The seals %(first)s to %(last)s are missing.",
            first=first,
            last=last,
        )

    @api.model
    def _check_newest(self, number, head):
        """The newest seals could be taken away: their number and hash are noted elsewhere, too."""
        noted = self.env["ir.config_parameter"].sudo().get_param(NEWEST) or f"0 {GENESIS}"
        expected, _space, noted_hash = noted.partition(" ")
        if (expected, noted_hash) == (str(number), head):
            return []
        if expected.isdigit() and int(expected) > number:
            return [self._missing_seals(number + 1, int(expected))]
        return [
            self.env._(
                "The newest seal is %(number)s, but what was noted when it was made says “%(noted)s”.",
                number=number,
                noted=noted,
            )
        ]

    @api.model
    def _check_counts(self, seal):
        if not seal:
            return []
        [held] = self.env.execute_query(
            SQL(
                "SELECT (SELECT count(*) FROM approval_request), (SELECT count(*) FROM approval_log)"
            )
        )
        counted = (seal.request_count, seal.log_count)
        if all(now >= then for now, then in zip(held, counted, strict=True)):
            return []
        return [
            self.env._(
                "Seal %(seal)s counted %(requests)s requests with %(entries)s entries; now there are "
                "%(held_requests)s with %(held_entries)s.",
                seal=seal.number,
                requests=counted[0],
                entries=counted[1],
                held_requests=held[0],
                held_entries=held[1],
            )
        ]
