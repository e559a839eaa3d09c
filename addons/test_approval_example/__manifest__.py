{
    "name": "Approval Chain: The Integrator's Example",
    "summary": "What docs/approval-for-your-own-model.md shows, as files that are installed and tested",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["approval_chain", "rpc", "test_approval_chain"],
    "data": [
        "security/ir.model.access.csv",
        "views/contract_views.xml",
        "views/contract_approval_views.xml",
    ],
}
