from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime
from odoo.tools.mail import email_normalize_all

from ..proof import GENESIS, canonical, close_table, digest

BATCH = 10_000
READ_BATCH = 20
# Where the newest seal is noted a second time: without it the last ones could go unnoticed.
NEWEST = "approval_chain.newest_seal"
MAIL_TO = "approval_chain.seal_mail_to"


class ApprovalLogSeal(models.Model):
    """One hash over the heads of all requests that moved since the seal before (A12).

    A request can be deleted together with its log by whoever owns the database; the seals still
    name it. They are chained like the log, append-only in the database, and sent by mail, so that
    the newest hash lies where nobody who could change the database can change it, too.
    """

    _name = "approval.log.seal"
    _description = "Seal of the Approval Log"
    _inherit = ["approval.engine.record"]
    _order = "number desc"
    _log_access = False
    _rec_name = "number"

    number = fields.Integer(required=True, aggregator=None, string="Seal")
    sealed_at = fields.Datetime(required=True, string="Sealed On")
    request_count = fields.Integer(
        string="Requests",
        aggregator=None,
        help="Requests there were at that time, sealed now or before.",
    )
    log_count = fields.Integer(
        string="Log Entries",
        aggregator=None,
        help="Log entries there were at that time.",
    )
    changed_count = fields.Integer(
        string="Requests That Moved",
        help="Requests with new entries since the seal before: those this seal names.",
    )
    first_log_id = fields.Integer(string="First New Entry ID", aggregator=None)
    last_log_id = fields.Integer(string="Last Entry ID", aggregator=None)
    previous_hash = fields.Char(required=True)
    hash = fields.Char(required=True)
    line_ids = fields.One2many("approval.log.seal.line", "seal_id", string="Sealed Requests")

    _number_unique = models.UniqueIndex("(number)")

    def init(self):
        """Close the table in the database itself."""
        close_table(self.env.cr, self._table)

    @api.depends("number", "sealed_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for seal in self:
            seal.display_name = self.env._(
                "Seal %(number)s of %(moment)s",
                number=seal.number,
                moment=format_datetime(self.env, seal.sealed_at),
            )

    # ------------------------------------------------------------------ sealing

    @api.model
    def _cron_seal(self, batch=BATCH):
        """Seal everything that is not sealed; a big backlog makes several seals.

        Each seal is committed with its mail, so that an interrupted run goes on where it stopped.
        """
        while seal := self._seal(batch):
            more = seal.changed_count == batch
            left = self.env["ir.cron"]._commit_progress(seal.changed_count, remaining=int(more))
            if not (more and left):
                break

    @api.model
    def _seal(self, limit=BATCH):
        """Seal up to ``limit`` requests whose newest entry no seal names yet.

        :return: the new seal; empty when nothing moved and this day has its seal, or when nothing
            was ever logged
        """
        self.env.flush_all()
        Seal = self.sudo()
        now = fields.Datetime.now()
        newest = Seal.search([], order="number desc", limit=1)
        heads = self._unsealed(limit)
        if not heads and (not newest or newest.sealed_at.date() >= now.date()):
            return self.browse()
        seal = Seal._engine_create([self._prepare_seal_vals(newest, heads, now)])
        if heads:
            self._insert_lines(seal, heads)
        self.env["ir.config_parameter"].sudo().set_param(NEWEST, f"{seal.number} {seal.hash}")
        seal._send()
        return seal

    @api.model
    def _unsealed(self, limit):
        """``[(request id, seq, head)]`` that no seal names, ordered by id."""
        return self.env.execute_query(
            SQL(
                """
                SELECT r.id, r.log_seq, r.log_head
                  FROM approval_request r
                 WHERE r.log_seq > 0 AND NOT EXISTS (
                    SELECT 1 FROM approval_log_seal_line l
                     WHERE l.request_ref = r.id AND l.seq = r.log_seq
                 )
                 ORDER BY r.id LIMIT %s
                """,
                limit,
            )
        )

    @api.model
    def _prepare_seal_vals(self, newest, heads, now):
        [(requests, entries, last_id)] = self.env.execute_query(
            SQL(
                "SELECT (SELECT count(*) FROM approval_request), (SELECT count(*) FROM approval_log),"
                " (SELECT coalesce(max(id), 0) FROM approval_log)"
            )
        )
        vals = {
            "number": newest.number + 1,
            "sealed_at": now,
            "request_count": requests,
            "log_count": entries,
            "changed_count": len(heads),
            "first_log_id": newest.last_log_id + 1,
            "last_log_id": last_id,
            "previous_hash": newest.hash or GENESIS,
        }
        return {**vals, "hash": digest(vals["previous_hash"], self._text(vals, heads))}

    @api.model
    def _text(self, vals, heads):
        """The text a seal stands for; it is what is hashed and sent out."""
        return canonical(
            {
                "seal": vals["number"],
                "at": fields.Datetime.to_string(vals["sealed_at"]),
                "requests": vals["request_count"],
                "entries": vals["log_count"],
                "first_entry": vals["first_log_id"],
                "last_entry": vals["last_log_id"],
                "heads": [list(head) for head in heads],
            }
        )

    @api.model
    def _insert_lines(self, seal, heads):
        self.env.cr.execute(
            SQL(
                "INSERT INTO approval_log_seal_line (seal_id, request_ref, seq, head) VALUES %s",
                SQL(", ").join((seal.id, *head) for head in heads),
            )
        )
        seal.invalidate_recordset(["line_ids"])

    def _texts(self):
        """Each seal with the text it stands for, from what the database holds now."""
        for number in range(0, len(self), READ_BATCH):
            seals = self[number : number + READ_BATCH]
            heads = defaultdict(list)
            for seal_id, *head in self.env.execute_query(
                SQL(
                    "SELECT seal_id, request_ref, seq, head FROM approval_log_seal_line"
                    " WHERE seal_id IN %s ORDER BY request_ref, seq",
                    seals._ids,
                )
            ):
                heads[seal_id].append(head)
            for seal in seals:
                yield seal, self._text(seal, heads[seal.id])

    # ------------------------------------------------------------------ sending out

    @api.model
    def _recipients(self):
        addresses = self.env["ir.config_parameter"].sudo().get_param(MAIL_TO)
        return email_normalize_all(addresses or "")

    def _send(self):
        """Mail seals to the addresses in the settings, if there are any.

        :return: the mails, written in this transaction and sent by Odoo's mail queue
        """
        recipients = self._recipients()
        if not recipients:
            return self.env["mail.mail"]
        return (
            self.env["mail.mail"]
            .sudo()
            .create([seal._prepare_mail_vals(text, recipients) for seal, text in self._texts()])
        )

    def _prepare_mail_vals(self, text, recipients):
        company = self.env.company
        words = self.with_context(lang=company.partner_id.lang or self.env.lang)
        return {
            "subject": words._mail_subject(),
            "body_html": words._mail_body(),
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "email_to": ", ".join(recipients),
            "attachment_ids": [
                Command.create(
                    {
                        "name": f"approval-log-seal-{self.number}.json",
                        "mimetype": "application/json",
                        "raw": text.encode(),
                    }
                )
            ],
        }

    def _mail_subject(self):
        return self.env._(
            "Approval log, seal %(number)s: %(hash)s", number=self.number, hash=self.hash
        )

    def _mail_body(self):
        return self.env["ir.qweb"]._render(
            "approval_chain.mail_log_seal",
            {"seal": self, "summary": self._mail_summary()},
            lang=self.env.lang,
        )

    def _mail_summary(self):
        return self.env._(
            "Seal %(number)s of the approval log, made on %(moment)s (UTC), covers %(changed)s "
            "requests that moved since the seal before; altogether there are %(requests)s requests "
            "with %(entries)s log entries.",
            number=self.number,
            moment=format_datetime(self.env, self.sealed_at, tz="UTC"),
            changed=self.changed_count,
            requests=self.request_count,
            entries=self.log_count,
        )

    def action_send(self):
        """Send seals to the addresses in the settings once more.

        :raise AccessError: for anybody but an approval administrator
        :raise UserError: when the settings name no address
        :return: a notification
        """
        if not self.env.user.has_group("approval_chain.group_approval_manager"):
            raise AccessError(
                self.env._("Only an approval administrator can send a seal of the log.")
            )
        self.check_access("read")
        recipients = self._recipients()
        if not recipients:
            raise UserError(
                self.env._(
                    "There is nobody to send the seal to. Ask a system administrator to enter the "
                    "addresses in the settings of Approvals first."
                )
            )
        self.sudo()._send()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The seal is on its way to %(addresses)s.",
                    addresses=", ".join(recipients),
                ),
            },
        }
