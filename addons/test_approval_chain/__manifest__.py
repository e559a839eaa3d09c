{
    "name": "Approval Chain: Tests",
    "summary": "Models that exist only for the tests of the approval engine",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["approval_chain"],
    "data": [
        "security/ir.model.access.csv",
    ],
    "assets": {
        "web.assets_tests": [
            "test_approval_chain/static/tests/tours/**/*",
        ],
    },
}
