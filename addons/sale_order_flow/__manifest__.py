{
    "name": "Order Flow",
    "summary": "Orders reviewed and specially approved, started and released by gates, on one desk",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["approval_chain", "sale_stock", "account"],
    "data": [
        "security/sale_order_flow_security.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
    ],
    "application": True,
}
