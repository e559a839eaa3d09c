from odoo import fields, models
from odoo.exceptions import UserError

from .install_project import ASSISTANT, DIRECTOR

SURVEY = frozenset({"survey_score", "survey_work", "survey_conduct", "survey_comment"})
SCORES = [(str(score), str(score)) for score in range(1, 6)]
LOW = 2
# partner companies read the project in the portal, but not what the customer says of their work
HOUSE = "base.group_user"


class InstallProject(models.Model):
    """How satisfied the customer is, asked by assistant and director together (I7, D9 3).

    Both sign it; with the second the project is closed. An unhappy customer opens a complaint.
    """

    _inherit = "install.project"

    survey_score = fields.Selection(
        SCORES, copy=False, string="Overall", tracking=True, groups=HOUSE
    )
    survey_work = fields.Selection(SCORES, copy=False, string="Quality of the Work", groups=HOUSE)
    survey_conduct = fields.Selection(SCORES, copy=False, string="Conduct on Site", groups=HOUSE)
    survey_comment = fields.Text(copy=False, string="What the Customer Said", groups=HOUSE)
    survey_assistant_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        string="Signed By the Assistant",
        groups=HOUSE,
    )
    survey_assistant_at = fields.Datetime(readonly=True, copy=False, groups=HOUSE)
    survey_director_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        string="Signed By the Director",
        groups=HOUSE,
    )
    survey_director_at = fields.Datetime(readonly=True, copy=False, groups=HOUSE)
    survey_case_id = fields.Many2one(
        "order.case", readonly=True, copy=False, string="Complaint", groups=HOUSE
    )

    def write(self, vals):
        if not self.env.su and not SURVEY.isdisjoint(vals):
            self._check_surveys()
        return super().write(vals)

    def _check_surveys(self):
        """Assistants and directors enter it after the acceptance, until one of them has signed."""
        self._check_state("accepted")
        for project in self:
            if not (project.may_announce or project.may_direct):
                project._flow_check_role(ASSISTANT)
            if project.survey_assistant_at or project.survey_director_at:
                raise UserError(
                    self.env._(
                        "%s: the survey was signed already, its answers stand.", project.name
                    )
                )

    def action_sign_survey(self):
        """Sign the survey as assistant or director; with the second the project is closed (I7).

        :raise AccessError: for anybody who holds neither role
        :raise UserError: before the acceptance, without answers, or when the other half is missing
        :return: True
        """
        for project in self:
            project._check_state("accepted")
            if not (project.survey_score and project.survey_work and project.survey_conduct):
                raise UserError(
                    self.env._("%s: enter what the customer answered, then sign.", project.name)
                )
            project._sign_survey_half()
            if project.survey_assistant_at and project.survey_director_at:
                project._close_survey()
        return True

    def _sign_survey_half(self):
        """One person signs one half: who holds both roles leaves the other to somebody else."""
        user = self.env.user
        if user in self.survey_assistant_id | self.survey_director_id:
            raise UserError(
                self.env._(
                    "%s: you have signed already. The other half is signed by somebody else.",
                    self.name,
                )
            )
        half = "director" if self.may_direct and not self.survey_director_at else "assistant"
        if half == "assistant" and (self.survey_assistant_at or not self.may_announce):
            self._flow_check_role(DIRECTOR if self.survey_assistant_at else ASSISTANT)
        self._stamp({f"survey_{half}_id": user.id, f"survey_{half}_at": fields.Datetime.now()})

    def _close_survey(self):
        values = {"state": "closed"}
        if int(self.survey_score) <= LOW:
            values["survey_case_id"] = self._open_complaint().id
        self._stamp(values)
        self._tell(
            self._crew() | self._house(),
            self.env._("Satisfaction of the customer: %s of 5.", self.survey_score),
        )
        self.sudo().order_id.message_post(
            body=self.env._(
                "%(project)s: satisfaction of the customer %(score)s of 5. %(comment)s",
                project=self.name,
                score=self.survey_score,
                comment=self.survey_comment or "",
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _open_complaint(self):
        project = self.sudo()
        return self.env["order.case"]._open_case(
            {
                "kind": "complaint",
                "source": "survey",
                "subject": self.env._("Not satisfied: %s", project.name),
                "description": project.survey_comment
                or self.env._("The customer left no comment."),
                "company_id": project.company_id.id,
                "partner_id": project.partner_id.commercial_partner_id.id,
                "order_id": project.order_id.id,
                "priority": "1",
            }
        )
