from odoo import fields, models


class ResCompany(models.Model):
    """How orders that are installed go on after shipping (I1-I8)."""

    _inherit = "res.company"

    install_enabled = fields.Boolean(
        string="Installation of Orders",
        help="Orders that need installation carry their installation need; when their goods have "
        "shipped, an install project is opened.",
    )
    install_opens = fields.Selection(
        [("first", "With the First Shipment"), ("all", "When Everything Has Shipped")],
        string="Install Project Opens",
        default="first",
        required=True,
    )
    install_warranty_months = fields.Integer(
        string="Warranty (Months)",
        default=12,
        help="The warranty begins with the acceptance and lasts so many months.",
    )
    install_reminder_days = fields.Integer(
        string="Ask for Signatures Again After (Days)",
        default=3,
        help="A customer who has not signed an acceptance is asked again, and the salesperson with "
        "them. Zero: never.",
    )
    install_invoice_percent = fields.Float(
        string="Share Invoiced Before Acceptance (%)",
        default=100.0,
        help="Of an order that needs installation, no more than this share may be invoiced before "
        "the customer has accepted the installation. 100: everything.",
    )
    install_retention_percent = fields.Float(
        string="Retention Money (%)",
        help="This share of an order that needs installation may be invoiced only when the warranty "
        "has ended. Zero: none is kept back.",
    )

    _install_warranty_positive = models.Constraint(
        "CHECK (install_warranty_months >= 0)",
        "The warranty cannot be shorter than no month.",
    )
    _install_reminder_positive = models.Constraint(
        "CHECK (install_reminder_days >= 0)", "Nobody is reminded after less than no day."
    )
    _install_shares = models.Constraint(
        "CHECK (install_invoice_percent BETWEEN 0 AND 100"
        " AND install_retention_percent BETWEEN 0 AND 100)",
        "Shares of an order lie between 0 and 100 percent.",
    )
