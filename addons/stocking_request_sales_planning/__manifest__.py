{
    "name": "Stocking Requests: Purchase Plans",
    "summary": "What an approved purchase plan orders is no purchase nobody asked for",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["stocking_request", "sales_planning_mrp"],
    "auto_install": True,
}
