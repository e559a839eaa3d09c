import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError

GENESIS = "0" * 64


class ApprovalLog(models.Model):
    """What happened to every request, in order, append-only (A12).

    Each entry stores its canonical text; its hash covers that text and the hash of the entry
    before, and the request keeps the newest hash as its head. The database refuses UPDATE, DELETE
    and TRUNCATE; whoever switches that off is found by :meth:`_find_tampering`.
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

    _seq_unique = models.UniqueIndex("(request_id, seq)")

    @api.depends("canonical", "verb", "actor_ref")
    @api.depends_context("lang")
    def _compute_from_canonical(self):
        names = self.env["approval.log.person"]._names({entry.actor_ref for entry in self})
        labels = self.env["approval.request"]._verb_labels()
        for entry in self:
            recorded = json.loads(entry.canonical or "{}")
            entry.actor_name = names.get(entry.actor_ref, "")
            entry.verb_label = labels.get(entry.verb, entry.verb)
            entry.step_name = recorded.get("step", "")
            entry.opinion = recorded.get("opinion", "")

    @api.depends("request_id.name", "seq")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.request_id.name} #{entry.seq}"

    # ------------------------------------------------------------------ append only
    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch

    def init(self):
        """Close the table in the database itself, for everybody who is not its owner's DBA."""
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION approval_log_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'approval_log is append-only: % refused', TG_OP
                    USING ERRCODE = 'insufficient_privilege';
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS approval_log_no_change ON approval_log;
            CREATE TRIGGER approval_log_no_change BEFORE UPDATE OR DELETE ON approval_log
                FOR EACH ROW EXECUTE FUNCTION approval_log_append_only();
            DROP TRIGGER IF EXISTS approval_log_no_truncate ON approval_log;
            CREATE TRIGGER approval_log_no_truncate BEFORE TRUNCATE ON approval_log
                FOR EACH STATEMENT EXECUTE FUNCTION approval_log_append_only();
        """)

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(self.env._("The approval log is written by the approval engine only."))

    def write(self, vals):
        raise AccessError(self.env._("The approval log cannot be changed, by anybody."))

    def unlink(self):
        raise AccessError(self.env._("The approval log cannot be deleted, by anybody."))

    @api.model
    def _append(self, entries):
        """Append entries, one per request, chained to the head each request keeps.

        :param entries: list of ``(request, verb, facts)``; ``facts`` is a flat dict of JSON values
        :return: ``{request: new hash}``; the caller stores it as the new head of the request
        """
        now = fields.Datetime.now()
        heads, rows = {}, []
        for request, verb, facts in entries:
            seq, previous = request.log_seq + 1, request.log_head or GENESIS
            canonical = json.dumps(
                {
                    **facts,
                    "request": request.id,
                    "seq": seq,
                    "verb": verb,
                    "actor": self.env.uid,
                    "at": fields.Datetime.to_string(now),
                },
                sort_keys=True,
                ensure_ascii=False,
                separators=(",", ":"),
            )
            heads[request] = self._digest(previous, canonical)
            rows.append(
                {
                    "request_id": request.id,
                    "seq": seq,
                    "verb": verb,
                    "actor_ref": self.env.uid,
                    "at": now,
                    "canonical": canonical,
                    "previous_hash": previous,
                    "hash": heads[request],
                }
            )
        self.env["approval.log.person"]._remember(self.env.user)
        super(ApprovalLog, self.with_env(self.env(su=True, context={}))).create(rows)
        return heads

    @staticmethod
    def _digest(previous, canonical):
        return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()

    # ------------------------------------------------------------------ proof

    @api.model
    def _find_tampering(self, requests):
        """Recompute the chains of ``requests`` from the stored texts.

        :return: ``{request: sentence}`` for every request whose log is not what was written
        """
        self.env.flush_all()
        by_request = (
            self.sudo()
            .search(
                [("request_id", "in", requests.ids)],
                order="request_id, seq",
            )
            .grouped("request_id")
        )
        found = {}
        for request in requests.sudo():
            previous, seq = GENESIS, 0
            for entry in by_request.get(request, self.browse()):
                recorded = json.loads(entry.canonical)
                genuine = (
                    entry.seq == seq + 1 == recorded["seq"]
                    and entry.previous_hash == previous
                    and entry.verb == recorded["verb"]
                    and entry.actor_ref == recorded["actor"]
                    and entry.hash == self._digest(previous, entry.canonical)
                )
                if not genuine:
                    found[request] = self.env._(
                        "Entry %(seq)s of %(request)s is not the one that was written.",
                        seq=entry.seq,
                        request=request.name,
                    )
                    break
                previous, seq = entry.hash, entry.seq
            else:
                if (request.log_seq, request.log_head or GENESIS) != (seq, previous):
                    found[request] = self.env._(
                        "The newest entries of %(request)s are missing: the request counts "
                        "%(expected)s, the log holds %(held)s.",
                        request=request.name,
                        expected=request.log_seq,
                        held=seq,
                    )
        return found
