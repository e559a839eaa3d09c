from odoo.tests import Form, tagged

from .money_common import MoneyCase


@tagged("post_install", "-at_install")
class TestMoneyScreens(MoneyCase):
    """E9-E11: the forms as each role fills them in, with the fields that role sees."""

    def form(self, model, user, **context):
        return Form(self.as_user(self.env[model], user).with_context(**context))

    def test_claimant_asks_for_an_advance_and_offsets_it_in_a_claim(self):
        """E9: the form of the advance, then the page of the claim."""
        form = self.form("expense.advance", self.claimant)
        form.purpose, form.amount = "Deposit", 500
        form.settle_by = self.days(20)
        advance = form.save()
        self.assertEqual(advance.employee_id, self.employee_of(self.claimant))
        self.assertEqual(advance.currency_id, self.currency)
        self.approve_advance(advance)
        self.wizard(advance, "action_pay").action_create_payment()
        claim = self.make_claim(800)
        with Form(self.as_user(claim, self.claimant)) as edited:
            with edited.allocation_ids.new() as row:
                row.advance_id, row.amount = advance, 200
        self.assertEqual((claim.to_pay_amount, advance.available_amount), (600, 300))

    def test_finance_takes_the_rest_back_by_the_form(self):
        """E9: what the form proposes can be lowered."""
        advance = self.make_paid(500)
        wizard = Form(self.wizard(advance, "action_pay_back"))
        self.assertEqual((wizard.amount, wizard.partner_id), (500, self.claimant.partner_id))
        wizard.amount = 120
        wizard.save().action_create_payment()
        self.assertEqual(advance.open_amount, 380)

    def test_requester_plans_instalments(self):
        """E11: the form of the fund request."""
        form = self.form("fund.request", self.claimant)
        form.purpose, form.amount = "Machine", 300
        form.kind = "investment"
        form.partner_id = self.boss.partner_id
        for number in (1, 2):
            with form.instalment_ids.new() as row:
                row.due_date, row.amount = self.days(number), 150
        request = form.save()
        self.assertEqual((request.planned_amount, request.direction), (300, "outbound"))

    def test_keeper_enters_a_budget(self):
        """E10: the name follows what it is for."""
        keeper = self.make_user("keeper", groups="expense_approval.group_expense_manager")
        form = self.form("expense.budget", keeper)
        form.department_id = self.department
        form.product_id = self.travel
        form.date_from, form.date_to = "2026-01-01", "2026-12-31"
        form.amount = 100
        budget = form.save()
        self.assertEqual((budget.name, budget.free), ("Sales · Travel", 100))

    def test_every_view_loads_for_those_who_have_the_menu(self):
        """E9-E11: list, form, kanban, pivot, graph and search."""
        for name in (
            "action_advance_mine",
            "action_advance",
            "action_advance_balance",
            "action_budget",
            "action_budget_report",
            "action_fund_mine",
            "action_fund",
            "action_fund_instalment",
            "action_fund_plan",
        ):
            action = self.env.ref(f"expense_approval.{name}")
            views = [(False, kind) for kind in action.view_mode.split(",")] + [(False, "search")]
            for user in (self.claimant, self.manager, self.finance):
                model = self.as_user(self.env[action.res_model], user)
                loaded = model.get_views(views)["views"]
                self.assertEqual(len(loaded), len(views), name)
