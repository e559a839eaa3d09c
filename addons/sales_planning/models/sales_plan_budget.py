from odoo import api, fields, models


class SalesPlanBudget(models.Model):
    """What the sales of a planned year may cost, by kind (P1, D1)."""

    _name = "sales.plan.budget"
    _description = "Sales Budget"
    _inherit = ["approval.line.mixin"]
    _order = "plan_id, kind, id"
    _rec_name = "kind"
    _approval_parent = "plan_id"

    plan_id = fields.Many2one("sales.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    kind = fields.Selection(
        [
            ("people", "Salaries and Commission"),
            ("travel", "Travel and Hospitality"),
            ("advertising", "Advertising"),
            ("exhibition", "Exhibitions"),
            ("channel", "Support of Distributors"),
            ("training", "Training"),
            ("other", "Other"),
        ],
        required=True,
        default="people",
    )
    amount = fields.Monetary(required=True)
    note = fields.Char(string="What For")

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a sales budget cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.plan_id._check_may_change()
        return lines

    def write(self, vals):
        self.plan_id._check_may_change()
        result = super().write(vals)
        self.plan_id._check_may_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_while_planned(self):
        self.plan_id._check_may_change()
