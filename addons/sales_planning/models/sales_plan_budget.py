from odoo import api, fields, models


class SalesPlanBudget(models.Model):
    """What the sales of a planned year may cost, by kind (P1, D1)."""

    _name = "sales.plan.budget"
    _description = "Sales Budget"
    _inherit = ["approval.stamped", "approval.line.mixin"]
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
        # whatever is no number is the largest of all to PostgreSQL
        "CHECK (amount BETWEEN 0 AND 1e15)",
        "The amount of a sales budget is zero or more, and finite.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_may_budget()
        return lines

    def write(self, vals):
        self._check_may_budget()
        result = super().write(vals)
        # the plan that a line was moved to is asked, too
        self._check_may_budget()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_while_planned(self):
        self._check_may_budget()

    def _check_may_budget(self):
        """:raise AccessError: where the user does not plan; UserError where the plan stands still"""
        self.plan_id.check_access("write")
        self.plan_id._check_may_change()
