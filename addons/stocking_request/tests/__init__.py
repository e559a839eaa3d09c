from . import (
    test_allocation_race,
    test_cancel,
    test_dates,
    test_demo_states,
    test_desk,
    test_incoming_inspection,
    test_stock_position,
    test_held_goods,
    test_held_stock,
    test_import,
    test_import_template,
    test_paid_path_shortage,
    test_plan_tours,
    test_request,
    test_routing,
    test_stocking_plan,
    test_stocking_rights,
    test_supply,
    test_tours,
    test_unpaid_path,
)
from . import test_purchase_request
from . import test_purchase_races
from . import test_purchase_review
from . import test_supply_desk
from . import test_purchase_attacks
from . import test_stock_review
from . import test_purchase_tours
