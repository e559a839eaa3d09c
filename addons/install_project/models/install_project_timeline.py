from odoo import api, fields, models
from odoo.exceptions import UserError


class InstallProjectStage(models.Model):
    """A stage as a bar of days (I3)."""

    _inherit = "install.project.stage"

    def action_move(self, day):
        """Begin on another day and take as long as before (I3, I4).

        :param day: ISO date it begins on
        :raise AccessError: for anybody but the person responsible and project directors
        :raise UserError: when it is done, without dates, or where it cannot be
        :return: True
        """
        self.ensure_one()
        if self.done_at:
            raise UserError(self.env._("%s is done: its days stay.", self.display_name))
        if not self._has_days():
            raise UserError(self.env._("%s: enter from when to when.", self.display_name))
        start = fields.Date.to_date(day)
        length = self.date_end - self.date_start
        return self.write({"date_start": start, "date_end": start + length})

    def _has_days(self):
        self.ensure_one()
        return bool(self.date_start and self.date_end)

    def _timeline_bar(self, today):
        return {
            "id": self.id,
            "row": self.id,
            "name": self.user_id.name or "",
            "start": fields.Date.to_string(self.date_start),
            "end": fields.Date.to_string(self.date_end),
            "done": bool(self.done_at),
            "fixed": bool(self.done_at),
            "late": not self.done_at and not self.is_duty and self.date_end < today,
        }


class InstallProject(models.Model):
    _inherit = "install.project"

    timeline = fields.Json(compute="_compute_timeline")

    @api.depends(
        "stage_ids.kind",
        "stage_ids.user_id",
        "stage_ids.date_start",
        "stage_ids.date_end",
        "stage_ids.done_at",
    )
    @api.depends_context("lang")
    def _compute_timeline(self):
        """One row a stage that has days, for the timeline."""
        labels = dict(
            self.env["install.project.stage"]._fields["kind"]._description_selection(self.env)
        )
        for project in self:
            stages = project.stage_ids.filtered(lambda stage: stage._has_days())
            today = project.company_id._approval_today()
            project.timeline = {
                "days": True,
                "rows": [{"id": stage.id, "name": labels[stage.kind]} for stage in stages],
                "bars": [stage._timeline_bar(today) for stage in stages],
            }
