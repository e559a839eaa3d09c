from . import sale_order_line, shipping_arrangement
