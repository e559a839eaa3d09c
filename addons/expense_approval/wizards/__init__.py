from . import (
    account_payment_register,
    expense_payment_wizard,
    expense_payment_wizard_fund,
    reimbursement_reason,
    reimbursement_return,
    reimbursement_return_line,
    reimbursement_sanction,
)
