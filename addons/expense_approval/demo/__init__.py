from . import expense_approval_demo, expense_money_demo
