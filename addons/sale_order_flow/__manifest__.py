{
    "name": "Sales Order Flow",
    "summary": "Orders reviewed and specially approved, deliveries released only when they may be, "
    "every order gathered on the assistant's desk",
    "version": "19.0.1.1.0",
    "category": "Sales/Sales",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["approval_chain", "sale", "sale_stock", "stock", "account"],
    "data": [
        "security/sale_order_flow_security.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
        "views/sale_payment_allocation_views.xml",
        "views/sale_delivery_application_views.xml",
        "views/sale_delivery_notice_views.xml",
        "views/sale_order_stage_entry_views.xml",
        "views/sale_order_promise_views.xml",
        "views/sale_order_line_views.xml",
        "views/sale_order_views.xml",
        "wizards/order_desk_handover_views.xml",
        "wizards/sale_order_promise_wizard_views.xml",
        "views/sale_desk_views.xml",
        "views/stock_picking_views.xml",
        "views/account_payment_views.xml",
        "views/sale_portal_templates.xml",
        "views/res_config_settings_views.xml",
        "views/sale_order_flow_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "sale_order_flow/static/src/**/*",
        ],
        "web.assets_tests": [
            "sale_order_flow/static/tests/tours/**/*",
        ],
    },
    "demo": [
        "demo/sale_order_flow_demo.xml",
        "demo/approval_chain_demo.xml",
    ],
    "application": True,
}
