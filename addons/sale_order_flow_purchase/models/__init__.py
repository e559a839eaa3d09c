from . import purchase_order, sale_change_request, sale_order_line
