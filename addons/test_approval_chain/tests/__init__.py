from . import (
    test_attacks,
    test_chain_definition,
    test_doors,
    test_inbox_and_rights,
    test_log,
    test_log_export,
    test_request_lifecycle,
    test_seal,
    test_sheet,
)
