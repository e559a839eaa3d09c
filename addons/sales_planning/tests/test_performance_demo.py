from lxml import etree

from odoo.tests import TransactionCase, tagged

from .performance_case import PerformanceCase


@tagged("post_install", "-at_install")
class TestPerformanceDemo(TransactionCase):
    """X5: a review and an improvement action in every state, made by their people."""

    def records(self, model):
        rows = self.env["ir.model.data"].search(
            [("module", "=", "sales_planning"), ("model", "=", model)]
        )
        return self.env[model].browse(rows.mapped("res_id"))

    def test_one_stands_in_every_state(self):
        """P7, P11, X5."""
        reviews = self.records("performance.review")
        self.assertEqual(
            set(reviews.mapped("state")),
            {"draft", "self", "manager", "submitted", "approved", "cancelled"},
        )
        approved = reviews.filtered(lambda review: review.state == "approved")
        self.assertTrue(approved.commission_line_ids)
        actions = self.records("improvement.action")
        self.assertEqual(set(actions.mapped("state")), {"open", "progress", "done", "cancelled"})
        self.assertEqual(set(actions.mapped("effective")), {"yes", "no", False})

    def test_loading_again_changes_nothing(self):
        """X1, X5."""
        before = self.env["performance.review"].search_count([])
        self.env["sale.order.flow.demo"]._load_performance()
        self.assertEqual(self.env["performance.review"].search_count([]), before)


@tagged("post_install", "-at_install")
class TestPerformanceMenus(PerformanceCase):
    """F21: no entry ends in a refusal."""

    def test_an_entry_opens_for_everybody_who_sees_it(self):
        names = (
            "performance_review",
            "commission_line",
            "improvement_action",
            "performance_review_line",
        )
        self.pay(self.make_invoice(self.make_sale(100)), 100)
        self.make_approved(self.make_review())
        for user in (self.sales, self.salesmgr, self.planner, self.vp):
            for name in (*names, "performance_scheme"):
                menu = self.env.ref(f"sales_planning.menu_{name}")
                if menu.id not in self.as_user(self.env["ir.ui.menu"], user)._visible_menu_ids():
                    continue
                action = menu.sudo().action
                with self.subTest(user.login, menu=name):
                    records = self.as_user(self.env[action.res_model], user)
                    for view in action.view_mode.split(","):
                        views = records.get_views([(False, view), (False, "search")])
                        arch = etree.fromstring(views["views"][view]["arch"])
                        shown = {node.get("name") for node in arch.iter("field")}
                        records.search([], limit=1).read([*(shown & records._fields.keys())])
