{
    "name": "Sales Order Flow: Projects",
    "summary": "Tasks and projects of an order are made when it may start",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["sale_order_flow", "sale_project"],
    "auto_install": True,
}
