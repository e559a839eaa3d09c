from odoo import api, fields, models
from odoo.tools import is_html_empty


class MarketingWork(models.Model):
    """Market survey: questionnaire, invitations, answers counted, findings (P8)."""

    _inherit = "marketing.work"

    survey_id = fields.Many2one(
        "survey.survey",
        string="Questionnaire",
        copy=False,
        index="btree_not_null",
        groups="survey.group_survey_user",
    )
    invited_count = fields.Integer(compute="_compute_answers", string="Invited")
    answered_count = fields.Integer(compute="_compute_answers", string="Answered")
    findings = fields.Html(copy=False, help="What the answers say: the report of the survey.")

    @api.depends("survey_id")
    def _compute_answers(self):
        # sudo: the numbers alone, for everybody who works on it
        answers = self.env["survey.user_input"].sudo()
        counts = {}
        # of a form's questionnaire nothing is told before it is stored
        if surveys := self._origin.sudo().survey_id:
            groups = answers._read_group(
                [("survey_id", "in", surveys.ids), ("test_entry", "=", False)],
                ["survey_id", "state"],
                ["__count"],
            )
            for survey, state, number in groups:
                counts.setdefault(survey.id, {})[state] = number
        for work in self:
            states = counts.get(work._origin.sudo().survey_id.id, {})
            work.invited_count = sum(states.values())
            work.answered_count = states.get("done", 0)

    def action_invite(self):
        """Write to those who are to answer.

        :return: the dialog of Odoo's surveys
        """
        self.ensure_one()
        self._check_leads()
        self._check_state("running")
        return self.survey_id.action_send_survey()

    def action_view_answers(self):
        """Open the answers."""
        action = self.env["ir.actions.actions"]._for_xml_id("survey.action_survey_user_input")
        return {
            **action,
            "domain": [("survey_id", "in", self.survey_id.ids), ("test_entry", "=", False)],
            "context": {"create": False},
        }

    def _result_problems(self):
        problems = super()._result_problems()
        if self.kind == "survey" and is_html_empty(self.findings):
            problems.append(self.env._("%s: enter the Findings of the survey.", self.display_name))
        return problems
