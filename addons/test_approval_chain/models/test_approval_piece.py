from odoo import fields, models


class ApprovalTestPiece(models.Model):
    _name = "test.approval.piece"
    _inherit = ["approval.line.mixin"]
    _description = "Test Piece"

    _approval_parent = "shipment_id"

    shipment_id = fields.Many2one("test.approval.shipment", required=True, ondelete="cascade")
    product = fields.Char()
    shipped = fields.Boolean()
