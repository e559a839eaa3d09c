from . import test_planned_purchase
