from odoo import api, models


class HrExpense(models.Model):
    """Expenses that are reinvoiced go to the order their application was for (E1)."""

    _inherit = "hr.expense"

    @api.depends("application_id")
    def _compute_sale_order_id(self):
        """Until it is submitted; afterwards whoever may write it in Odoo says it."""
        result = super()._compute_sale_order_id()
        for expense in self:
            order = expense.application_id.sudo().sale_order_id
            if order and expense.can_be_reinvoiced and not expense.approval_state:
                expense.sale_order_id = order
        return result
