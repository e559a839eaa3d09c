from odoo import fields, models
from odoo.tools import SQL

from ..documents import open_rows

PURCHASE, SUBCONTRACT, PRODUCTION, SALE = "purchase", "subcontract", "production", "sale"
KINDS = [
    (SALE, "Delivery"),
    (PRODUCTION, "Production"),
    (PURCHASE, "Purchase"),
    (SUBCONTRACT, "Subcontracting"),
]


class PlanProgress(models.Model):
    """Plan against actual of sales, production, purchase and subcontracted work (P6, D11 八).

    A row is a promised order line, a production, a purchase line, or a line of a purchase plan that
    nobody has ordered yet. Days are those where the company works.
    """

    _name = "plan.progress"
    _description = "Progress"
    _auto = False
    _order = "days_late desc, planned_date, id"
    _rec_name = "document"
    _depends = {
        "sale.order.line": [
            "order_id",
            "product_id",
            "company_id",
            "state",
            "promised_date",
            "planned_date",
            "product_uom_qty",
            "qty_delivered",
        ],
        "mrp.production": [
            "name",
            "product_id",
            "company_id",
            "state",
            "date_deadline",
            "date_finished",
            "product_qty",
            "bom_id",
        ],
        "purchase.order.line": [
            "order_id",
            "product_id",
            "company_id",
            "product_qty",
            "qty_received",
            "date_planned",
            "purchase_plan_line_id",
        ],
        "purchase.order": ["name", "state", "partner_id"],
        "purchase.plan.line": [
            "plan_id",
            "product_id",
            "company_id",
            "kind",
            "quantity",
            "date_needed",
            "partner_id",
            "step",
            "expected_date",
        ],
        "purchase.plan": ["name", "state"],
        "stock.move": ["state", "date", "quantity", "sale_line_id", "purchase_line_id"],
    }

    kind = fields.Selection(KINDS, readonly=True)
    document = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer or Supplier", readonly=True)
    order_line_id = fields.Many2one("sale.order.line", readonly=True)
    production_id = fields.Many2one("mrp.production", string="Manufacturing Order", readonly=True)
    purchase_line_id = fields.Many2one("purchase.order.line", readonly=True)
    plan_line_id = fields.Many2one("purchase.plan.line", readonly=True)
    planned_quantity = fields.Float(readonly=True, digits="Product Unit", string="Planned")
    done_quantity = fields.Float(readonly=True, digits="Product Unit", string="Done")
    share = fields.Float(readonly=True, aggregator="avg", string="Done (Share)")
    planned_date = fields.Date(
        readonly=True,
        help="Deliveries: promised. Productions: their deadline, else their end. Purchases: the day "
        "the plan needs them, else the day they were ordered for.",
    )
    expected_date = fields.Date(readonly=True, string="Expected")
    done_date = fields.Date(readonly=True, string="Done On")
    days_late = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="From the planned day to the day it was done, is expected, or today.",
    )
    late = fields.Float(
        readonly=True, aggregator="avg", string="Late (Share)", help="1: later than planned."
    )
    state = fields.Selection(
        [
            ("open", "On Time"),
            ("late", "Late"),
            ("done", "Done on Time"),
            ("done_late", "Done Late"),
        ],
        string="Status",
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.*,
                   LEAST(r.done_quantity / NULLIF(r.planned_quantity, 0), 1) AS share,
                   (r.days_late > 0)::int::float AS late,
                   CASE WHEN r.done_date IS NULL
                        THEN CASE WHEN r.days_late > 0 THEN 'late' ELSE 'open' END
                        ELSE CASE WHEN r.days_late > 0 THEN 'done_late' ELSE 'done' END
                   END AS state
              FROM (
                SELECT s.id, s.kind, s.document, s.company_id, s.product_id, s.partner_id,
                       s.order_line_id, s.production_id, s.purchase_line_id, s.plan_line_id,
                       s.planned_quantity, s.done_quantity, day.planned AS planned_date,
                       day.expected AS expected_date, day.done AS done_date,
                       COALESCE(day.done, GREATEST(day.expected, day.today)) - day.planned AS days_late
                  FROM (%(sales)s UNION ALL %(productions)s UNION ALL %(purchases)s
                        UNION ALL %(plans)s) s
                  JOIN res_company c ON c.id = s.company_id
                  LEFT JOIN resource_calendar w ON w.id = c.resource_calendar_id
                 CROSS JOIN LATERAL (
                    SELECT COALESCE(s.planned_day, %(planned)s) AS planned, COALESCE(s.expected_day, %(expected)s) AS expected,
                           %(done)s AS done, (now() AT TIME ZONE COALESCE(w.tz, 'UTC'))::date AS today
                 ) day
              ) r
            """,
            sales=self._sales(),
            productions=self._productions(),
            purchases=self._purchases(),
            plans=self._plan_lines(),
            planned=self._local("s.planned_at"),
            expected=self._local("s.expected_at"),
            done=self._local("s.done_at"),
        )

    def _local(self, column):
        """The day of a moment where the company works, as SQL."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(w.tz, 'UTC'))::date", SQL(column))

    def _sales(self):
        return SQL(
            """
            SELECT l.id::bigint * 4 AS id, 'sale' AS kind, o.name AS document, l.company_id,
                   l.product_id, o.partner_id, l.id AS order_line_id, NULL::int AS production_id,
                   NULL::int AS purchase_line_id, NULL::int AS plan_line_id,
                   l.product_uom_qty::float AS planned_quantity, l.qty_delivered::float AS done_quantity,
                   NULL::date AS planned_day, NULL::date AS expected_day,
                   l.promised_date AS planned_at, l.planned_date AS expected_at,
                   CASE WHEN l.qty_delivered >= l.product_uom_qty
                        THEN COALESCE((SELECT MAX(m.date) FROM stock_move m
                                        WHERE m.sale_line_id = l.id AND m.state = 'done'),
                                      l.promised_date)
                   END AS done_at
              FROM sale_order_line l
              JOIN sale_order o ON o.id = l.order_id
             WHERE l.state = 'sale' AND l.promised_date IS NOT NULL AND l.product_uom_qty > 0
            """
        )

    def _productions(self):
        return SQL(
            """
            SELECT p.id::bigint * 4 + 1, 'production', p.name, p.company_id, p.product_id, NULL::int,
                   NULL::int, p.id, NULL::int, NULL::int, p.product_qty::float,
                   COALESCE((SELECT SUM(m.quantity) FROM stock_move m
                              WHERE m.production_id = p.id AND m.product_id = p.product_id
                                AND m.state = 'done'), 0)::float,
                   NULL::date, NULL::date, COALESCE(p.date_deadline, p.date_finished), p.date_finished,
                   CASE WHEN p.state = 'done' THEN p.date_finished END
              FROM mrp_production p
              LEFT JOIN mrp_bom b ON b.id = p.bom_id
             WHERE p.state NOT IN ('draft', 'cancel') AND b.type IS DISTINCT FROM 'subcontract'
            """
        )

    def _purchases(self):
        return SQL(
            """
            SELECT l.id::bigint * 4 + 2,
                   CASE WHEN n.kind = 'subcontract' OR EXISTS (
                            SELECT 1 FROM stock_move m
                             WHERE m.purchase_line_id = l.id AND m.is_subcontract)
                        THEN 'subcontract' ELSE 'purchase' END,
                   o.name, l.company_id, l.product_id, o.partner_id, NULL::int, NULL::int, l.id, n.id,
                   l.product_qty::float, l.qty_received::float, n.date_needed, n.expected_date,
                   l.date_planned, l.date_planned,
                   CASE WHEN o.state = 'purchase'
                             AND (l.qty_received >= l.product_qty
                                  OR l.qty_received > 0 AND g.receipts > 0 AND g.coming = 0)
                        THEN COALESCE((SELECT MAX(m.date) FROM stock_move m
                                        WHERE m.purchase_line_id = l.id AND m.state = 'done'),
                                      l.date_planned)
                   END
              FROM purchase_order_line l
              JOIN purchase_order o ON o.id = l.order_id
              JOIN product_product v ON v.id = l.product_id
              JOIN product_template t ON t.id = v.product_tmpl_id
              LEFT JOIN purchase_plan_line n ON n.id = l.purchase_plan_line_id
             CROSS JOIN LATERAL (
                    SELECT COUNT(*) AS receipts,
                           COUNT(*) FILTER (WHERE m.state NOT IN ('done', 'cancel')) AS coming
                      FROM stock_move m
                     WHERE m.purchase_line_id = l.id
                   ) g
             WHERE t.type = 'consu' AND l.product_qty > 0
               AND (o.state = 'purchase' OR n.id IS NOT NULL AND o.state != 'cancel')
               -- of what was cancelled nothing comes any more
               AND (o.state != 'purchase' OR l.qty_received > 0 OR g.receipts = 0 OR g.coming > 0)
            """
        )

    def _plan_lines(self):
        return SQL(
            """
            SELECT n.id::bigint * 4 + 3,
                   CASE WHEN n.kind = 'subcontract' THEN 'subcontract' ELSE 'purchase' END,
                   p.name, n.company_id, n.product_id, n.partner_id, NULL::int, NULL::int, NULL::int,
                   n.id, n.quantity::float, 0::float, n.date_needed, NULL::date, NULL::timestamp,
                   NULL::timestamp, NULL::timestamp
              FROM purchase_plan_line n
              JOIN purchase_plan p ON p.id = n.plan_id
             WHERE p.state IN ('approved', 'handed') AND n.quantity > 0
               AND n.step IN ('plan', 'cancelled')
            """
        )

    def action_open(self):
        """Open the document of the row (P6)."""
        self.ensure_one()
        rows = self.sudo().order_line_id or self.production_id or self.purchase_line_id
        if not rows:
            return self.plan_line_id.plan_id._get_records_action()
        return open_rows(rows, self.document)
