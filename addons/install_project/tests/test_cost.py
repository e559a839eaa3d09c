from odoo.exceptions import AccessError
from odoo.tests import tagged

from .install_case import InstallCase


@tagged("post_install", "-at_install")
class TestCost(InstallCase):
    """I9: what each install project costs, and what is left of its order."""

    def test_what_is_booked_on_the_project_is_its_cost(self):
        """I9: costs of others do not count, and neither does income."""
        project = self.as_user(self.make_installing(), self.director)
        account = self.env["project.project"].browse(project.project_id.id).account_id
        other = self.env["account.analytic.account"].create(
            {"name": "Other", "plan_id": account.plan_id.id}
        )
        self.env["account.analytic.line"].create(
            [
                {"name": name, "account_id": where.id, "amount": amount}
                for name, where, amount in (
                    ("Hours", account, -60),
                    ("Fitters Ltd", account, -90),
                    ("Invoice", account, 400),
                    ("Elsewhere", other, -1000),
                )
            ]
        )
        # four pumps of 100
        self.assertEqual((project.cost, project.income, project.margin), (150, 400, 250))

    def test_costs_are_a_matter_of_director_and_finance(self):
        """I9: the crew reads the project, not the money."""
        project = self.make_installing()
        for user in (self.foreman, self.installer):
            with self.assertRaises(AccessError):
                self.as_user(project, user).read(["cost"])
        self.as_user(project, self.finance).read(["cost", "margin"])
