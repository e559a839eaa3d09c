from . import (
    expense_payment_wizard,
    reimbursement_reason,
    reimbursement_return,
    reimbursement_return_line,
    reimbursement_sanction,
)
