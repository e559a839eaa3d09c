from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..proof import GENESIS, canonical, close_table, digest, facts_of


class ApprovalLog(models.Model):
    """What happened to every request, in order, append-only (A12).

    Each entry stores its canonical text; its hash covers that text and the hash of the entry
    before, and the request keeps the newest hash as its head. The database refuses UPDATE, DELETE
    and TRUNCATE. All heads are sealed every day (``approval.log.seal``) and the seal is sent out;
    whoever switches the trigger off is found by :meth:`_verify`.
    """

    _name = "approval.log"
    _description = "Approval Log"
    _order = "request_id desc, seq"
    _log_access = False

    request_id = fields.Many2one(
        "approval.request",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    seq = fields.Integer(string="No.", required=True, readonly=True, aggregator=None)
    verb = fields.Char(required=True, readonly=True, string="Event")
    actor_ref = fields.Integer(readonly=True, string="User ID", aggregator=None)
    at = fields.Datetime(required=True, readonly=True, string="When")
    canonical = fields.Text(required=True, readonly=True, string="Recorded Text")
    previous_hash = fields.Char(required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)

    actor_name = fields.Char(compute="_compute_from_canonical", string="Who")
    verb_label = fields.Char(compute="_compute_from_canonical", string="What Happened")
    step_name = fields.Char(compute="_compute_from_canonical", string="Step")
    opinion = fields.Text(compute="_compute_from_canonical")
    attachment_names = fields.Char(compute="_compute_from_canonical", string="Attachments")

    _seq_unique = models.UniqueIndex("(request_id, seq)")
    # the code printed on an approval sheet is the beginning of a hash
    _code = models.Index('("left"(hash, 16))')

    @api.depends("canonical", "verb", "actor_ref")
    @api.depends_context("lang")
    def _compute_from_canonical(self):
        recorded = {entry: facts_of(entry.canonical) for entry in self}
        people = {facts.get("on_behalf_of") for facts in recorded.values()}
        people |= set(self.mapped("actor_ref"))
        names = self.env["approval.log.person"]._names(people - {None, False})
        labels = self.env["approval.request"]._verb_labels()
        for entry, facts in recorded.items():
            entry.actor_name = self._who(names, entry.actor_ref, facts.get("on_behalf_of"))
            entry.verb_label = labels.get(entry.verb, entry.verb)
            entry.step_name = facts.get("step", "")
            entry.opinion = facts.get("opinion", "")
            entry.attachment_names = ", ".join(
                attachment["name"] for attachment in facts.get("attachments") or ()
            )

    @api.model
    def _who(self, names, actor, on_behalf_of):
        if not on_behalf_of:
            return names.get(actor, "")
        return self.env._(
            "%(actor)s for %(person)s",
            actor=names.get(actor, ""),
            person=names.get(on_behalf_of, ""),
        )

    @api.depends("request_id.name", "seq")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.request_id.name} #{entry.seq}"

    # ------------------------------------------------------------------ append only
    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch

    def init(self):
        """Close the table in the database itself, for everybody who is not its owner's DBA."""
        close_table(self.env.cr, self._table)

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(self.env._("The approval log is written by the approval engine only."))

    def write(self, vals):
        raise AccessError(self.env._("The approval log cannot be changed, by anybody."))

    def unlink(self):
        raise AccessError(self.env._("The approval log cannot be deleted, by anybody."))

    @api.model
    def _append(self, entries):
        """Append entries, any number per request, chained to the head that each request keeps.

        They reach the database with the new heads and with whatever else the event changed. The
        names of all persons concerned are remembered by the same statement, so that nothing is read
        first and nothing is taken for known that a savepoint took back.

        :param entries: list of ``(request, verb, facts)`` in the order of the events; ``facts`` is
            a dict of JSON values, kept in the text that is hashed. Known keys: ``step``,
            ``opinion``, ``attachments`` (list of ``{"name", "checksum"}``), ``on_behalf_of`` (id of
            the user a delegate stood in for), ``people`` (ids of further users concerned)
        """
        now = fields.Datetime.now()
        heads, rows, people = {}, [], {self.env.uid}
        for request, verb, facts in entries:
            seq, previous = heads.get(request) or (request.log_seq, request.log_head or GENESIS)
            text = canonical(
                {
                    **facts,
                    "request": request.id,
                    "seq": seq + 1,
                    "verb": verb,
                    "actor": self.env.uid,
                    "at": fields.Datetime.to_string(now),
                }
            )
            heads[request] = seq + 1, digest(previous, text)
            head = heads[request][1]
            rows.append((request.id, seq + 1, verb, self.env.uid, now, text, previous, head))
            people.update(facts.get("people") or (), {facts.get("on_behalf_of") or self.env.uid})
        if rows:
            self.env["approval.engine.flush"]._log_later(rows, people)
        for request, (seq, head) in heads.items():
            request._engine_write({"log_seq": seq, "log_head": head})
            request.invalidate_recordset(["log_ids"], flush=False)

    @api.model
    def _inserts(self, rows, people):
        """Parts of a statement that write entries, and the names of all who are concerned."""
        if not rows:
            return []
        # a name typed in this very transaction counts; free when there is none
        self.env["res.partner"].flush_model(["name"])
        self.env["approval.log.person"].invalidate_model(["name"])
        seen = SQL(
            "SELECT u.id AS user_ref, p.name"
            "  FROM res_users u JOIN res_partner p ON p.id = u.partner_id WHERE u.id IN %s",
            tuple(people),
        )
        return [
            SQL(
                "UPDATE approval_log_person known SET name = seen.name FROM (%s) seen"
                " WHERE known.user_ref = seen.user_ref AND known.name != seen.name"
                "   AND known.is_anonymous IS NOT TRUE",
                seen,
            ),
            SQL(
                "INSERT INTO approval_log_person (user_ref, name)"
                " SELECT user_ref, name FROM (%s) seen WHERE NOT EXISTS ("
                "  SELECT 1 FROM approval_log_person known WHERE known.user_ref = seen.user_ref"
                " ) ON CONFLICT (user_ref) DO NOTHING",
                seen,
            ),
            SQL(
                "INSERT INTO approval_log"
                " (request_id, seq, verb, actor_ref, at, canonical, previous_hash, hash) VALUES %s",
                SQL(", ").join(SQL("%s", row) for row in rows),
            ),
        ]

    @api.model
    def _search(self, domain, *args, **kwargs):
        # entries are written with the heads of their requests
        self.env["approval.request"].flush_model(["log_head"])
        return super()._search(domain, *args, **kwargs)
