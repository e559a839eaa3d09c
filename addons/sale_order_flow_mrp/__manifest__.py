{
    "name": "Sales Order Flow: Kits",
    "summary": "The components of a kit leave in the share that was noticed",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["sale_order_flow", "sale_mrp"],
    "auto_install": True,
}
