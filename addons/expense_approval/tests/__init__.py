from . import (
    test_claim_chain,
    test_claim_doors,
    test_advance,
    test_advance_offset,
)
