from . import (
    test_attacks,
    test_chain_definition,
    test_doors,
    test_inbox_and_rights,
    test_log,
    test_request_lifecycle,
)
