from . import expense_application, hr_expense, reimbursement_claim
