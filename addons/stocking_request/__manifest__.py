{
    "name": "Stocking Requests",
    "summary": "Stock asked for without a paid order, approved, then ordered from warehouse or purchasing",
    "version": "19.0.1.1.0",
    "category": "Supply Chain/Inventory",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["sale_order_flow", "purchase_stock"],
    "data": [
        "security/stocking_request_security.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
        "wizards/stocking_supply_views.xml",
        "views/stocking_request_views.xml",
        "views/supply_shortage_views.xml",
        "views/stock_picking_views.xml",
        "views/sale_order_views.xml",
        "views/sale_desk_views.xml",
        "views/stocking_request_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "stocking_request/static/tests/tours/**/*",
        ],
    },
    "demo": [
        "demo/stocking_request_demo.xml",
    ],
}
