from odoo import api, fields, models
from odoo.tools import SQL


class SalesPlanReport(models.Model):
    """Targets of the plans in force beside the sales and those of the year before (P1, P10).

    One row a target of a month, or a confirmed order line: the order line stands once in its own year
    and once, as last year's, in the next. Nothing is grouped beforehand, so that PostgreSQL leaves out
    whatever a page does not ask for, and every figure opens its documents. Sales count untaxed, by the
    order date where the company works, when the order is confirmed; down payments do not count, and
    what comes back later stays in the month in which it was sold. A discount takes money off and adds
    no piece, and of a combo the goods in it are counted.
    """

    _name = "sales.plan.report"
    _description = "Plan and Sales"
    _auto = False
    _order = "month desc, id desc"
    _rec_name = "month"
    _depends = {
        "sales.plan": ["state", "company_id", "year"],
        "sales.plan.target": ["plan_id", "parent_id", "team_id", "user_id", "categ_id"]
        + ["industry_id"],
        "sales.plan.cell": ["target_id", "month", "amount", "quantity"],
        "sale.order": ["state", "date_order", "partner_id", "user_id", "team_id", "company_id"]
        + ["currency_rate"],
        "sale.order.line": ["order_id", "product_id", "product_uom_id", "product_uom_qty"]
        + ["price_subtotal", "display_type", "is_downpayment"],
        "product.category": ["parent_path"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id", "type", "uom_id"],
        "res.company": ["resource_calendar_id", "sale_discount_product_id"],
        "res.partner": ["industry_id"],
    }

    kind = fields.Selection(
        [("plan", "Target"), ("sales", "Sales"), ("last", "Sales of Last Year")],
        readonly=True,
        string="Figure",
    )
    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    target_id = fields.Many2one("sales.plan.target", readonly=True, string="Row of the Plan")
    line_id = fields.Many2one("sale.order.line", readonly=True, string="Order Line")
    order_id = fields.Many2one("sale.order", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True, string="Sales Team")
    user_id = fields.Many2one("res.users", readonly=True, string="Salesperson")
    categ_id = fields.Many2one(
        "product.category",
        readonly=True,
        string="Product Category",
        help="The category by which the sales of the year are planned, if any; else that of the product.",
    )
    industry_id = fields.Many2one("res.partner.industry", readonly=True, string="Customer Segment")
    plan_amount = fields.Monetary(readonly=True, string="Target (Untaxed)")
    amount = fields.Monetary(readonly=True, string="Sales (Untaxed)")
    difference = fields.Monetary(readonly=True, help="Sales less target.")
    last_amount = fields.Monetary(readonly=True, string="Sales of Last Year (Untaxed)")
    plan_quantity = fields.Float(readonly=True, string="Target Quantity", digits="Product Unit")
    quantity = fields.Float(readonly=True, string="Quantity Sold", digits="Product Unit")
    last_quantity = fields.Float(
        readonly=True, string="Quantity of Last Year", digits="Product Unit"
    )

    @property
    def _table_query(self):
        companies = self.env.companies or self.env.company
        sold = SQL(
            """
            SELECT sold.*, COALESCE(planned.planned_id, sold.own_categ_id) AS categ_id
              FROM (%(lines)s) AS sold
              LEFT JOIN (%(planned)s) AS planned
                ON planned.company_id = sold.company_id AND planned.categ_id = sold.own_categ_id
               AND planned.year = EXTRACT(YEAR FROM sold.month)
            """,
            lines=self._sold_lines(),
            planned=self._planned_categories(),
        )
        last = SQL(
            """
            SELECT sold.*, COALESCE(planned.planned_id, sold.own_categ_id) AS categ_id
              FROM (%(lines)s) AS sold
              LEFT JOIN (%(planned)s) AS planned
                ON planned.company_id = sold.company_id AND planned.categ_id = sold.own_categ_id
               AND planned.year = EXTRACT(YEAR FROM sold.month) + 1
            """,
            lines=self._sold_lines(),
            planned=self._planned_categories(),
        )
        return SQL(
            """
            SELECT part.id, part.kind, part.month, part.company_id, %(currency)s AS currency_id,
                   part.target_id, part.line_id, part.order_id, part.team_id, part.user_id,
                   part.categ_id, part.industry_id,
                   part.plan_amount * account_currency_table.rate AS plan_amount,
                   part.amount * account_currency_table.rate AS amount,
                   (part.amount - part.plan_amount) * account_currency_table.rate AS difference,
                   part.last_amount * account_currency_table.rate AS last_amount,
                   part.plan_quantity, part.quantity, part.last_quantity
              FROM (
                    SELECT cell.id::bigint * 3 AS id, 'plan' AS kind, cell.month, plan.company_id,
                           target.id AS target_id, NULL::int AS line_id, NULL::int AS order_id,
                           target.team_id, target.user_id, target.categ_id, target.industry_id,
                           cell.amount AS plan_amount, 0.0 AS amount, 0.0 AS last_amount,
                           cell.quantity AS plan_quantity, 0.0 AS quantity, 0.0 AS last_quantity
                      FROM sales_plan_cell cell
                      JOIN sales_plan_target target ON target.id = cell.target_id
                      JOIN sales_plan plan ON plan.id = target.plan_id AND plan.state = 'approved'
                     WHERE NOT EXISTS (
                           SELECT FROM sales_plan_target child WHERE child.parent_id = target.id
                           )
                    UNION ALL
                    SELECT sold.line_id::bigint * 3 + 1, 'sales', sold.month, sold.company_id,
                           NULL, sold.line_id, sold.order_id, sold.team_id, sold.user_id,
                           sold.categ_id, sold.industry_id, 0.0, sold.amount, 0.0, 0.0,
                           sold.quantity, 0.0
                      FROM (%(sold)s) AS sold
                    UNION ALL
                    SELECT sold.line_id::bigint * 3 + 2, 'last',
                           (sold.month + INTERVAL '1 year')::date, sold.company_id, NULL,
                           sold.line_id, sold.order_id, sold.team_id, sold.user_id, sold.categ_id,
                           sold.industry_id, 0.0, 0.0, sold.amount, 0.0, 0.0, sold.quantity
                      FROM (%(last)s) AS sold
                   ) AS part
              JOIN %(currency_table)s ON account_currency_table.company_id = part.company_id
            """,
            currency=self.env.company.currency_id.id,
            currency_table=self.env["res.currency"]._get_simple_currency_table(companies),
            sold=sold,
            last=last,
        )

    @api.model
    def _planned_categories(self):
        """Below which planned category a category counts, by company and year; the nearest one."""
        return SQL(
            """
            SELECT DISTINCT ON (plan.company_id, plan.year, category.id)
                   plan.company_id, plan.year, category.id AS categ_id, above.id AS planned_id
              FROM sales_plan plan
              JOIN sales_plan_target target
                ON target.plan_id = plan.id AND target.dimension = 'category'
               AND NOT COALESCE(target.is_rest, FALSE)
              JOIN product_category above ON above.id = target.categ_id
              JOIN product_category category
                ON category.parent_path LIKE above.parent_path || '%%'
             WHERE plan.state = 'approved'
          ORDER BY plan.company_id, plan.year, category.id, LENGTH(above.parent_path) DESC
            """
        )

    @api.model
    def _sold_lines(self, condition=None):
        """What counts as sold, line by line: amounts untaxed in the currency of the company.

        :param condition: further SQL over ``s`` (the order)
        """
        local = SQL("((s.date_order AT TIME ZONE 'UTC') AT TIME ZONE COALESCE(calendar.tz, 'UTC'))")
        return SQL(
            """
            SELECT l.id AS line_id, s.id AS order_id, s.company_id, s.team_id, s.user_id,
                   t.categ_id AS own_categ_id, partner.industry_id,
                   date_trunc('month', %(local)s)::date AS month,
                   l.price_subtotal / COALESCE(NULLIF(s.currency_rate, 0), 1) AS amount,
                   CASE WHEN l.product_id = company.sale_discount_product_id OR t.type = 'combo'
                        THEN 0
                        ELSE l.product_uom_qty * COALESCE(lu.factor / NULLIF(pu.factor, 0), 1)
                    END AS quantity
              FROM sale_order_line l
              JOIN sale_order s ON s.id = l.order_id
              LEFT JOIN res_company company ON company.id = s.company_id
              LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
              LEFT JOIN res_partner partner ON partner.id = s.partner_id
              LEFT JOIN product_product p ON p.id = l.product_id
              LEFT JOIN product_template t ON t.id = p.product_tmpl_id
              LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
              LEFT JOIN uom_uom pu ON pu.id = t.uom_id
             WHERE s.state = 'sale' AND l.display_type IS NULL
               AND NOT COALESCE(l.is_downpayment, FALSE) AND %(condition)s
            """,
            local=local,
            condition=condition or SQL("TRUE"),
        )

    @api.model
    def _sold_by_month(self, company, date_from, date_to):
        """The sales of a company, summed up in one query.

        :param date_from: the first day; ``date_to``: the day after the last one
        :return: list of ``(month, team id, user id, category id, industry id, amount, quantity)``
        """
        for name in (
            "sale.order",
            "sale.order.line",
            "res.partner",
            "product.template",
            "res.company",
        ):
            self.env[name].flush_model()
        condition = SQL(
            "s.company_id = %s AND s.date_order >= %s AND s.date_order < %s",
            company.id,
            company._approval_midnight(date_from),
            company._approval_midnight(date_to),
        )
        query = SQL(
            """
            SELECT sold.month, sold.team_id, sold.user_id, sold.own_categ_id, sold.industry_id,
                   SUM(sold.amount)::float, SUM(sold.quantity)::float
              FROM (%s) AS sold
          GROUP BY 1, 2, 3, 4, 5
            """,
            self._sold_lines(condition),
        )
        return self.env.execute_query(query)

    def action_open_document(self):
        """Open the order or the plan behind the row."""
        self.ensure_one()
        return (self.order_id or self.target_id.plan_id)._get_records_action(
            views=[(False, "form")]
        )
