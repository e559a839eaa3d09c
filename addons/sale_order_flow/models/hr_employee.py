from odoo import models


class HrEmployee(models.Model):
    """A department is led by the user of its manager (F21)."""

    _inherit = "hr.employee"

    def write(self, vals):
        if "user_id" in vals:
            self.env["res.company"]._own_customers_forget()
        return super().write(vals)
