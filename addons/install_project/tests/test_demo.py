from lxml import etree

from odoo.tests import TransactionCase, tagged

from .install_case import InstallCase


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """X5: a project in every stage, made by its people."""

    def test_a_project_stands_in_every_stage(self):
        """I1-I7, X5."""
        projects = self.env["install.project"].browse(
            self.env["ir.model.data"]
            .search([("module", "=", "install_project"), ("model", "=", "install.project")])
            .mapped("res_id")
        )
        self.assertEqual(
            set(projects.mapped("state")),
            {"waiting", "assign", "planning", "installing", "accepted", "closed"},
        )
        self.assertEqual(set(projects.acceptance_ids.mapped("state")), {"ready", "signed"})

    def test_loading_again_changes_nothing(self):
        """X1, X5."""
        before = self.env["install.project"].search_count([])
        self.env["sale.order.flow.demo"]._load_installation()
        self.assertEqual(self.env["install.project"].search_count([]), before)


@tagged("post_install", "-at_install")
class TestMenus(InstallCase):
    """F21: no entry ends in a refusal."""

    def test_an_entry_opens_for_everybody_who_sees_it(self):
        root = self.env.ref("install_project.menu_install_root")
        for user in (self.director, self.foreman, self.sales, self.assistant, self.finance):
            menus = self.as_user(self.env["ir.ui.menu"], user).load_menus(False)
            self.assertIn(root.id, menus)
            for child in menus[root.id]["children"]:
                action = self.env.ref(menus[child]["xmlid"]).sudo().action
                if not action:
                    continue
                with self.subTest(user.login, menu=menus[child]["xmlid"]):
                    records = self.as_user(self.env[action.res_model], user)
                    for view in action.view_mode.split(","):
                        views = records.get_views([(False, view), (False, "search")])
                        arch = etree.fromstring(views["views"][view]["arch"])
                        names = {node.get("name") for node in arch.iter("field")}
                        records.search([], limit=1).read([*(names & records._fields.keys())])
