from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("emergency", "Emergency Release"),
    ("delegated", "Answered by a Stand-In"),
    ("self", "Decided by the Requester"),
    ("automatic", "Answered by a Time Limit"),
    ("replaced", "Approver Replaced"),
    ("handed_on", "Handed on by the System"),
    ("passed", "Passed by a Policy"),
    ("reopened", "Reopened"),
]
AFTERWARDS = [
    ("pending", "To Be Approved"),
    ("overdue", "Overdue"),
    ("approved", "Approved Afterwards"),
    ("refused", "Refused Afterwards"),
    ("other", "Not Decided"),
]


class ApprovalLogOverride(models.Model):
    _inherit = "approval.log"

    _overrides = models.Index("(at) WHERE verb IN ('replace', 'hand_on', 'reopen')")


class ApprovalOverride(models.Model):
    """What did not go the ordinary way: one row for each time, for the president (A19, A21).

    Read from the requests and their log when it is asked for; nothing is stored.
    """

    _name = "approval.override"
    _inherit = ["approval.statistics.mixin"]
    _description = "Approval Override"
    _auto = False
    _order = "at desc, id desc"
    _rec_name = "document_name"
    _depends = {
        "approval.request": ["res_model", "operation", "chain_id", "company_id", "requester_id",
                             "state", "amount", "currency_id", "submitted_at", "document_name",
                             "is_emergency", "after_of_id", "due_at", "log_head"],
        "approval.request.step": ["name", "state", "is_passed", "note", "closed_at"],
        "approval.request.slot": ["request_id", "step_id", "user_id", "decided_by_id",
                                  "on_behalf_of_id", "decided_at", "verdict", "opinion", "is_auto",
                                  "is_passed", "is_terms"],
        "approval.log": ["request_id", "verb", "actor_ref", "at", "canonical", "seq"],
    }  # fmt: skip

    kind = fields.Selection(KINDS, string="What Was Done", readonly=True)
    at = fields.Datetime(string="When", readonly=True)
    person_id = fields.Many2one("res.users", readonly=True)
    other_id = fields.Many2one(
        "res.users",
        string="For or Instead",
        readonly=True,
        help="Who was stood in for, or who is asked instead.",
    )
    requester_id = fields.Many2one("res.users", readonly=True)
    step_name = fields.Char(string="Step", readonly=True)
    note = fields.Text(string="Reason", readonly=True)
    afterwards = fields.Selection(AFTERWARDS, readonly=True)
    state = fields.Selection(
        selection=lambda self: (
            self.env["approval.request"]._fields["state"]._description_selection(self.env)
        ),
        string="Request Status",
        readonly=True,
    )
    # amounts of several currencies have no sum
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT found.id, found.kind, found.at, found.request_id, person.id AS person_id,
                   other.id AS other_id, found.step_name, found.note, found.afterwards,
                   request.document_name, request.res_model,
                   %(kind_name)s AS kind_name, request.operation,
                   request.chain_id, request.company_id, request.requester_id, request.state,
                   request.amount, request.currency_id
              FROM (%(emergencies)s UNION ALL %(answers)s UNION ALL %(steps)s UNION ALL %(log)s)
                   AS found
              JOIN approval_request request ON request.id = found.request_id
              LEFT JOIN res_users person ON person.id = found.person_id
              LEFT JOIN res_users other ON other.id = found.other_id
              %(kind)s
            """,
            emergencies=self._sql_emergencies(),
            answers=self._sql_answers(),
            steps=self._sql_steps(),
            log=self._sql_log(),
            kind=self._sql_kind(),
            kind_name=self._sql_kind_name(),
        )

    # The ids of the rows come from those of different tables: each kind has its own of sixteen.

    @api.model
    def _sql_emergencies(self):
        """Each release by right, with what became of its approval afterwards."""
        return SQL(
            """
            SELECT released.id::bigint * 16 AS id, 'emergency' AS kind,
                   released.submitted_at AS at, released.id AS request_id,
                   released.requester_id AS person_id, NULL::int AS other_id,
                   NULL::varchar AS step_name, entry.reason AS note,
                   CASE WHEN later.state = 'pending' AND later.due_at < %(now)s THEN 'overdue'
                        WHEN later.state = 'pending' THEN 'pending'
                        WHEN later.state = 'executed' THEN 'approved'
                        WHEN later.state = 'refused' THEN 'refused'
                        ELSE 'other' END AS afterwards
              FROM approval_request released
              LEFT JOIN LATERAL (
                SELECT state, due_at FROM approval_request
                 WHERE after_of_id = released.id ORDER BY id DESC LIMIT 1
              ) later ON TRUE
              LEFT JOIN LATERAL (
                SELECT %(opinion)s AS reason FROM approval_log log
                 WHERE log.request_id = released.id AND log.verb = 'break_glass' LIMIT 1
              ) entry ON TRUE
             WHERE released.is_emergency AND released.after_of_id IS NULL
            """,
            now=fields.Datetime.now(),
            opinion=_recorded("opinion"),
        )

    @api.model
    def _sql_answers(self):
        """Answers of stand-ins, of requesters, of time limits, and those taken from before.

        One answer may be several of these.
        """
        return SQL(
            """
            SELECT slot.id::bigint * 16 + way.number, way.kind, slot.decided_at, slot.request_id,
                   CASE WHEN way.kind = 'automatic' THEN slot.user_id ELSE slot.decided_by_id END,
                   CASE WHEN way.kind = 'delegated' THEN slot.on_behalf_of_id END,
                   step.name, slot.opinion, NULL::varchar
              FROM approval_request_slot slot
              JOIN approval_request_step step ON step.id = slot.step_id
              JOIN approval_request asked ON asked.id = slot.request_id
              CROSS JOIN LATERAL (VALUES
                (1, 'delegated', slot.on_behalf_of_id IS NOT NULL),
                (2, 'self', slot.decided_by_id = asked.requester_id
                            AND step.kind = 'decide'
                            AND slot.verdict IN ('approve', 'propose')),
                (3, 'automatic', slot.is_auto),
                (4, 'passed', slot.is_passed)
              ) AS way(number, kind, holds)
             WHERE way.holds AND slot.decided_at IS NOT NULL AND slot.is_terms IS NOT TRUE
               AND slot.decided_at >= asked.submitted_at
            """
        )

    @api.model
    def _sql_steps(self):
        """Steps passed without asking anybody, because a policy of the chain says so."""
        return SQL(
            """
            SELECT step.id::bigint * 16 + 5, 'passed',
                   COALESCE(step.closed_at, asked.submitted_at), step.request_id,
                   NULL::int, NULL::int, step.name, step.note, NULL::varchar
              FROM approval_request_step step
              JOIN approval_request asked ON asked.id = step.request_id
             WHERE step.is_passed AND step.state = 'skipped'
            """
        )

    @api.model
    def _sql_log(self):
        """What moves who is asked, or opens again what was closed; the log alone knows."""
        return SQL(
            r"""
            SELECT log.id::bigint * 16 + 6,
                   CASE log.verb WHEN 'replace' THEN 'replaced'
                                 WHEN 'hand_on' THEN 'handed_on'
                                 ELSE 'reopened' END,
                   log.at, log.request_id,
                   CASE WHEN log.verb != 'hand_on' THEN log.actor_ref END,
                   substring(log.canonical FROM '"to":\[(\d{1,9})')::int,
                   %(step)s, %(opinion)s, NULL::varchar
              FROM approval_log log
             WHERE log.verb IN ('replace', 'hand_on', 'reopen')
            """,
            step=_recorded("step"),
            opinion=_recorded("opinion"),
        )


def _recorded(name):
    """A text of the recorded entry ``log``; one that somebody made unreadable is left empty."""
    return SQL(
        r"""
        replace(replace(replace(
            substring(log.canonical FROM %s), '\n', chr(10)), '\"', '"'), '\\', '\')
        """,
        rf'"{name}":"((?:[^"\\]|\\.)*)"',
    )
