from odoo import fields, models
from odoo.tools import SQL


class SalesPlanComparison(models.Model):
    """A revision beside the plan that it revises, row by row and month by month (P1).

    A row that is divided in one of them alone stands twice, so that what is not divided sums to both.
    """

    _name = "sales.plan.comparison"
    _description = "Comparison of Revisions"
    _auto = False
    _order = "plan_id desc, target_id, month"
    _rec_name = "target_id"
    _depends = {
        "sales.plan": ["previous_id", "company_id"],
        "sales.plan.target": ["plan_id", "key"],
        "sales.plan.cell": ["target_id", "month", "amount", "quantity"],
    }

    plan_id = fields.Many2one("sales.plan", readonly=True, string="Revision")
    previous_id = fields.Many2one("sales.plan", readonly=True, string="Revises")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
    target_id = fields.Many2one("sales.plan.target", readonly=True, string="Row")
    depth = fields.Integer(readonly=True, aggregator=None)
    is_leaf = fields.Boolean(readonly=True, string="Not Divided")
    month = fields.Date(readonly=True)
    old_amount = fields.Monetary(readonly=True, string="Amount Before")
    new_amount = fields.Monetary(readonly=True, string="Amount Now")
    amount_difference = fields.Monetary(readonly=True, string="Difference")
    old_quantity = fields.Float(readonly=True, string="Quantity Before", digits="Product Unit")
    new_quantity = fields.Float(readonly=True, string="Quantity Now", digits="Product Unit")
    quantity_difference = fields.Float(
        readonly=True, string="Difference in Quantity", digits="Product Unit"
    )

    @property
    def _table_query(self):
        row = SQL(
            """
            cell.month, target.key, target.id AS target_id, target.depth,
            NOT EXISTS (
                SELECT FROM sales_plan_target child WHERE child.parent_id = target.id
            ) AS is_leaf
            """
        )
        return SQL(
            """
            SELECT COALESCE(MAX(side.id) FILTER (WHERE side.is_new), MAX(side.id)) AS id,
                   side.plan_id, side.previous_id, side.company_id,
                   COALESCE(MAX(side.target_id) FILTER (WHERE side.is_new), MAX(side.target_id))
                       AS target_id,
                   MAX(side.depth) AS depth, side.is_leaf, side.month,
                   SUM(side.old_amount) AS old_amount, SUM(side.new_amount) AS new_amount,
                   SUM(side.new_amount) - SUM(side.old_amount) AS amount_difference,
                   SUM(side.old_quantity) AS old_quantity, SUM(side.new_quantity) AS new_quantity,
                   SUM(side.new_quantity) - SUM(side.old_quantity) AS quantity_difference
              FROM (
                    SELECT cell.id::bigint * 2 AS id, TRUE AS is_new, plan.id AS plan_id,
                           plan.previous_id, plan.company_id, 0.0 AS old_amount,
                           cell.amount AS new_amount, 0.0 AS old_quantity,
                           cell.quantity AS new_quantity, %(row)s
                      FROM sales_plan plan
                      JOIN sales_plan_cell cell ON cell.plan_id = plan.id
                      JOIN sales_plan_target target ON target.id = cell.target_id
                     WHERE plan.previous_id IS NOT NULL AND plan.state != 'cancelled'
                    UNION ALL
                    SELECT cell.id::bigint * 2 + 1, FALSE, plan.id, plan.previous_id,
                           plan.company_id, cell.amount, 0.0, cell.quantity, 0.0, %(row)s
                      FROM sales_plan plan
                      JOIN sales_plan_cell cell ON cell.plan_id = plan.previous_id
                      JOIN sales_plan_target target ON target.id = cell.target_id
                     WHERE plan.state != 'cancelled'
                   ) AS side
          GROUP BY side.plan_id, side.previous_id, side.company_id, side.key, side.is_leaf,
                   side.month
            """,
            row=row,
        )
