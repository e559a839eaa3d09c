from odoo import api, fields, models


class SalesPlanCell(models.Model):
    """The target of a row in a month (P1). Written by the grid of its plan alone."""

    _name = "sales.plan.cell"
    _description = "Target of a Month"
    _order = "target_id, month"
    _rec_name = "month"

    plan_id = fields.Many2one("sales.plan", required=True, index=True, ondelete="cascade")
    target_id = fields.Many2one("sales.plan.target", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    month = fields.Date(required=True, help="The first day of the month.")
    amount = fields.Monetary(string="Amount (Untaxed)")
    quantity = fields.Float(digits="Product Unit")

    _one_a_month = models.UniqueIndex(
        "(target_id, month)", "A row of the plan has one target a month."
    )
    _positive = models.Constraint(
        # whatever is no number is the largest of all to PostgreSQL
        "CHECK (amount BETWEEN 0 AND 1e15 AND quantity BETWEEN 0 AND 1e15)",
        "Targets are zero or more, and finite.",
    )
    _first_day = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A target is for a month: enter its first day."
    )

    @api.model_create_multi
    def create(self, vals_list):
        cells = super().create(vals_list)
        cells.plan_id._check_may_change()
        return cells

    def write(self, vals):
        self.plan_id._check_may_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_planned(self):
        self.plan_id._check_may_change()
