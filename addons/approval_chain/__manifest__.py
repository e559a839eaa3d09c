{
    "name": "Approval Chain",
    "summary": "Who decides what, in which order, up to which amount, for any document of Odoo",
    "version": "19.0.1.0.0",
    "category": "Productivity",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["mail", "hr"],
    "data": [
        "security/approval_chain_security.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
        "data/approval_role_data.xml",
        "views/approval_request_views.xml",
        "views/approval_request_slot_views.xml",
        "views/approval_chain_views.xml",
        "views/approval_role_views.xml",
        "views/approval_log_views.xml",
        "views/res_config_settings_views.xml",
        "views/approval_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "approval_chain/static/src/**/*",
        ],
        "web.assets_unit_tests": [
            "approval_chain/static/tests/**/*",
        ],
    },
    "demo": [
        "demo/approval_demo.xml",
    ],
    "application": True,
    "uninstall_hook": "uninstall_hook",
}
