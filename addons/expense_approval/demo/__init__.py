from . import expense_approval_demo, expense_standard_demo, expense_money_demo
