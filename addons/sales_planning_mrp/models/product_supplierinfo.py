from odoo import fields, models


class ProductSupplierinfo(models.Model):
    """In which lots a supplier sells (P5)."""

    _inherit = "product.supplierinfo"

    plan_multiple = fields.Float(
        string="Order Multiple",
        digits="Product Unit",
        help="Purchase plans order multiples of this quantity, in the unit of the supplier. Zero: any.",
    )

    _plan_multiple_positive = models.Constraint(
        "CHECK (plan_multiple >= 0)", "An order multiple cannot be negative."
    )
