{
    "name": "Stocking Requests: Purchase Alternatives",
    "summary": "The quotations of a purchase request are alternatives of each other",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["stocking_request", "purchase_requisition"],
    "auto_install": True,
}
