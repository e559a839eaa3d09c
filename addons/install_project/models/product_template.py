from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    needs_installation = fields.Boolean(
        help="Orders of this product are installed at the customer's; also when its category says so.",
    )
