# isort: off
from . import (
    mrp_production,
    product_product,
    sale_desk,
    sale_order,
    stocking_allocation,
    stocking_request,
    supply_date_change,
    supply_shortage,
    mrp_production_approval,
    mrp_production_approval_company,
    mrp_production_approval_rule,
)
