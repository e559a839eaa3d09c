from odoo.exceptions import AccessError
from odoo.tests import tagged

from .install_case import InstallCase


@tagged("post_install", "-at_install")
class TestRights(InstallCase):
    """Director, crew, salesperson, assistant and others: each sees and does only theirs."""

    def test_each_reads_only_theirs(self):
        """I2, I5: an outsider reads nothing, by search or by id."""
        project = self.make_installing()
        entry = self.as_user(self.env["install.site.log"], self.installer).create(
            {"project_id": project.id, "work": "Base."}
        )
        acceptance = self.prepare(project)
        records = [project, entry, acceptance, acceptance.line_ids, project.stage_ids]
        for user in (self.director, self.foreman, self.installer, self.sales, self.assistant):
            for record in records:
                with self.subTest(user.login, model=record._name):
                    self.as_user(record, user).check_access("read")
        for user in (self.outsider, self.sales2):
            for record in records:
                with self.subTest(user.login, model=record._name):
                    mine = self.as_user(record, user)
                    self.assertFalse(mine.search([("id", "in", record.ids)]))
                    with self.assertRaises(AccessError):
                        mine.check_access("read")

    def test_another_company_reads_nothing(self):
        """X3: neither does its director."""
        project = self.make_installing()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.director.company_ids |= company
        there = project.with_user(self.director).with_context(allowed_company_ids=company.ids)
        self.assertFalse(there.search([("id", "=", project.id)]))

    def test_stamped_values_are_entered_by_nobody(self):
        """I1, I6: by no button less door: write and create, with any rights."""
        project = self.make_installing()
        acceptance = self.prepare(project)
        admin = self.env.ref("base.user_admin")
        for record, values in (
            (project, {"state": "accepted"}),
            (project, {"accepted_on": self.today}),
            (project, {"survey_director_id": self.director.id}),
            (acceptance, {"state": "signed"}),
            (acceptance, {"document": b""}),
            (project.stage_ids[0], {"done_by_id": self.director.id}),
        ):
            for user in (self.director, admin):
                with self.subTest(user.login, values=values):
                    with self.assertRefused(exception=AccessError):
                        record.with_user(user).write(values)
                    with self.assertRefused(exception=AccessError):
                        record.sudo().write(values)

    def test_a_list_costs_the_same_however_long_it_is(self):
        """DESIGN 19: no query for each project."""
        projects = self.project_of(self.make_shipped())
        fields = list(
            self.as_user(projects, self.director).get_views([(False, "list")])["models"][
                "install.project"
            ]["fields"]
        )
        fields = [name for name in fields if projects._fields[name].type != "one2many"]

        def cost(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.as_user(records, self.director).read(fields)
            return self.env.cr.sql_log_count - before

        cost(projects)
        one = cost(projects)
        for _number in range(3):
            projects |= self.project_of(self.make_shipped())
        self.assertLessEqual(cost(projects), one + 2)
