from . import (
    reimbursement_reason,
    reimbursement_return,
    reimbursement_return_line,
    reimbursement_sanction,
)
