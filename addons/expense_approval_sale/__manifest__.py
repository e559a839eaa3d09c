{
    "name": "Reimbursement: Sales Orders",
    "summary": "Expenses are reinvoiced to the order their application was for",
    "version": "19.0.1.0.0",
    "category": "Human Resources/Expenses",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["expense_approval", "sale_expense"],
    "data": ["views/expense_application_views.xml"],
    "auto_install": True,
}
