from . import test_delivery_costs
from . import test_shipping_tracking
from . import test_warehouse_access
