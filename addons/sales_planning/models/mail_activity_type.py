from odoo import fields, models

DEVELOPMENT_KINDS = [
    ("visit", "Visit"),
    ("demo", "Product Demonstration"),
    ("negotiation", "Negotiation"),
]


class MailActivityType(models.Model):
    """Which activities are work on a customer that is planned and counted (P9)."""

    _inherit = "mail.activity.type"

    development_kind = fields.Selection(
        DEVELOPMENT_KINDS,
        string="Counts in Customer Development As",
        help="Done activities of this type are compared with the goals of the person.",
    )
