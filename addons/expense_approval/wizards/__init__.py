from . import expense_payment_wizard
