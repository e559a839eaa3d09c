from . import (
    purchase_order,
    res_company,
    sale_order,
    stocking_allocation,
    stocking_request,
    stocking_request_line,
    stock_picking,
    supply_shortage,
)
