from . import reimbursement_claim_report
