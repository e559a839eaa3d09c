from odoo.exceptions import AccessError
from odoo.tests import tagged

from .install_case import InstallCase


@tagged("post_install", "-at_install")
class TestSurvey(InstallCase):
    """I7: assistant and director ask the customer together, and both sign it."""

    def answer(self, project, score="5", user=None):
        project = self.as_user(project, user or self.assistant)
        project.write({"survey_score": score, "survey_work": "4", "survey_conduct": "3"})
        return project

    def test_both_sign_and_the_project_is_closed(self):
        """I7: the desk asks one after the other; the result stands on project and order."""
        project = self.make_accepted()
        self.assertOnDesk(
            project,
            "install_survey",
            "assistant",
            "Survey the Customer",
            [self.assistant],
            [self.director],
        )
        with self.assertRefused("enter what the customer answered"):
            self.as_user(project, self.assistant).action_sign_survey()
        mine = self.answer(project)
        mine.action_sign_survey()
        self.assertEqual(project.state, "accepted")
        with self.assertRefused("signed already"):
            mine.action_sign_survey()
        with self.assertRefused("its answers stand"):
            self.as_user(project, self.director).survey_score = "1"
        self.assertOnDesk(
            project,
            "install_survey_sign",
            "project",
            "Sign the Survey",
            [self.director],
            [self.assistant],
        )
        self.as_user(project, self.director).action_sign_survey()
        self.assertEqual(project.state, "closed")
        self.assertFalse(project.survey_case_id)
        self.assertIn("5 of 5", " ".join(project.order_id.sudo().message_ids.mapped("body")))
        self.assertFalse(project.desk_open)

    def test_an_unhappy_customer_opens_a_complaint(self):
        """I7, F19: for the order, once both have signed."""
        project = self.make_accepted()
        self.answer(project, "2", self.director).action_sign_survey()
        self.as_user(project, self.assistant).action_sign_survey()
        case = project.sudo().survey_case_id
        self.assertEqual((case.kind, case.source), ("complaint", "survey"))
        self.assertEqual(case.order_id, project.sudo().order_id)

    def test_nobody_else_surveys_and_nobody_before_the_acceptance(self):
        """I7: neither crew nor salesperson; one person is no two."""
        running = self.make_installing()
        with self.assertRefused("is “Installation”"):
            self.answer(running)
        project = self.make_accepted()
        for user in (self.sales, self.foreman):
            with self.assertRefused(exception=AccessError):
                self.answer(project, user=user)
            with self.assertRefused():
                self.as_user(project, user).action_sign_survey()
        self.env["approval.role.holder"].create(
            {
                "role_id": self.env["approval.role"]._with_code("sales_assistant").id,
                "user_id": self.director.id,
                "company_id": self.company.id,
            }
        )
        both = self.answer(project, user=self.director)
        both.action_sign_survey()
        with self.assertRefused("somebody else"):
            both.action_sign_survey()
        with self.assertRefused(exception=AccessError):
            both.survey_assistant_id = self.assistant
