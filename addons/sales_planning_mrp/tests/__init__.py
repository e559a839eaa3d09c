from . import (
    test_explosion,
    test_plan_progress,
    test_purchase_of_plan,
    test_purchase_plan,
    test_purchase_plan_demo,
    test_purchase_plan_tours,
    test_production_notice,
    test_production_schedule,
    test_schedule_demo,
    test_schedule_tours,
    test_scheduling,
)
