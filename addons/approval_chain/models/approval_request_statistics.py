from odoo import fields, models
from odoo.tools import SQL

from .approval_request import STATES


class ApprovalRequestStatistics(models.Model):
    """How long requests take, from submission to decision and to execution: one row each (A14).

    Hours are those of the clock; those of a request that is not decided, or not executed, are empty
    and count in no average. An emergency release waits for nobody: its hours are empty as well.
    """

    _name = "approval.request.statistics"
    _inherit = ["approval.statistics.mixin"]
    _description = "Approval Cycle Times"
    _auto = False
    _order = "submitted_at desc, id desc"
    _rec_name = "document_name"
    _depends = {
        "approval.request": ["res_model", "operation", "chain_id", "company_id", "requester_id",
                             "state", "round", "amount", "currency_id", "submitted_at", "decided_at",
                             "executed_at", "closed_at", "document_name", "is_emergency",
                             "after_of_id", "due_at", "is_auto"],
        "approval.request.slot": ["request_id", "verdict"],
        "hr.employee": ["user_id", "company_id", "current_version_id"],
        "hr.version": ["department_id"],
    }  # fmt: skip

    requester_id = fields.Many2one("res.users", readonly=True)
    department_id = fields.Many2one(
        "hr.department", string="Department of the Requester", readonly=True
    )
    state = fields.Selection(STATES, readonly=True)
    submitted_at = fields.Datetime(readonly=True)
    decided_at = fields.Datetime(readonly=True)
    executed_at = fields.Datetime(readonly=True)
    decision_hours = fields.Float(
        string="Average Hours to the Decision", aggregator="avg", readonly=True
    )
    longest_decision_hours = fields.Float(
        string="Longest Hours to the Decision", aggregator="max", readonly=True
    )
    execution_hours = fields.Float(
        string="Average Hours to the Execution", aggregator="avg", readonly=True
    )
    round = fields.Integer(string="Rounds", aggregator="max", readonly=True)
    returned_count = fields.Integer(string="Times Returned", readonly=True)
    refused_count = fields.Integer(string="Refused", readonly=True)
    executed_count = fields.Integer(string="Executed", readonly=True)
    is_emergency = fields.Boolean(string="Emergency Release", readonly=True)
    is_auto = fields.Boolean(string="Closed by a Time Limit", readonly=True)
    is_overdue = fields.Boolean(string="Overdue", readonly=True)
    # amounts of several currencies have no sum
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT request.id, request.id AS request_id, request.document_name, request.res_model,
                   %(kind_name)s AS kind_name, request.operation, request.chain_id, request.company_id,
                   request.requester_id, unit.department_id, request.state, request.submitted_at,
                   decision.at AS decided_at, request.executed_at,
                   decision.hours AS decision_hours, decision.hours AS longest_decision_hours,
                   CASE WHEN first.it THEN NULL ELSE
                        EXTRACT(EPOCH FROM request.executed_at - request.submitted_at) / 3600.0
                   END AS execution_hours,
                   request.round,
                   (SELECT COUNT(*) FROM approval_request_slot slot
                     WHERE slot.request_id = request.id AND slot.verdict = 'return')
                   AS returned_count,
                   (request.state = 'refused')::int AS refused_count,
                   (request.state = 'executed')::int AS executed_count,
                   COALESCE(request.is_emergency, FALSE) AS is_emergency,
                   COALESCE(request.is_auto, FALSE) AS is_auto,
                   COALESCE(request.due_at < COALESCE(decision.at, %(now)s), FALSE) AS is_overdue,
                   request.amount, request.currency_id
              FROM approval_request request
              CROSS JOIN LATERAL (
                SELECT COALESCE(request.is_emergency AND request.after_of_id IS NULL, FALSE) AS it
              ) first
              CROSS JOIN LATERAL (
                SELECT COALESCE(request.decided_at,
                                CASE WHEN request.state IN ('refused', 'returned')
                                     THEN request.closed_at END) AS at
              ) decided
              CROSS JOIN LATERAL (
                SELECT decided.at,
                       CASE WHEN first.it THEN NULL ELSE
                            EXTRACT(EPOCH FROM decided.at - request.submitted_at) / 3600.0
                       END AS hours
              ) decision
              %(kind)s
              %(department)s
            """,
            now=fields.Datetime.now(),
            kind=self._sql_kind(),
            kind_name=self._sql_kind_name(),
            department=self._sql_department(),
        )
