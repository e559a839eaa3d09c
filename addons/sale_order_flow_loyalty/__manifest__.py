{
    "name": "Sales Order Flow: Promotions",
    "summary": "Rewards of approved promotions need no special approval",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["sale_order_flow", "sale_loyalty"],
    "data": [
        "views/loyalty_program_views.xml",
    ],
    "auto_install": True,
}
