from datetime import datetime, time, timedelta

from odoo import api, fields, models


class InstallProjectStage(models.Model):
    """Whether whoever does a stage is booked elsewhere or away at the same time (I2, I3)."""

    _inherit = "install.project.stage"

    conflict = fields.Char(
        compute="_compute_conflict",
        string="Also Booked",
        help="Stages of other install projects and absences of the same person in these days.",
    )

    @api.depends("user_id", "date_start", "date_end", "project_id.state")
    def _compute_conflict(self):
        planned = self.filtered(lambda stage: stage._is_booked())
        others = planned._stages_meanwhile().grouped("user_id")
        absences = planned._absences_meanwhile()
        for stage in self:
            stage.conflict = False
            if stage in planned:
                booked = others.get(stage.user_id, stage.browse())
                found = [
                    *booked.filtered(stage._overlaps).mapped("display_name"),
                    *stage._days_away(absences.get(stage.user_id, [])),
                ]
                stage.conflict = ", ".join(found)

    def _is_booked(self):
        """Whether somebody works on it on certain days; duties run beside the work."""
        self.ensure_one()
        return bool(
            self.user_id
            and self.date_start
            and self.date_end
            and self.kind not in ("support", "supervise")
            and self.project_id.state in ("assign", "planning", "installing")
        )

    def _stages_meanwhile(self):
        """Stages of other projects under way of these people, as superuser."""
        if not self:
            return self.sudo()
        found = self.sudo().search(
            [
                ("user_id", "in", self.user_id.ids),
                ("is_duty", "=", False),
                ("done_at", "=", False),
                ("project_id.state", "in", ("assign", "planning", "installing")),
                ("date_start", "<=", max(self.mapped("date_end"))),
                ("date_end", ">=", min(self.mapped("date_start"))),
            ]
        )
        return found

    def _overlaps(self, other):
        """Whether another project has the same person on one of these days."""
        return (
            other.project_id != self.project_id._origin
            and other.date_start <= self.date_end
            and other.date_end >= self.date_start
        )

    def _absences_meanwhile(self):
        """``{user: [(first day, last day)]}`` of leaves entered for these people."""
        absences = {}
        if not self:
            return absences
        # sudo: that somebody is away is told, not why
        leaves = self.env["resource.calendar.leaves"].sudo()
        first = datetime.combine(min(self.mapped("date_start")), time.min) - timedelta(days=1)
        last = datetime.combine(max(self.mapped("date_end")), time.max) + timedelta(days=1)
        for leave in leaves.search(
            [
                ("resource_id.user_id", "in", self.user_id.ids),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ]
        ):
            company = leave.company_id or leave.resource_id.company_id
            days = tuple(
                company._approval_local(moment).date()
                for moment in (leave.date_from, leave.date_to)
            )
            absences.setdefault(leave.resource_id.user_id, []).append(days)
        return absences

    def _days_away(self, absences):
        return [
            self.env._("away from %(first)s to %(last)s", first=first, last=last)
            for first, last in absences
            if first <= self.date_end and last >= self.date_start
        ]
