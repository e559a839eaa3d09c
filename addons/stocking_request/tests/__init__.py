from . import (
    test_desk,
    test_paid_path_shortage,
    test_stocking_plan,
    test_stocking_rights,
    test_tours,
    test_unpaid_path,
)
