from odoo import api, fields, models


class ReimbursementReturnLine(models.TransientModel):
    _name = "reimbursement.return.line"
    _description = "Line to Correct of a Returned Claim"

    return_id = fields.Many2one("reimbursement.return", required=True, ondelete="cascade")
    expense_id = fields.Many2one("hr.expense", required=True, ondelete="cascade")
    date = fields.Date(related="expense_id.date")
    product_id = fields.Many2one(related="expense_id.product_id")
    company_currency_id = fields.Many2one(related="expense_id.company_currency_id")
    total_amount = fields.Monetary(
        related="expense_id.total_amount", currency_field="company_currency_id"
    )
    reason = fields.Char(string="What to Correct")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_readable()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self._check_readable()
        return result

    def _check_readable(self):
        """Name and amount of an expense are shown to those who may read it.

        No constraint: those are checked as superuser.
        """
        self.expense_id.check_access("read")
