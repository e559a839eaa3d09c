from . import (
    test_claim_chain,
    test_claim_doors,
    test_einvoice,
    test_invoices,
    test_standards,
)
