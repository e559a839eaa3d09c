import base64
import csv
import io
import json

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..proof import facts_of

COLUMNS = [
    "request",
    "request_id",
    "seq",
    "at",
    "actor_ref",
    "who",
    "verb",
    "step",
    "opinion",
    "canonical",
    "previous_hash",
    "hash",
]
# Typed by people, and opened in spreadsheets that take "=..." for a formula.
TYPED = ("request", "who", "step", "opinion")
BATCH = 5_000
# Entries in one file: what a browser and a worker's memory take well.
LONGEST = 200_000


class ApprovalLogExport(models.TransientModel):
    """The log as a file that anybody can verify without Odoo (A12)."""

    _name = "approval.log.export"
    _description = "Download the Log"

    request_ids = fields.Many2many(
        "approval.request",
        string="Requests",
        help="Empty: all requests with an entry between the dates.",
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until")
    file_format = fields.Selection(
        [("jsonl", "JSON lines: one entry a line, for programs"), ("csv", "CSV: for spreadsheets")],
        string="Format",
        required=True,
        default="jsonl",
    )
    content = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    def action_download(self):
        """Write the file and hand it to the browser.

        Only what the user may read is in it, and every request with its whole history: a chain
        proves itself from its beginning.

        :raise UserError: when there is nothing to download, or too much for one file
        :return: an action that downloads the file
        """
        self.ensure_one()
        requests = self._requests()
        if not requests:
            raise UserError(
                self.env._(
                    "There is no entry to download. Choose other dates, or requests that you may read."
                )
            )
        self._check_size(requests)
        text = self._as_csv(requests) if self.file_format == "csv" else self._as_lines(requests)
        self.write(
            {
                "content": base64.b64encode(text.encode("utf-8")),
                "file_name": f"approval-log-{fields.Date.today()}.{self.file_format}",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{self.file_name}?download=true",
            "target": "download",
        }

    def _check_size(self, requests):
        entries = sum(requests.mapped("log_seq"))
        if entries > LONGEST:
            raise UserError(
                self.env._(
                    "These are %(entries)s entries, more than the %(limit)s that one file can hold. "
                    "Choose a shorter period and download several files.",
                    entries=entries,
                    limit=LONGEST,
                )
            )

    def _requests(self):
        """The requests asked for, as far as the user may read them."""
        domain = Domain("log_seq", ">", 0)
        if self.request_ids:
            domain &= Domain("id", "in", self.request_ids.ids)
        between = Domain.TRUE
        if self.date_from:
            between &= Domain("at", ">=", self.date_from)
        if self.date_to:
            between &= Domain("at", "<", fields.Date.add(self.date_to, days=1))
        if not between.is_true():
            domain &= Domain("log_ids", "any", between)
        return self.env["approval.request"].search(domain, order="id")

    def _rows(self, requests):
        names = self.env["approval.log.person"]._names(self._actors(requests))
        for number in range(0, len(requests), BATCH):
            for request_id, request, seq, at, actor, verb, text, *hashes in self.env.execute_query(
                SQL(
                    """
                    SELECT r.id, r.name, l.seq, to_char(l.at, 'YYYY-MM-DD HH24:MI:SS'), l.actor_ref,
                           l.verb, l.canonical, l.previous_hash, l.hash
                      FROM approval_log l JOIN approval_request r ON r.id = l.request_id
                     WHERE r.id IN %s ORDER BY r.id, l.seq
                    """,
                    requests._ids[number : number + BATCH],
                )
            ):
                facts = facts_of(text)
                typed = names.get(actor, ""), verb, facts.get("step", ""), facts.get("opinion", "")
                yield dict(
                    zip(
                        COLUMNS,
                        (request, request_id, seq, at, actor, *typed, text, *hashes),
                        strict=True,
                    )
                )

    def _actors(self, requests):
        requests.flush_model(["log_head"])
        return [
            actor
            for [actor] in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT actor_ref FROM approval_log WHERE request_id IN %s",
                    requests._ids,
                )
            )
        ]

    def _as_lines(self, requests):
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in self._rows(requests))

    def _as_csv(self, requests):
        # the mark at the beginning tells spreadsheets that this is Unicode
        stream = io.StringIO("\ufeff")
        stream.seek(0, io.SEEK_END)
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        for row in self._rows(requests):
            for name in TYPED:
                if row[name].startswith(("=", "+", "-", "@")):
                    row[name] = f"'{row[name]}"
            writer.writerow(row)
        return stream.getvalue()
