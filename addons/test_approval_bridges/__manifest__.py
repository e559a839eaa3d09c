{
    "name": "Approval Chain: Tests on Documents of Odoo",
    "summary": "Bridges that exist only to prove the contract of the approval engine on real documents",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": [
        "approval_chain",
        "test_approval_chain",
        "account",
        "base_automation",
        "sale_stock",
    ],
    "data": [
        "security/ir.model.access.csv",
    ],
}
