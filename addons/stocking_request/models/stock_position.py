from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

PERIOD_DAYS = 365
RECENT_DAYS = 90


class StockPosition(models.Model):
    """What a warehouse has of a product, what is asked of it and what should be stocked (S7, S9).

    One row a product and warehouse, summed from the documents, each of which can be opened. The
    suggestion covers open orders, and beside them the minimum of the reordering rule, or as many
    days of sales as the company wants to have in stock, whichever is more.
    """

    _name = "stock.position"
    _description = "Stock Position"
    _auto = False
    _rec_name = "product_id"
    _order = "suggested_quantity desc, product_id"
    _depends = {
        "product.product": ["product_tmpl_id", "standard_price", "active"],
        "product.template": ["categ_id", "is_storable", "uom_id"],
        "res.company": ["stock_cover_days", "stock_slow_days"],
        "sale.order.line": [
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "qty_delivered",
            "state",
            "warehouse_id",
        ],
        "stock.location": ["usage", "warehouse_id"],
        "stock.move": ["location_dest_id", "location_id", "product_qty", "sale_line_id", "state"],
        "stock.move.line": ["date", "quantity_product_uom", "state"],
        "stock.quant": ["in_date", "location_id", "product_id", "quantity", "reserved_quantity"],
        "stock.warehouse": ["company_id"],
        "stock.warehouse.orderpoint": ["product_id", "product_min_qty", "warehouse_id", "active"],
        "uom.uom": ["factor"],
    }

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    on_hand = fields.Float(digits="Product Unit", readonly=True)
    reserved = fields.Float(digits="Product Unit", readonly=True)
    incoming = fields.Float(digits="Product Unit", readonly=True)
    demand = fields.Float(
        string="Ordered",
        digits="Product Unit",
        readonly=True,
        help="Confirmed orders not shipped yet, and other goods that are to leave.",
    )
    minimum = fields.Float(digits="Product Unit", readonly=True)
    sold_recently = fields.Float(string="Shipped in 90 Days", digits="Product Unit", readonly=True)
    sold_year = fields.Float(string="Shipped in 365 Days", digits="Product Unit", readonly=True)
    value = fields.Monetary(string="Stock Value", readonly=True, help="At cost.")
    turnover = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Shipped in 365 days, divided by what is in stock now.",
    )
    days_of_cover = fields.Float(
        readonly=True,
        aggregator="avg",
        help="How many days the stock lasts at the pace of the last 90 days.",
    )
    last_out_date = fields.Date(string="Last Shipped On", readonly=True)
    in_date = fields.Date(string="Oldest Stock Since", readonly=True)
    suggested_quantity = fields.Float(
        string="Suggested", digits="Product Unit", readonly=True, help="What should be stocked."
    )
    alert = fields.Selection(
        [
            ("shortage", "Missing for Orders"),
            ("minimum", "Below the Minimum"),
            ("cover", "Sells Out Soon"),
            ("slow", "Slow-Moving"),
            ("fine", "Enough"),
        ],
        readonly=True,
    )

    # ------------------------------------------------------------------ the view

    @property
    def _table_query(self):
        return SQL(
            """
            WITH quants AS (%(quants)s), incoming AS (%(incoming)s), demand AS (%(demand)s),
                 shipped AS (%(shipped)s), minimum AS (%(minimum)s),
            pairs AS (
                SELECT product_id, warehouse_id FROM quants UNION
                SELECT product_id, warehouse_id FROM incoming UNION
                SELECT product_id, warehouse_id FROM demand UNION
                SELECT product_id, warehouse_id FROM minimum
            ),
            figures AS (
                SELECT (w.id::bigint << 31) + p.id AS id, p.id AS product_id, t.categ_id,
                       w.id AS warehouse_id, w.company_id, c.stock_slow_days,
                       COALESCE(q.quantity, 0) AS on_hand,
                       COALESCE(q.reserved, 0) AS reserved,
                       COALESCE(i.quantity, 0) AS incoming,
                       COALESCE(d.quantity, 0) AS demand,
                       COALESCE(m.quantity, 0) AS minimum,
                       COALESCE(s.recent, 0) AS sold_recently,
                       COALESCE(s.year, 0) AS sold_year,
                       COALESCE(q.quantity, 0)
                         * COALESCE((p.standard_price ->> w.company_id::text)::numeric, 0) AS value,
                       COALESCE(s.recent, 0) / %(recent)s * COALESCE(c.stock_cover_days, 0) AS cover,
                       s.last_out_date, q.in_date
                  FROM pairs
                  JOIN product_product p ON p.id = pairs.product_id AND p.active
                  JOIN product_template t ON t.id = p.product_tmpl_id AND t.is_storable
                  JOIN stock_warehouse w ON w.id = pairs.warehouse_id
                  JOIN res_company c ON c.id = w.company_id
                  LEFT JOIN quants q USING (product_id, warehouse_id)
                  LEFT JOIN incoming i USING (product_id, warehouse_id)
                  LEFT JOIN demand d USING (product_id, warehouse_id)
                  LEFT JOIN shipped s USING (product_id, warehouse_id)
                  LEFT JOIN minimum m USING (product_id, warehouse_id)
            )
            SELECT f.*,
                   CASE WHEN on_hand > 0 THEN sold_year / on_hand END AS turnover,
                   CASE WHEN sold_recently > 0 THEN on_hand * %(recent)s / sold_recently END
                       AS days_of_cover,
                   GREATEST(0, demand + GREATEST(minimum, cover) - on_hand - incoming)
                       AS suggested_quantity,
                   CASE WHEN demand > on_hand + incoming THEN 'shortage'
                        WHEN on_hand + incoming - demand < minimum THEN 'minimum'
                        WHEN on_hand + incoming - demand < cover THEN 'cover'
                        WHEN on_hand > 0 AND COALESCE(stock_slow_days, 0) > 0
                             AND COALESCE(last_out_date, in_date)
                                 < (now() AT TIME ZONE 'UTC')::date - stock_slow_days THEN 'slow'
                        ELSE 'fine' END AS alert
              FROM figures f
            """,
            quants=self._quants(),
            incoming=self._incoming(),
            demand=self._demand(),
            shipped=self._shipped(),
            minimum=self._minimum(),
            recent=RECENT_DAYS,
        )

    @api.model
    def _quants(self):
        return SQL(
            """SELECT q.product_id, l.warehouse_id, SUM(q.quantity) AS quantity,
                      SUM(q.reserved_quantity) AS reserved, MIN(q.in_date)::date AS in_date
                 FROM stock_quant q
                 JOIN stock_location l ON l.id = q.location_id
                WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
                GROUP BY q.product_id, l.warehouse_id"""
        )

    @api.model
    def _incoming(self):
        return SQL(
            """SELECT m.product_id, dest.warehouse_id, SUM(m.product_qty) AS quantity
                 FROM stock_move m
                 JOIN stock_location src ON src.id = m.location_id
                 JOIN stock_location dest ON dest.id = COALESCE(m.location_final_id, m.location_dest_id)
                WHERE m.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
                  AND dest.warehouse_id IS NOT NULL
                  AND src.warehouse_id IS DISTINCT FROM dest.warehouse_id
                GROUP BY m.product_id, dest.warehouse_id"""
        )

    @api.model
    def _demand(self):
        """Lines of confirmed orders, shipped or not yet launched, and moves of other documents."""
        return SQL(
            """SELECT product_id, warehouse_id, SUM(quantity) AS quantity FROM (
                   SELECT sol.product_id, sol.warehouse_id,
                          GREATEST(0, sol.product_uom_qty - COALESCE(sol.qty_delivered, 0))
                            * u.factor / pu.factor AS quantity
                     FROM sale_order_line sol
                     JOIN uom_uom u ON u.id = sol.product_uom_id
                     JOIN product_product p ON p.id = sol.product_id
                     JOIN product_template t ON t.id = p.product_tmpl_id AND t.is_storable
                     JOIN uom_uom pu ON pu.id = t.uom_id
                    WHERE sol.state = 'sale' AND sol.warehouse_id IS NOT NULL
                      AND sol.product_uom_qty > COALESCE(sol.qty_delivered, 0)
                   UNION ALL
                   SELECT m.product_id, src.warehouse_id, m.product_qty
                     FROM stock_move m
                     JOIN stock_location src ON src.id = m.location_id
                     JOIN stock_location dest ON dest.id = m.location_dest_id
                    WHERE m.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
                      AND m.sale_line_id IS NULL AND src.warehouse_id IS NOT NULL
                      AND src.warehouse_id IS DISTINCT FROM dest.warehouse_id
               ) open GROUP BY product_id, warehouse_id"""
        )

    @api.model
    def _shipped(self):
        """What left for customers or into production, net of what came back."""
        return SQL(
            """SELECT product_id, warehouse_id,
                      GREATEST(0, SUM(quantity) FILTER (WHERE date >= now() AT TIME ZONE 'UTC'
                          - %(recent)s * interval '1 day')) AS recent,
                      GREATEST(0, SUM(quantity)) AS year,
                      MAX(date) FILTER (WHERE quantity > 0)::date AS last_out_date
                 FROM (
                   SELECT ml.product_id, COALESCE(src.warehouse_id, dest.warehouse_id) AS warehouse_id,
                          ml.date, CASE WHEN src.warehouse_id IS NULL THEN -1 ELSE 1 END
                            * ml.quantity_product_uom AS quantity
                     FROM stock_move_line ml
                     JOIN stock_location src ON src.id = ml.location_id
                     JOIN stock_location dest ON dest.id = ml.location_dest_id
                    WHERE ml.state = 'done'
                      AND ml.date >= now() AT TIME ZONE 'UTC' - %(period)s * interval '1 day'
                      AND ((src.usage = 'internal' AND dest.usage IN ('customer', 'production'))
                           OR (src.usage = 'customer' AND dest.usage = 'internal'))
               ) moved WHERE warehouse_id IS NOT NULL GROUP BY product_id, warehouse_id""",
            recent=RECENT_DAYS,
            period=PERIOD_DAYS,
        )

    @api.model
    def _minimum(self):
        return SQL(
            """SELECT product_id, warehouse_id, MAX(product_min_qty) AS quantity
                 FROM stock_warehouse_orderpoint
                WHERE active AND warehouse_id IS NOT NULL
                GROUP BY product_id, warehouse_id"""
        )

    # ------------------------------------------------------------------ acting on it

    def action_request_stock(self):
        """Make stocking requests of what is suggested, one a warehouse (S7).

        :raise UserError: when nothing is suggested for any of the rows
        :return: window action of the drafts
        """
        wanted = self.filtered(lambda row: row.uom_id.compare(row.suggested_quantity, 0.0) > 0)
        if not wanted:
            raise UserError(
                self.env._("Nothing needs to be stocked of what you chose: there is enough.")
            )
        requests = self.env["stocking.request"].create(
            [
                {
                    "reason": "plan",
                    "company_id": warehouse.company_id.id,
                    "warehouse_id": warehouse.id,
                    "purpose": self.env._("Suggested from orders, sales and minimums."),
                    "line_ids": [
                        fields.Command.create(
                            {
                                "product_id": row.product_id.id,
                                "product_uom_id": row.uom_id.id,
                                "quantity": row.uom_id.round(
                                    row.suggested_quantity, rounding_method="UP"
                                ),
                            }
                        )
                        for row in rows
                    ],
                }
                for warehouse, rows in wanted.grouped("warehouse_id").items()
            ]
        )
        return requests._get_records_action()

    def _open(self, name, model, domain, context=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "domain": list(Domain(domain)),
            "views": [(False, "list"), (False, "form")],
            "context": context or {},
        }

    def action_open_on_hand(self):
        """Open the stock of the product in this warehouse."""
        self.ensure_one()
        return self._open(
            self.env._("On Hand"),
            "stock.quant",
            [
                ("product_id", "=", self.product_id.id),
                ("location_id.usage", "=", "internal"),
                ("location_id.warehouse_id", "=", self.warehouse_id.id),
            ],
        )

    def action_open_incoming(self):
        """Open the transfers that bring the product."""
        self.ensure_one()
        return self._open(
            self.env._("Incoming"),
            "stock.move",
            [
                ("product_id", "=", self.product_id.id),
                ("state", "in", ("waiting", "confirmed", "partially_available", "assigned")),
                ("location_id.warehouse_id", "!=", self.warehouse_id.id),
                "|",
                ("location_final_id.warehouse_id", "=", self.warehouse_id.id),
                "&",
                ("location_final_id", "=", False),
                ("location_dest_id.warehouse_id", "=", self.warehouse_id.id),
            ],
        )

    def action_open_demand(self):
        """Open the order lines that wait for the product."""
        self.ensure_one()
        return self._open(
            self.env._("Ordered"),
            "sale.order.line",
            [
                ("product_id", "=", self.product_id.id),
                ("state", "=", "sale"),
                ("warehouse_id", "=", self.warehouse_id.id),
                ("id", "in", self._open_lines()),
            ],
        )

    def _open_lines(self):
        """Ids of the order lines that wait for the product here, as the figure counts them."""
        line = self.env["sale.order.line"]
        query = line._search(
            [
                ("product_id", "=", self.product_id.id),
                ("state", "=", "sale"),
                ("warehouse_id", "=", self.warehouse_id.id),
            ]
        )
        query.add_where(
            SQL(
                "%s > COALESCE(%s, 0)",
                SQL.identifier(query.table, "product_uom_qty"),
                SQL.identifier(query.table, "qty_delivered"),
            )
        )
        return query

    def action_open_shipped(self):
        """Open what left in the last 365 days."""
        self.ensure_one()
        start = fields.Datetime.now() - timedelta(days=PERIOD_DAYS)
        return self._open(
            self.env._("Shipped"),
            "stock.move.line",
            [
                ("product_id", "=", self.product_id.id),
                ("state", "=", "done"),
                ("date", ">=", start),
                "|",
                "&",
                ("location_id.warehouse_id", "=", self.warehouse_id.id),
                ("location_dest_id.usage", "in", ("customer", "production")),
                "&",
                ("location_id.usage", "=", "customer"),
                ("location_dest_id.warehouse_id", "=", self.warehouse_id.id),
            ],
        )

    # ------------------------------------------------------------------ telling

    @api.model
    def _cron_tell_assistants(self):
        """Tell the sales assistants once a day what runs short or does not move (S7)."""
        companies = self.env["res.company"].sudo().search([("stock_alerts", "=", True)])
        for company in companies:
            counts = dict(
                self.sudo()._read_group(
                    [("company_id", "=", company.id), ("alert", "!=", "fine")],
                    ["alert"],
                    ["__count"],
                )
            )
            people = self.env["approval.role"]._people("sales_assistant", company)
            for lang, readers in people.grouped("lang").items() if counts else ():
                self._tell(company, counts, readers, lang)

    def _tell(self, company, counts, people, lang):
        position = self.with_context(lang=lang).sudo()
        labels = dict(position._fields["alert"]._description_selection(position.env))
        self.env["mail.thread"].with_context(lang=lang).sudo().message_notify(
            partner_ids=people.partner_id.ids,
            subject=position.env._("%s: what to stock", company.name),
            body=", ".join(
                position.env._("%(alert)s: %(count)s", alert=labels[alert], count=count)
                for alert, count in counts.items()
            ),
            model=False,
            res_id=False,
        )
