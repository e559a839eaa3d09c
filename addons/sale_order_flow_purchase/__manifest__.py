{
    "name": "Sales Order Flow: Purchases for Orders",
    "summary": "Services and goods are bought for an order when it may start",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["sale_order_flow", "sale_purchase"],
    "data": [
        "views/purchase_order_views.xml",
    ],
    "auto_install": True,
}
