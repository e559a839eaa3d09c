from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    needs_installation = fields.Boolean(
        help="Orders of goods of this category, or of one below it, are installed at the customer's.",
    )
