from odoo.tests import HttpCase, tagged

ACTIONS = ("action_advance", "action_budget", "action_fund")
READY = "document.querySelector('{selector}') !== null"
SUCCESS = "console.log('test successful')"


class ScreenCase(HttpCase):
    """Opens views of the demo company in the browser; an error of the client fails the test."""

    def open(self, action, view, selector, login):
        self.browser_js(
            f"/odoo/action-expense_approval.{action}?view_type={view}",
            SUCCESS,
            ready=READY.format(selector=selector),
            login=login,
        )


@tagged("post_install", "-at_install")
class TestMoneyAtTheDesk(ScreenCase):
    """E9-E11: what finance looks at."""

    browser_size = "1366x768"

    def test_finance_opens_lists_and_analyses(self):
        """E9-E11: lists, pivots and graphs."""
        for action in ACTIONS:
            self.open(action, "list", ".o_list_view .o_data_row", "finance")
        for action in ("action_advance_balance", "action_budget_report", "action_fund_plan"):
            self.open(action, "pivot", ".o_pivot_view td", "finance")
        self.open("action_budget_report", "graph", ".o_graph_view canvas", "finance")

    def test_claimant_opens_an_advance(self):
        """E9: the form with its panel."""
        advance = self.env.ref("expense_approval.demo_advance_partly")
        self.browser_js(
            f"/odoo/my-advances/{advance.id}",
            SUCCESS,
            ready=READY.format(selector=".o_form_view .o_field_approval_panel"),
            login="sales",
        )


@tagged("post_install", "-at_install")
class TestMoneyOnThePhone(ScreenCase):
    """E9-E11: the cards."""

    browser_size = "375x667"
    touch_enabled = True

    def test_cards_show_on_a_phone(self):
        """E9-E11: advances of the claimant, budgets and funds of finance."""
        self.open("action_advance_mine", "kanban", ".o_kanban_record", "sales")
        for action in ACTIONS:
            self.open(action, "kanban", ".o_kanban_record", "finance")
