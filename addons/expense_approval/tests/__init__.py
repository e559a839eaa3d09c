from . import test_claim_chain
