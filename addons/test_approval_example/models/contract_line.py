from odoo import fields, models


class ContractLine(models.Model):
    _name = "test.approval.contract.line"
    _description = "Example Contract Line"

    contract_id = fields.Many2one("test.approval.contract", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    quantity = fields.Float(default=1)
    price = fields.Float()
