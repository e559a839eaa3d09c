{
    "name": "Sales Order Flow: Production",
    "summary": "Productions begin when their orders may start; kits leave in the share that was noticed",
    "version": "19.0.1.1.0",
    "category": "Sales/Sales",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["sale_order_flow", "sale_mrp"],
    "data": [
        "views/mrp_production_views.xml",
    ],
    "auto_install": True,
}
