from datetime import date

from odoo import Command

from .planning_case import PlanningCase


class PlanCase(PlanningCase):
    """A company with a team of two salespeople; no chain asks about plans, unless a test makes one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["approval.chain"].search([("model", "=", "sales.plan")]).active = False
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        # a year that the demo company has not planned
        cls.year = cls.today.year + 3
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Key Accounts",
                "company_id": cls.company.id,
                "member_ids": [Command.set((cls.sales | cls.sales2).ids)],
            }
        )

    def make_plan(self, user=None, **values):
        """A plan of next year, made by the planner."""
        plans = self.as_user(self.env["sales.plan"], user or self.planner)
        return plans.create({"year": self.year, **values})

    def divide(self, plan, parent, dimension, values):
        """The rows made below ``parent``, in the order of ``values``, and the row of all others."""
        plan.plan_grid_add(parent.id, dimension, values.ids)
        rows = parent.child_ids.sorted("sequence")
        return [
            *(rows.filtered(lambda row, value=value: row._value() == value) for value in values),
            rows.filtered("is_rest"),
        ]

    def enter(self, plan, row, amounts, quantity=None):
        """Type the amounts of months: ``{month number: amount}``."""
        return plan.plan_grid_save(
            [
                {
                    "target_id": row.id,
                    "month": f"{plan.year}-{month:02d}-01",
                    "amount": amount,
                    **({} if quantity is None else {"quantity": quantity}),
                }
                for month, amount in amounts.items()
            ]
        )

    def amounts(self, row):
        """``{month number: amount}`` of a row."""
        amounts = {cell.month.month: cell.amount for cell in row.cell_ids}
        return {month: amounts.get(month, 0) for month in range(1, 13)}

    def make_plan_in_force(self, amounts=None):
        """A plan by team and person: 100 in January and February by default."""
        amounts = amounts or {1: 100, 2: 100}
        plan = self.make_plan()
        root = plan.target_ids
        team, others = self.divide(plan, root, "team", self.team)
        mine, other, rest = self.divide(plan, team, "person", self.sales | self.sales2)
        for row in (root, team):
            self.enter(plan, row, amounts)
        self.enter(plan, mine, {month: amount * 0.6 for month, amount in amounts.items()})
        self.enter(plan, other, {month: amount * 0.4 for month, amount in amounts.items()})
        plan.action_approve()
        return plan

    def month(self, number):
        return date(self.year, number, 1)
