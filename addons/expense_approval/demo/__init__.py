from . import expense_approval_demo
