from odoo import fields, models


class ApprovalTestDeliveryLine(models.Model):
    _name = "test.approval.delivery.line"
    _inherit = ["approval.line.mixin"]
    _description = "Test Delivery Line"

    _approval_parent = "delivery_id"

    delivery_id = fields.Many2one(
        "test.approval.delivery", required=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", required=True)
    quantity = fields.Float(digits="Product Unit", help="In the unit of the product.")
