from . import (
    test_claim_accounting,
    test_claim_chain,
    test_claim_doors,
)
