from lxml import etree

from odoo.tests import TransactionCase, tagged

from .planning_case import PlanningCase


@tagged("post_install", "-at_install")
class TestMarketingDemo(TransactionCase):
    """X5: marketing work in every state, made by its people."""

    def test_work_stands_in_every_state(self):
        """P8, P9, X5."""
        works = self.env["marketing.work"].browse(
            self.env["ir.model.data"]
            .search([("module", "=", "sales_planning"), ("model", "=", "marketing.work")])
            .mapped("res_id")
        )
        self.assertEqual(
            set(works.mapped("state")), {"draft", "approved", "running", "done", "cancelled"}
        )
        self.assertEqual(set(works.mapped("kind")), {"network", "survey", "advertising"})
        self.assertIn("pending", works.mapped("approval_state"))
        self.assertEqual(
            set(works.candidate_ids.mapped("state")),
            {"contacted", "visited", "assessed", "agreed", "refused"},
        )
        reported = self.env["development.report"].search([("actual", ">", 0)])
        self.assertLessEqual(
            {"lead", "visit", "demo", "negotiation", "customer"}, set(reported.mapped("kind"))
        )

    def test_loading_again_changes_nothing(self):
        """X1, X5."""
        models = ("marketing.work", "development.goal", "crm.lead")
        before = [self.env[model].search_count([]) for model in models]
        self.env["sale.order.flow.demo"]._load_marketing()
        self.assertEqual([self.env[model].search_count([]) for model in models], before)


@tagged("post_install", "-at_install")
class TestMarketingMenus(PlanningCase):
    """F21: no entry ends in a refusal."""

    def test_an_entry_opens_for_everybody_who_sees_it(self):
        """P8, P9: with every view of it, and every field of every view."""
        rooms = {
            self.env.ref(f"sales_planning.menu_planning_{room}").id
            for room in ("marketing", "reporting")
        }
        for user in (self.planner, self.sales, self.salesmgr, self.vp):
            menus = self.as_user(self.env["ir.ui.menu"], user).load_menus(False)
            shown = [child for room in rooms for child in menus[room]["children"]]
            self.assertGreaterEqual(len(shown), 7)
            for child in shown:
                action = self.env.ref(menus[child]["xmlid"]).sudo().action
                with self.subTest(user.login, menu=menus[child]["xmlid"]):
                    records = self.as_user(self.env[action.res_model], user)
                    for view in action.view_mode.split(","):
                        views = records.get_views([(False, view), (False, "search")])
                        arch = etree.fromstring(views["views"][view]["arch"])
                        names = {node.get("name") for node in arch.iter("field")}
                        records.search([], limit=1).read([*(names & records._fields.keys())])
