{
    "name": "Sales Order Flow: Delivery Costs",
    "summary": "Delivery costs are compared with what the delivery method costs",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["sale_order_flow", "stock_delivery"],
    "data": ["security/ir.model.access.csv"],
    "auto_install": True,
}
