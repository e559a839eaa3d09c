from datetime import date, datetime

from odoo import models
from odoo.tools import SQL

HEAVY = ("sheet", "watched")


class ApprovalRequestLoad(models.Model):
    """Reading requests with their steps and places for a decision, in one query."""

    _inherit = "approval.request"

    def _load(self):
        """Read the requests (as superuser) with steps and places afresh, in one query.

        Their rows are locked: of two who decide on the same snapshot, the second waits here, before
        it has done anything, and is then told by PostgreSQL to start over on what the first left.
        Without the lock both would write the next entry of the log, and the second be refused for good.
        """
        Step, Slot = self.env["approval.request.step"], self.env["approval.request.slot"]
        models_read = (self, Step, Slot)
        for model in models_read:
            model.flush_model()
            model.invalidate_model(flush=False)
        if not self:
            return
        self.env.cr.execute(
            SQL(
                """
                SELECT to_jsonb(request) - %(heavy)s,
                       ARRAY(SELECT to_jsonb(step) FROM approval_request_step step
                              WHERE step.request_id = request.id
                              ORDER BY step.stage, step.sequence, step.id),
                       ARRAY(SELECT to_jsonb(slot) FROM approval_request_slot slot
                              WHERE slot.request_id = request.id
                              ORDER BY slot.opened_at, slot.id)
                  FROM approval_request request
                 WHERE request.id IN %(ids)s
                 ORDER BY request.id
                   FOR NO KEY UPDATE OF request
                """,
                heavy=list(HEAVY),
                ids=self._ids,
            ),
            # whoever was faster is no error: the call is repeated
            log_exceptions=False,
        )
        rows = self.env.cr.fetchall()
        _fill(self, [request for request, _steps, _slots in rows])
        _fill(Step, [step for _request, steps, _slots in rows for step in steps])
        _fill(Slot, [slot for _request, _steps, slots in rows for slot in slots])
        for request, steps, slots in rows:
            self.browse(request["id"])._know_lines(steps, slots)

    def _know_lines(self, steps, slots):
        """Keep which steps and places belong to the request, and which places to each step."""
        by_step = {step["id"]: [] for step in steps}
        for slot in slots:
            by_step[slot["step_id"]].append(slot["id"])
        self._fields["step_ids"]._insert_cache(self, [tuple(by_step)])
        self._fields["slot_ids"]._insert_cache(self, [tuple(slot["id"] for slot in slots)])
        step_records = self.env["approval.request.step"].browse(by_step)
        step_records._fields["slot_ids"]._insert_cache(
            step_records, [tuple(ids) for ids in by_step.values()]
        )


def _fill(model, rows):
    """Put rows read as JSON into the cache of the records, as if the ORM had fetched them."""
    records = model.browse([row["id"] for row in rows])
    for name, field in model._fields.items():
        if name != "id" and field.store and field.column_type and rows and name in rows[0]:
            field._insert_cache(records, [_cached(field, row[name]) for row in rows])


def _cached(field, value):
    if value is None:
        return None
    if field.type == "datetime":
        return datetime.fromisoformat(value)
    if field.type == "date":
        return date.fromisoformat(value)
    if field.type in ("float", "monetary"):
        return float(value)
    return value
