from odoo.addons.approval_chain.values import shown
from odoo.addons.test_approval_chain.tests.common import ApprovalCase

# figures: their lists are what lies behind a graph or a table
FIGURES = {"approval.statistics", "approval.request.statistics"}
# a few short columns fit
NARROW = {"approval.role", "approval.log.person"}


class TestScreens(ApprovalCase):
    def test_every_list_of_a_menu_has_cards_for_a_phone(self):
        """A13: a list of many columns is unreadable on a screen of 390 pixels."""
        menus = self.env["ir.ui.menu"].search(
            [("id", "child_of", self.env.ref("approval_chain.menu_approval_root").id)]
        )
        actions = menus.filtered(
            lambda menu: menu.action and menu.action._name == "ir.actions.act_window"
        ).mapped("action")
        actions += self.env.ref("approval_chain.action_approval_duty")
        modes = {
            action.res_model: action.view_mode.split(",")
            for action in actions
            if action.res_model.startswith("approval.")
        }
        wide = {
            model
            for model, views in modes.items()
            if "list" in views and "kanban" not in views and model not in FIGURES | NARROW
        }
        self.assertFalse(wide)
        self.assertIn("approval.duty.conflict", modes)
        for model, views in modes.items():
            if "kanban" in views:
                self.env[model].get_view(view_type="kanban")

    def test_the_sheet_shows_amounts_and_moments_as_people_read_them(self):
        """A6: thousands are separated, and nobody decides by seconds."""
        self.make_chain([("decide", "president")])
        order = self.make_order()
        order.line_ids[0].price = 12000
        order.action_approval_submit()
        request = self.as_user(self.request_of(order), self.president)
        self.assertEqual(request.sheet["lines"][0]["rows"][0], ["Pump", "2.00", "12,000.00"])
        self.assertRegex(shown(request, "submitted_at"), r"^\S+ \d+:\d\d(\s[AP]M)?$")
