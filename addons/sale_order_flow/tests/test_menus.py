from lxml import etree

from odoo.tests import tagged

from .order_flow_case import OrderFlowCase

ROOT = "sale_order_flow.menu_order_flow_root"


@tagged("post_install", "-at_install")
class TestMenus(OrderFlowCase):
    """F11, F21: few headings, and under them what a role can use."""

    def menus_of(self, user):
        """``{heading: xml ids of the entries below}`` of the order flow, as the web client gets them."""
        menus = self.as_user(self.env["ir.ui.menu"], user).load_menus(False)
        root = menus[self.env.ref(ROOT).id]

        def leaves(menu_id):
            menu = menus[menu_id]
            below = [leaf for child in menu["children"] for leaf in leaves(child)]
            return below or [menu["xmlid"]]

        return {menus[child]["xmlid"]: leaves(child) for child in root["children"]}

    def test_every_role_finds_few_headings(self):
        """F11: ten at most, whatever the role: they fit a small screen in Chinese."""
        for user in (
            self.env.ref("base.user_admin"),
            self.assistant,
            self.finance,
            self.sales,
            self.warehouse,
            self.purchasing,
            self.president,
        ):
            with self.subTest(user.login):
                headings = self.menus_of(user)
                self.assertLessEqual(len(headings), 10)
                self.assertEqual(next(iter(headings)), "sale_order_flow.menu_desk")

    def test_an_entry_opens_for_everybody_who_sees_it(self):
        """F21: no entry ends in a refusal."""
        for login in (
            "assistant",
            "finance",
            "sales",
            "warehouse",
            "purchasing",
            "president",
            "vp",
        ):
            user = getattr(self, login)
            for xmlid in [leaf for leaves in self.menus_of(user).values() for leaf in leaves]:
                with self.subTest(login, menu=xmlid):
                    action = self.env.ref(xmlid).sudo().action
                    if action._name == "ir.actions.client":
                        continue  # no records: its own tests open it
                    records = self.as_user(self.env[action.res_model], user)
                    view = action.view_mode.split(",")[0]
                    views = records.get_views([(False, view), (False, "search")])
                    arch = etree.fromstring(views["views"][view]["arch"])
                    names = {node.get("name") for node in arch.iter("field")}
                    names &= records._fields.keys()
                    records.search([], limit=1).read([*names])

    def test_what_a_role_does_not_use_is_not_shown(self):
        """F21: papers and customers are no matter of the warehouse, settings of administrators."""
        warehouse = self.menus_of(self.warehouse)
        for heading in ("menu_documents", "menu_customers", "menu_order_flow_configuration"):
            self.assertNotIn(f"sale_order_flow.{heading}", warehouse)
        self.assertIn(
            "sale_order_flow.menu_delivery_notices", warehouse["sale_order_flow.menu_orders"]
        )
        self.assertNotIn(
            "sale_order_flow.menu_order_flow_configuration", self.menus_of(self.assistant)
        )
        self.assertNotIn(
            "sale_order_flow.menu_contract_archive",
            self.menus_of(self.sales)["sale_order_flow.menu_documents"],
        )
        assistant = self.menus_of(self.assistant)["sale_order_flow.menu_documents"]
        self.assertEqual(
            assistant,
            [
                "sale_order_flow.menu_contract",
                "sale_order_flow.menu_contract_archive",
                "sale_order_flow.menu_confirmation_letter",
                "sale_order_flow.menu_tax_invoices",
            ],
        )
