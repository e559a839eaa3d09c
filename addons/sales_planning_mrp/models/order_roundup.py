from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..documents import open_rows


class OrderRoundup(models.Model):
    """All that is owed to customers or expected to be sold, product by product (订单总汇, P3).

    A row is a product of a company that plans. What vendors bring or production makes already counts
    against it, and what is free in stock; goods reserved for these orders are neither owed any more
    nor free. Kits stand here as their components, once their delivery was launched.
    """

    _name = "order.roundup"
    _description = "Order Round-Up"
    _auto = False
    _order = "date_needed, id"
    _rec_name = "product_id"
    _depends = {
        "sale.order": ["state", "date_order", "company_id"],
        "sale.order.line": [
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "qty_delivered",
            "promised_date",
        ],
        "stock.quant": ["quantity", "reserved_quantity", "location_id", "product_id"],
        "stock.move": ["product_qty", "state", "sale_line_id", "purchase_line_id", "production_id"],
        "stock.move.line": ["quantity", "state", "move_id"],
        "sales.forecast": ["state", "active"],
        "sales.forecast.line": ["final_quantity", "month", "product_id"],
        "production.notice": ["state"],
        "production.notice.line": ["open_quantity", "product_id"],
        "res.company": ["planning_enabled", "production_horizon_months"],
    }

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    supply = fields.Selection(
        [
            ("make", "Made by Us"),
            ("subcontract", "Subcontracted"),
            ("buy", "Bought"),
            ("none", "No Supplier or Bill of Materials"),
        ],
        readonly=True,
        string="Supplied",
    )
    ordered = fields.Float(
        readonly=True, digits="Product Unit", help="On order lines that are not delivered yet."
    )
    delivered = fields.Float(readonly=True, digits="Product Unit")
    owed = fields.Float(readonly=True, digits="Product Unit")
    reserved = fields.Float(
        readonly=True, digits="Product Unit", help="In stock, and kept for these orders."
    )
    planned = fields.Float(
        readonly=True,
        digits="Product Unit",
        string="Forecast",
        help="What the released forecast expects beyond what was ordered, in the months planned ahead.",
    )
    free = fields.Float(
        readonly=True, digits="Product Unit", string="Free Stock", help="Kept for nobody."
    )
    incoming = fields.Float(readonly=True, digits="Product Unit", string="From Vendors")
    in_production = fields.Float(readonly=True, digits="Product Unit")
    to_produce = fields.Float(
        readonly=True,
        digits="Product Unit",
        string="To Produce or Buy",
        help="Owed and forecast, without what is reserved, free, coming from vendors or in production.",
    )
    noticed = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="In production notices, and neither in production nor ordered from a subcontractor yet.",
    )
    to_notice = fields.Float(
        readonly=True,
        digits="Product Unit",
        string="Not Noticed Yet",
        help="To produce or buy, and in no open production notice.",
    )
    order_count = fields.Integer(string="Orders", readonly=True)
    date_needed = fields.Datetime(string="First Needed", readonly=True)

    # ------------------------------------------------------------------ the rows

    @property
    def _table_query(self):
        companies = (
            self.env["res.company"]
            .sudo()
            .with_context(active_test=True)
            .search([("planning_enabled", "=", True)])
        )
        return SQL(
            """
            WITH %(planning)s, %(outside)s, %(lines)s, %(kits)s, %(goods)s, %(stock)s, %(coming)s, %(forecast)s,
            noticed AS (
                SELECT n.company_id, l.product_id, SUM(l.open_quantity) AS noticed
                  FROM production_notice_line l
                  JOIN production_notice n ON n.id = l.notice_id
                 WHERE l.open_quantity > 0
              GROUP BY 1, 2
            ),
            needs AS (
                SELECT COALESCE(g.company_id, f.company_id) AS company_id,
                       COALESCE(g.product_id, f.product_id) AS product_id,
                       COALESCE(g.ordered, 0) AS ordered, COALESCE(g.delivered, 0) AS delivered,
                       COALESCE(g.owed, 0) AS owed, COALESCE(g.order_count, 0) AS order_count,
                       g.date_needed, COALESCE(f.planned, 0) AS planned
                  FROM goods g
                  FULL JOIN forecast f
                         ON f.company_id = g.company_id AND f.product_id = g.product_id
            ),
            figures AS (
                SELECT n.*, COALESCE(c.reserved, 0) AS reserved, COALESCE(s.free, 0) AS free,
                       COALESCE(c.incoming, 0) AS incoming,
                       COALESCE(c.in_production, 0) AS in_production,
                       COALESCE(o.noticed, 0) AS noticed,
                       GREATEST(0, n.owed - COALESCE(c.reserved, 0) + n.planned
                           - COALESCE(s.free, 0) - COALESCE(c.incoming, 0)
                           - COALESCE(c.in_production, 0)) AS to_produce
                  FROM needs n
                  LEFT JOIN stock s USING (company_id, product_id)
                  LEFT JOIN coming c USING (company_id, product_id)
                  LEFT JOIN noticed o USING (company_id, product_id)
            )
            SELECT f.company_id::bigint * 16777216 + f.product_id AS id, f.*,
                   GREATEST(0, f.to_produce - f.noticed) AS to_notice,
                   t.categ_id, t.uom_id, %(supply)s AS supply
              FROM figures f
              JOIN product_product p ON p.id = f.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.type = 'consu'
            """,
            planning=self._sql_planning(companies),
            outside=_OUTSIDE,
            lines=_LINES,
            kits=self._sql_kits(companies),
            goods=_GOODS,
            stock=_STOCK,
            coming=_COMING,
            forecast=_FORECAST,
            supply=_SUPPLY,
        )

    @api.model
    def _sql_planning(self, companies):
        """The companies that plan, each with its months ahead as it is there now."""
        rows = []
        for company in companies:
            first = company._approval_today().replace(day=1)
            end = first + relativedelta(months=company.production_horizon_months)
            rows.append(
                SQL("(%s, %s::date, %s::date, %s)", company.id, first, end, company._approval_tz())
            )
        none = SQL("SELECT NULL::integer, NULL::date, NULL::date, NULL WHERE FALSE")
        return SQL(
            "planning (company_id, first_month, end_month, tz) AS (%s)",
            SQL("VALUES %s", SQL(", ").join(rows)) if rows else none,
        )

    @api.model
    def _sql_kits(self, companies):
        """What is owed of kits that were launched, component by component."""
        not_delivered = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s > %s",
                model._field_to_sql(alias, "product_uom_qty", query),
                model._field_to_sql(alias, "qty_delivered", query),
            )
        )
        lines_sudo = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                Domain("company_id", "in", companies.ids)
                & Domain("state", "=", "sale")
                & Domain("move_ids.bom_line_id.bom_id.type", "=", "phantom")
                & not_delivered
            )
        )
        rows = [
            SQL(
                "(%s, %s, %s, %s::timestamp, %s::float, %s::float)",
                line.company_id.id,
                part.id,
                line.order_id.id,
                line.promised_date or None,
                ordered,
                there,
            )
            for line in lines_sudo
            for part, (ordered, there) in line._kit_parts().items()
        ]
        none = SQL(
            "SELECT NULL::integer, NULL::integer, NULL::integer, NULL::timestamp, 0::float, 0::float "
            "WHERE FALSE"
        )
        return SQL(
            "kits (company_id, product_id, order_id, promised_date, ordered, delivered) AS (%s)",
            SQL("VALUES %s", SQL(", ").join(rows)) if rows else none,
        )

    @api.model
    def _missing(self, company, products):
        """How much of products is missing and in no notice yet.

        :return: ``{product id: quantity in its unit}``
        """
        return {row.product_id.id: row.to_notice for row in self._rows_now(company, products)}

    @api.model
    def _rows_now(self, company, products):
        """The rows of products as superuser, as what was done until now left them."""
        self.env.flush_all()
        self.invalidate_model(flush=False)
        return self.sudo().search(
            [("company_id", "=", company.id), ("product_id", "in", products.ids)]
        )

    # ------------------------------------------------------------------ what is behind the figures

    def _order_lines(self):
        """The order lines that something is owed of, of kits those of the kit."""
        # sudo: the round-up is everybody's who reads it; what was agreed on is not shown by it
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("state", "=", "sale"),
                    "|",
                    ("product_id", "in", self.product_id.ids),
                    ("move_ids.product_id", "in", self.product_id.ids),
                ]
            )
        )
        return lines.filtered(lambda line: line._is_owed())

    def action_view_orders(self):
        """Open the order lines behind what is owed."""
        return self._rows_action(self.env._("Order Lines"), self._order_lines())

    def action_view_moves(self):
        """Open the stock moves that bring, take or keep these products."""
        moves = self.env["stock.move"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("product_id", "in", self.product_id.ids),
                ("state", "not in", ("draft", "done", "cancel")),
            ]
        )
        return self._rows_action(self.env._("Stock Moves"), moves)

    def action_view_productions(self):
        """Open the manufacturing orders that make these products."""
        productions = self.env["mrp.production"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("product_id", "in", self.product_id.ids),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        return self._rows_action(self.env._("Manufacturing Orders"), productions)

    def _rows_action(self, name, records):
        if not self.env[records._name].has_access("read"):
            return open_rows(records, name)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", records.ids)],
            "context": {"create": False},
        }

    # ------------------------------------------------------------------ noticing

    def action_notice(self):
        """Make a production notice over what is not noticed yet of the chosen rows (P3).

        :raise UserError: where nothing is missing, or what is missing is not made by us
        :return: window action that opens the notice
        """
        self.company_id._check_production_planned()
        rows = self.filtered(lambda row: row.uom_id.compare(row.to_notice, 0) > 0)
        if not rows:
            raise UserError(
                self.env._(
                    "Nothing of the chosen products has to be produced that is not noticed already."
                )
            )
        if wrong := rows.filtered(lambda row: row.supply not in ("make", "subcontract")):
            raise UserError(
                self.env._(
                    "%s has no bill of materials: production cannot make it. Ask purchasing for it, or "
                    "add a bill of materials.",
                    wrong[0].product_id.display_name,
                )
            )
        notices = self.env["production.notice"].create(
            [
                {
                    "company_id": company.id,
                    "source": "roundup",
                    "line_ids": [Command.create(values) for values in own._prepare_notice_lines()],
                }
                for company, own in rows.grouped("company_id").items()
            ]
        )
        return notices._get_records_action(name=self.env._("Production Notice"))

    def _prepare_notice_lines(self):
        """Values of the notice lines over what is not noticed yet of rows of one company."""
        company = self.company_id
        today, months = company._approval_today(), max(company.production_horizon_months, 1)
        # a forecast is needed by the end of the months planned ahead
        end = today.replace(day=1) + relativedelta(months=months, days=-1)
        owed, found = self._order_lines()._owed_goods(), []
        for row in self:
            product = row.product_id
            lines = self.env["sale.order.line"].union(
                *(line for line, goods in owed.items() if goods.get(product, 0.0) > 0)
            )
            values = lines._prepare_notice_line(product, row.to_notice)
            found.append({**values, "date_needed": values["date_needed"] or end})
        return found


