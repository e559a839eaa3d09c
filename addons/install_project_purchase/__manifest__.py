{
    "name": "Installation: Purchase from Partner Companies",
    "summary": "Work of partner companies is asked for and ordered from the install project",
    "version": "19.0.1.0.0",
    "category": "Services/Project",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["install_project", "purchase"],
    "data": [
        "views/install_project_views.xml",
        "views/purchase_order_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "auto_install": True,
}
