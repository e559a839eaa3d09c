import base64
from datetime import timedelta

from odoo import Command

from .planning_case import PlanningCase

FILE = base64.b64encode(b"a poster")


class MarketingCase(PlanningCase):
    """A planner and two salespeople with marketing work; the VP signs designs off.

    No chain decides on marketing work, unless a test makes one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["approval.chain"].search([("model", "=", "marketing.work")]).active = False
        cls.country = cls.env["res.country"].create({"name": "Testland", "code": "X1"})
        cls.north, cls.south = cls.env["res.country.state"].create(
            [
                {"name": name, "code": name, "country_id": cls.country.id}
                for name in ("North", "South")
            ]
        )

    def work_values(self, **values):
        return {
            "title": "Spring campaign",
            "kind": "advertising",
            "date_start": self.today,
            "date_end": self.today + timedelta(days=30),
            "goal": "Fifty leads.",
            "plan": "<p>Posters and a fair.</p>",
            "budget_ids": [
                Command.create({"kind": "media", "amount": 600}),
                Command.create({"kind": "production", "amount": 400}),
            ],
            "step_ids": [
                Command.create(
                    {
                        "name": "Book the posters",
                        "user_id": self.sales2.id,
                        "date_due": self.today + timedelta(days=5),
                    }
                )
            ],
            **values,
        }

    def make_work(self, user=None, **values):
        user = user or self.sales
        return self.as_user(self.env["marketing.work"], user).create(
            self.work_values(**{"user_id": user.id, **values})
        )

    def make_running(self, user=None, **values):
        work = self.make_work(user, **values)
        work.action_release()
        if work.kind == "survey":
            survey = self.as_user(self.env["survey.survey"], self.planner).create(
                {"title": "What do you pump?"}
            )
            self.as_user(work, self.planner).survey_id = survey
        work.action_start()
        return work

    def finish_steps(self, work):
        self.as_user(work.step_ids, self.sales2).action_done()

    def make_chain(self):
        """The sales manager, then the VP; above 5,000 the president."""
        self.env["approval.chain"].create(
            {
                "name": "Marketing",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("marketing.work"),
                "operation": "marketing",
                "step_ids": [
                    Command.create(
                        {
                            "name": name,
                            "approver": "role",
                            "role_id": self.env["approval.role"]
                            .search([("code", "=", role)], limit=1)
                            .id,
                            "sequence": sequence,
                            "domain": domain,
                        }
                    )
                    for sequence, (name, role, domain) in enumerate(
                        (
                            ("Sales manager", "sales_manager", False),
                            ("VP", "vp_marketing", False),
                            ("President", "president", "[('budget', '>', 5000)]"),
                        )
                    )
                ],
            }
        )

    def decide_work(self, work, user, verb="approve", opinion=""):
        request = self.as_user(work.sudo().approval_request_id, user)
        request.action_decide(verb, opinion)
