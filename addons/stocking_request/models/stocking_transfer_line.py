from odoo import api, fields, models


class StockingTransferLine(models.Model):
    """How much of a product may leave the warehouse (S8)."""

    _name = "stocking.transfer.line"
    _description = "Transfer Application Line"
    _inherit = ["approval.stamped", "approval.line.mixin"]

    _approval_parent = "transfer_id"

    transfer_id = fields.Many2one(
        "stocking.transfer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="transfer_id.company_id", store=True)
    product_id = fields.Many2one("product.product", required=True, index=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(
        required=True, digits="Product Unit", help="In the unit of the product."
    )
    currency_id = fields.Many2one(related="transfer_id.currency_id")
    value = fields.Monetary(compute="_compute_value", store=True, help="At cost.")

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "Quantities cannot be negative."
    )

    @api.depends("product_id", "quantity", "company_id")
    def _compute_value(self):
        for line in self:
            product_sudo = line.product_id.with_company(line.company_id).sudo()
            line.value = line.quantity * product_sudo.standard_price
