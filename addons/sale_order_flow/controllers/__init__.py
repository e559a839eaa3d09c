from . import (
    portal,
    signed_document,
    portal_contract,
    portal_letter,
    portal_case,
    rating,
    portal_receipt,
)
