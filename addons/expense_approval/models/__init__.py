from . import (
    expense_stamped,
    expense_document,
    expense_finding,
    expense_application,
    expense_application_line,
    reimbursement_claim,
    hr_expense,
    approval_step,
    res_company,
    res_config_settings,
)