# Goods at subcontractors are not in stock.
_OUTSIDE = SQL(
    """outside AS (
        SELECT l.id
          FROM stock_location l
          JOIN stock_location r ON starts_with(l.parent_path, r.parent_path)
          JOIN res_company c ON c.subcontracting_location_id = r.id
    )"""
)
# Lines of confirmed orders of which something is owed, in the unit of their product.
_LINES = SQL(
    """lines AS (
        SELECT l.id, s.company_id, l.order_id, l.product_id, l.promised_date,
               l.product_uom_qty * lu.factor / pu.factor AS ordered,
               l.qty_delivered * lu.factor / pu.factor AS delivered,
               EXISTS (SELECT FROM stock_move m
                         JOIN mrp_bom_line bl ON bl.id = m.bom_line_id
                         JOIN mrp_bom b ON b.id = bl.bom_id
                        WHERE m.sale_line_id = l.id AND b.type = 'phantom') AS is_kit
          FROM sale_order_line l
          JOIN sale_order s ON s.id = l.order_id
          JOIN planning c ON c.company_id = s.company_id
          JOIN product_product p ON p.id = l.product_id
          JOIN product_template t ON t.id = p.product_tmpl_id
          JOIN uom_uom lu ON lu.id = l.product_uom_id
          JOIN uom_uom pu ON pu.id = t.uom_id
         WHERE s.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
               AND t.type = 'consu' AND l.qty_delivered_method = 'stock_move'
               AND l.product_uom_qty > l.qty_delivered
    )"""
)
_GOODS = SQL(
    """goods AS (
        SELECT company_id, product_id, SUM(ordered) AS ordered, SUM(delivered) AS delivered,
               SUM(ordered - delivered) AS owed,
               COUNT(DISTINCT order_id) FILTER (WHERE ordered > delivered) AS order_count,
               MIN(promised_date) FILTER (WHERE ordered > delivered) AS date_needed
          FROM (SELECT company_id, product_id, order_id, promised_date, ordered, delivered
                  FROM lines WHERE NOT is_kit
                 UNION ALL
                SELECT company_id, product_id, order_id, promised_date, ordered, delivered
                  FROM kits) all_goods
      GROUP BY 1, 2
    )"""
)
_STOCK = SQL(
    """stock AS (
        SELECT q.company_id, q.product_id, SUM(q.quantity - q.reserved_quantity) AS free
          FROM stock_quant q
          JOIN planning c ON c.company_id = q.company_id
          JOIN stock_location l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.id NOT IN (SELECT id FROM outside)
      GROUP BY 1, 2
    )"""
)
# What is kept for customers, comes from vendors, or is being made; subcontracted work comes from its
# vendor and is not counted as a production of our own as well.
_COMING = SQL(
    """coming AS (
        SELECT company_id, product_id, SUM(reserved) AS reserved, SUM(incoming) AS incoming,
               SUM(in_production) AS in_production
          FROM (SELECT ml.company_id, ml.product_id, ml.quantity_product_uom AS reserved,
                       0 AS incoming, 0 AS in_production
                  FROM stock_move_line ml
                  JOIN stock_move m ON m.id = ml.move_id
                  JOIN stock_location l ON l.id = ml.location_id
                 WHERE m.sale_line_id IS NOT NULL AND m.state NOT IN ('draft', 'done', 'cancel')
                       AND l.usage = 'internal'
                 UNION ALL
                SELECT m.company_id, m.product_id, 0,
                       CASE WHEN m.production_id IS NULL THEN m.product_qty ELSE 0 END,
                       CASE WHEN m.production_id IS NULL THEN 0 ELSE m.product_qty END
                  FROM stock_move m
                  JOIN stock_location s ON s.id = m.location_id
                  JOIN stock_location d ON d.id = m.location_dest_id
                 WHERE m.state NOT IN ('done', 'cancel') AND d.usage = 'internal'
                       AND d.id NOT IN (SELECT id FROM outside)
                       AND (m.production_id IS NOT NULL
                            OR m.purchase_line_id IS NOT NULL AND m.state != 'draft'
                               AND (s.usage = 'supplier' OR s.id IN (SELECT id FROM outside)))
               ) all_moves
      GROUP BY 1, 2
    )"""
)
# Of each month the newest released forecast counts, as far as orders of the month do not cover it.
_FORECAST = SQL(
    """newest AS (
        SELECT DISTINCT ON (fl.company_id, fl.product_id, fl.month)
               fl.company_id, fl.product_id, fl.month, fl.final_quantity
          FROM sales_forecast_line fl
          JOIN sales_forecast sf ON sf.id = fl.forecast_id
          JOIN planning c ON c.company_id = fl.company_id
         WHERE sf.state = 'released' AND sf.level = 'product' AND sf.active
               AND fl.product_id IS NOT NULL
               AND fl.month >= c.first_month AND fl.month < c.end_month
      ORDER BY fl.company_id, fl.product_id, fl.month, fl.issue_month DESC, fl.id DESC
    ),
    sold AS (
        SELECT s.company_id, l.product_id,
               date_trunc('month', (s.date_order AT TIME ZONE 'UTC') AT TIME ZONE c.tz)::date AS month,
               SUM(l.product_uom_qty * lu.factor / pu.factor) AS sold
          FROM sale_order_line l
          JOIN sale_order s ON s.id = l.order_id
          JOIN planning c ON c.company_id = s.company_id
          JOIN product_product p ON p.id = l.product_id
          JOIN product_template t ON t.id = p.product_tmpl_id
          JOIN uom_uom lu ON lu.id = l.product_uom_id
          JOIN uom_uom pu ON pu.id = t.uom_id
         WHERE s.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
               AND s.date_order >= c.first_month::timestamp - interval '1 day'
      GROUP BY 1, 2, 3
    ),
    forecast AS (
        SELECT n.company_id, n.product_id,
               SUM(GREATEST(0, n.final_quantity - COALESCE(s.sold, 0))) AS planned
          FROM newest n
          LEFT JOIN sold s USING (company_id, product_id, month)
      GROUP BY 1, 2
        HAVING SUM(GREATEST(0, n.final_quantity - COALESCE(s.sold, 0))) > 0
    )"""
)
_SUPPLY = SQL(
    """CASE
        WHEN EXISTS (SELECT FROM mrp_bom b WHERE b.active AND b.type = 'normal'
                        AND (b.company_id IS NULL OR b.company_id = f.company_id)
                        AND (b.product_id = p.id
                             OR b.product_id IS NULL AND b.product_tmpl_id = t.id)) THEN 'make'
        WHEN EXISTS (SELECT FROM mrp_bom b WHERE b.active AND b.type = 'subcontract'
                        AND (b.company_id IS NULL OR b.company_id = f.company_id)
                        AND (b.product_id = p.id
                             OR b.product_id IS NULL AND b.product_tmpl_id = t.id))
             THEN 'subcontract'
        WHEN EXISTS (SELECT FROM product_supplierinfo i
                      WHERE i.product_tmpl_id = t.id
                        AND (i.company_id IS NULL OR i.company_id = f.company_id)) THEN 'buy'
        ELSE 'none' END"""
)
