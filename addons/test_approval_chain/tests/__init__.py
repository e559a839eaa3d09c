from . import (
    test_attacks,
    test_chain_definition,
    test_decision_card,
    test_delegation,
    test_doors,
    test_inbox_and_rights,
    test_limits,
    test_log,
    test_panel,
    test_people,
    test_request_lifecycle,
    test_ui_tours,
)
