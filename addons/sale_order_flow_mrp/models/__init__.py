from . import (
    mrp_production,
    mrp_workorder,
    sale_change_request,
    sale_desk,
    sale_order,
    sale_order_line,
)
