from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_non_standard = fields.Boolean(
        string="Non-Standard Product",
        help="Made to the customer's wishes: whether it can be made, until when and at which cost is "
        "reviewed before a price is offered.",
    )
    production_owner_id = fields.Many2one(
        "res.users",
        company_dependent=True,
        domain="[('share', '=', False)]",
        help="Talks to the customer about technical matters once the order is signed.",
    )
