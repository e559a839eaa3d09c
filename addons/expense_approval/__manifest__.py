{
    "name": "Reimbursement",
    "summary": "Expenses grouped in claims that are approved before they are reimbursed, and "
    "applications approved before the money is spent",
    "version": "19.0.1.0.0",
    "category": "Human Resources/Expenses",
    "author": "Order to Cash contributors",
    "license": "LGPL-3",
    "depends": ["approval_chain", "hr_expense", "account"],
    "data": [
        "security/expense_approval_security.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
        "wizards/reimbursement_wizard_views.xml",
        "views/expense_application_views.xml",
        "views/reimbursement_claim_views.xml",
        "views/hr_expense_views.xml",
        "report/reimbursement_claim_report.xml",
        "views/res_config_settings_views.xml",
        "views/expense_approval_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "expense_approval/static/tests/tours/**/*",
        ],
    },
    "demo": [
        "demo/expense_approval_demo.xml",
    ],
    "application": True,
}
