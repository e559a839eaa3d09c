{
    "name": "Stocking Requests: Production",
    "summary": "Missing goods are produced where they are made, not bought",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["stocking_request", "mrp"],
    "data": [
        "views/supply_shortage_views.xml",
        "views/stocking_supply_views.xml",
        "views/stocking_request_views.xml",
        "views/mrp_production_approval_views.xml",
    ],
    "demo": [
        "demo/stocking_request_mrp_demo.xml",
    ],
    "auto_install": True,
}
