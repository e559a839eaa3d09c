from odoo import fields, models
from odoo.tools import SQL

from .approval_request import STATES
from .approval_step import KINDS


class ApprovalStatistics(models.Model):
    """Where requests wait: one row for each place that was answered or is open (A14).

    Hours are those of the clock. What was taken over from an earlier request is left out, so that no
    answer counts twice.
    """

    _name = "approval.statistics"
    _inherit = ["approval.statistics.mixin"]
    _description = "Approval Waiting Times"
    _auto = False
    _order = "opened_at desc, id desc"
    _rec_name = "document_name"
    _depends = {
        "approval.request": ["res_model", "operation", "chain_id", "company_id", "requester_id",
                             "state", "round", "amount", "currency_id", "submitted_at", "due_at",
                             "document_name", "resumed_from_id"],
        "approval.request.step": ["name", "key", "kind", "due_at"],
        "approval.request.slot": ["request_id", "step_id", "user_id", "role_id", "decided_by_id",
                                  "on_behalf_of_id", "opened_at", "decided_at", "verdict", "state",
                                  "is_auto", "is_passed", "is_extra", "is_terms", "superseded"],
        "approval.step": ["chain_id"],
        "hr.employee": ["user_id", "company_id", "current_version_id"],
        "hr.version": ["department_id"],
    }  # fmt: skip

    chain_step_id = fields.Many2one("approval.step", string="Step of the Chain", readonly=True)
    step_name = fields.Char(string="Step", readonly=True)
    step_kind = fields.Selection(KINDS, string="Kind of Step", readonly=True)
    role_id = fields.Many2one("approval.role", readonly=True)
    person_id = fields.Many2one(
        "res.users", readonly=True, help="Who answered, or else who is asked."
    )
    on_behalf_of_id = fields.Many2one("res.users", readonly=True)
    requester_id = fields.Many2one("res.users", readonly=True)
    department_id = fields.Many2one(
        "hr.department", string="Department of the Requester", readonly=True
    )
    submitted_at = fields.Datetime(readonly=True)
    opened_at = fields.Datetime(string="Waiting Since", readonly=True)
    decided_at = fields.Datetime(string="Answered On", readonly=True)
    waiting_hours = fields.Float(string="Average Hours Waited", aggregator="avg", readonly=True)
    longest_hours = fields.Float(string="Longest Hours Waited", aggregator="max", readonly=True)
    verdict = fields.Selection(
        selection=lambda self: (
            self.env["approval.request.slot"]._fields["verdict"]._description_selection(self.env)
        ),
        readonly=True,
    )
    state = fields.Selection(STATES, string="Request State", readonly=True)
    is_open = fields.Boolean(string="Open Now", readonly=True)
    is_overdue = fields.Boolean(string="Overdue", readonly=True)
    is_auto = fields.Boolean(string="Answered by a Time Limit", readonly=True)
    is_delegated = fields.Boolean(string="Answered by a Stand-In", readonly=True)
    is_terms = fields.Boolean(string="Terms to Accept", readonly=True)
    round = fields.Integer(aggregator="max", readonly=True)
    # amounts of several currencies have no sum
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        # the clock of the server, not of the database, so that both tell the same time
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT slot.id, slot.request_id, request.document_name, request.res_model,
                   %(kind_name)s AS kind_name, request.operation, request.chain_id, request.company_id,
                   chain_step.id AS chain_step_id, step.name AS step_name, step.kind AS step_kind,
                   slot.role_id,
                   CASE WHEN slot.is_auto OR slot.verdict = 'hand_over'
                        THEN slot.user_id
                        ELSE COALESCE(slot.decided_by_id, slot.user_id) END AS person_id,
                   slot.on_behalf_of_id, request.requester_id, unit.department_id,
                   request.submitted_at, slot.opened_at, slot.decided_at,
                   waited.hours AS waiting_hours, waited.hours AS longest_hours,
                   slot.verdict, request.state,
                   slot.state = 'open' AS is_open,
                   COALESCE(LEAST(step.due_at, request.due_at)
                            < COALESCE(slot.decided_at, %(now)s), FALSE) AS is_overdue,
                   COALESCE(slot.is_auto, FALSE) AS is_auto,
                   slot.on_behalf_of_id IS NOT NULL AS is_delegated,
                   COALESCE(slot.is_terms, FALSE) AS is_terms,
                   request.round, request.amount, request.currency_id
              FROM approval_request_slot slot
              JOIN approval_request_step step ON step.id = slot.step_id
              JOIN approval_request request ON request.id = slot.request_id
              LEFT JOIN approval_step chain_step ON chain_step.id::varchar = step.key
              %(kind)s
              %(department)s
              CROSS JOIN LATERAL (
                SELECT EXTRACT(EPOCH FROM COALESCE(slot.decided_at, %(now)s) - slot.opened_at)
                       / 3600.0 AS hours
              ) waited
             WHERE slot.opened_at IS NOT NULL
               AND (slot.state = 'open' OR slot.decided_at IS NOT NULL)
               AND slot.is_passed IS NOT TRUE
               AND NOT (request.resumed_from_id IS NOT NULL
                        AND COALESCE(slot.decided_at, %(now)s) < request.submitted_at)
            """,
            now=now,
            kind=self._sql_kind(),
            kind_name=self._sql_kind_name(),
            department=self._sql_department(),
        )
