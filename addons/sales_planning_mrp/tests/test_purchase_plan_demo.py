from lxml import etree

from odoo.tests import TransactionCase, tagged

from .purchase_plan_case import PurchasePlanCase


@tagged("post_install", "-at_install")
class TestPurchasePlanDemo(TransactionCase):
    """X5: plans and exceptions in every state, made by their people."""

    def named(self, model):
        data = self.env["ir.model.data"].search(
            [("module", "=", "sales_planning_mrp"), ("model", "=", model)]
        )
        return self.env[model].browse(data.mapped("res_id"))

    def test_a_plan_stands_in_every_stage(self):
        """P5, X5."""
        self.assertEqual(
            set(self.named("purchase.plan").mapped("stage")),
            {"draft", "calculated", "review", "approved", "handed", "done", "cancelled"},
        )

    def test_exceptions_were_found_told_and_handled(self):
        """P6, X5: the late motors put a promise in danger."""
        company = self.env.ref("approval_chain.demo_company")
        exceptions = self.env["plan.exception"].search([("company_id", "=", company.id)])
        motor = self.env.ref("sales_planning_mrp.demo_product_motor")
        late = exceptions.filtered(lambda one: one.kind == "purchase" and one.product_id == motor)
        self.assertTrue(late)
        self.assertTrue(all(late.mapped("in_danger")))
        self.assertEqual(set(self.named("plan.exception").mapped("state")), {"open", "handled"})

    def test_loading_again_changes_nothing(self):
        """X1, X5."""
        before = self.env["purchase.plan"].search_count([])
        self.env["sale.order.flow.demo"]._load_purchase_plans()
        self.assertEqual(self.env["purchase.plan"].search_count([]), before)


@tagged("post_install", "-at_install")
class TestPurchasePlanMenus(PurchasePlanCase):
    """F21: no entry ends in a refusal."""

    def test_an_entry_opens_for_everybody_who_sees_it(self):
        """P5, P6: with every view, for those who plan, decide and order."""
        entries = ("purchase_plan", "purchase_plan_line", "plan_progress", "plan_exception")
        for user in (self.dispatch, self.statistics, self.vp_production):
            menus = self.as_user(self.env["ir.ui.menu"], user).load_menus(False)
            for entry in entries:
                menu = self.env.ref(f"sales_planning_mrp.menu_{entry}")
                self.assertIn(menu.id, menus)
                with self.subTest(user.login, menu=entry):
                    self.read_all(user, menu.sudo().action)
        menu = self.env.ref("sales_planning_mrp.menu_purchase_plan_line_purchase")
        self.assertIn(menu.id, self.as_user(self.env["ir.ui.menu"], self.buyer).load_menus(False))
        self.read_all(self.buyer, menu.sudo().action)

    def read_all(self, user, action):
        records = self.as_user(self.env[action.res_model], user)
        for view in action.view_mode.split(","):
            views = records.get_views([(False, view), (False, "search")])
            arch = etree.fromstring(views["views"][view]["arch"])
            names = {node.get("name") for node in arch.iter("field")}
            records.search([], limit=3).read([*(names & records._fields.keys())])
