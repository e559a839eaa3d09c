from odoo import fields, models


class ApprovalTestLine(models.Model):
    _name = "test.approval.line"
    _inherit = ["approval.line.mixin"]
    _description = "Test Order Line"

    _approval_parent = "order_id"

    order_id = fields.Many2one("test.approval.order", required=True, ondelete="cascade")
    product = fields.Char()
    quantity = fields.Float(digits=(16, 2))
    price = fields.Float(digits=(16, 2))
    comment = fields.Char()
    remark = fields.Char()
