from . import (
    test_claim_accounting,
    test_claim_chain,
    test_claim_cost,
    test_claim_doors,
    test_einvoice,
    test_invoices,
    test_standards,
    test_claim_findings,
    test_claim_print,
    test_claim_rights,
    test_demo,
    test_tours,
)
