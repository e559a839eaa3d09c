from odoo import api, models


class HrDepartment(models.Model):
    """Whoever manages a department sees what belongs to its people (F21)."""

    _inherit = "hr.department"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["res.company"]._own_customers_forget()
        return super().create(vals_list)

    def write(self, vals):
        if not {"manager_id", "active"}.isdisjoint(vals):
            self.env["res.company"]._own_customers_forget()
        return super().write(vals)
