from . import (
    purchase_order,
    res_company,
    sale_delivery_notice_line,
    sale_order,
    stocking_allocation,
    stocking_request,
    stocking_request_desk,
    sale_desk,
    stocking_request_line,
    stock_picking,
    stock_warehouse,
    supply_shortage,
)
