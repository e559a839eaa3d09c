from . import sale_order_flow_demo
