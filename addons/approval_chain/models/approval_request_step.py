from odoo import api, fields, models

from .approval_step import KINDS, MODES


class ApprovalRequestStep(models.Model):
    """One step of a request, frozen from the chain at submission."""

    _name = "approval.request.step"
    _description = "Approval Request Step"
    _inherit = ["approval.engine.record"]
    _order = "request_id, sequence, id"

    request_id = fields.Many2one("approval.request", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True)
    sequence = fields.Integer()
    kind = fields.Selection(KINDS, required=True)
    mode = fields.Selection(MODES, required=True)
    state = fields.Selection(
        [
            ("waiting", "To Come"),
            ("open", "Open"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("closed", "Closed"),
        ],
        required=True,
        default="waiting",
    )
    opened_at = fields.Datetime()
    closed_at = fields.Datetime()
    slot_ids = fields.One2many("approval.request.slot", "step_id")

    def _open(self):
        now = fields.Datetime.now()
        self._engine_write({"state": "open", "opened_at": now})
        if self.mode == "all":
            self.slot_ids.filtered(lambda slot: not slot.user_id)._ask_each_holder()
            self.invalidate_recordset(["slot_ids"])
        self.slot_ids._engine_write({"state": "open", "opened_at": now})

    def _after_answer(self):
        """Close the step when it has been answered enough, and go on.

        :return: whether the step is done
        """
        self.ensure_one()
        open_slots = self.slot_ids.filtered(lambda slot: slot.state == "open")
        if self.mode == "all" and open_slots:
            return False
        open_slots._engine_write({"state": "closed"})
        self._engine_write({"state": "done", "closed_at": fields.Datetime.now()})
        return True

    def _close_open(self):
        """What is not done any more once the request is closed."""
        unfinished = self.filtered(lambda step: step.state in ("waiting", "open"))
        unfinished.slot_ids.filtered(lambda slot: slot.state in ("waiting", "open"))._engine_write(
            {"state": "closed"}
        )
        unfinished._engine_write({"state": "closed", "closed_at": fields.Datetime.now()})

    def _panel(self, with_opinions):
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "mode": self.mode,
            "state": self.state,
            "opened_at": fields.Datetime.to_string(self.opened_at) or False,
            "closed_at": fields.Datetime.to_string(self.closed_at) or False,
            "slots": [slot._panel(with_opinions) for slot in self.slot_ids],
        }

    @api.depends("name", "request_id.name")
    def _compute_display_name(self):
        for step in self:
            step.display_name = f"{step.request_id.name} · {step.name}"
