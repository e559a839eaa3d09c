from . import (
    test_claim_accounting,
    test_claim_chain,
    test_claim_cost,
    test_claim_doors,
    test_advance,
    test_advance_offset,
    test_budget,
    test_claim_findings,
    test_claim_print,
    test_claim_rights,
    test_demo,
    test_tours,
)
