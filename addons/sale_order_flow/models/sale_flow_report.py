from odoo import fields, models
from odoo.tools import SQL

from .sale_order_stage import FLOW_STAGES


class SaleFlowReport(models.Model):
    """Confirmed order lines in the order flow: revenue, and whether they left when promised (F20).

    One row a line, nothing grouped beforehand, so that PostgreSQL leaves out whatever a page does not
    ask for. Every figure opens its lines, and every line its order.
    """

    _name = "sale.flow.report"
    _description = "Order Statistics"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "order_id"
    _depends = {
        "sale.order": [
            "state",
            "date_order",
            "partner_id",
            "user_id",
            "team_id",
            "company_id",
            "flow_stage",
            "order_channel",
            "currency_rate",
        ],
        "sale.order.line": [
            "order_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "qty_delivered",
            "price_subtotal",
            "display_type",
            "promised_date",
        ],
        "stock.move": [
            "sale_line_id",
            "product_id",
            "product_uom",
            "state",
            "date",
            "location_id",
            "location_dest_id",
            "quantity",
            "to_refund",
        ],
    }

    order_id = fields.Many2one("sale.order", readonly=True)
    orders = fields.Many2one(
        "sale.order", readonly=True, string="Number of Orders", aggregator="count_distinct"
    )
    customers = fields.Many2one(
        "res.partner", readonly=True, string="Number of Customers", aggregator="count_distinct"
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    date = fields.Datetime(string="Order Date", readonly=True)
    stage = fields.Selection(FLOW_STAGES, readonly=True)
    channel = fields.Selection(
        string="Order Came By",
        selection=lambda self: (
            self.env["sale.order"]._fields["order_channel"]._description_selection(self.env)
        ),
        readonly=True,
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    revenue = fields.Monetary(string="Revenue (Untaxed)", readonly=True)
    quantity = fields.Float(string="Ordered", readonly=True, digits="Product Unit")
    delivered = fields.Float(readonly=True, digits="Product Unit")
    returned = fields.Float(readonly=True, digits="Product Unit")
    promised_date = fields.Datetime(string="Promised", readonly=True)
    delivered_date = fields.Datetime(
        string="Delivered On",
        readonly=True,
        help="When the last of the goods left; empty while something is to be delivered.",
    )
    on_time = fields.Float(
        string="On Time (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Lines that were delivered on the promised day or before, among those that were delivered "
        "or are overdue. By the calendar of the company.",
    )
    judged = fields.Boolean(
        string="Delivered or Overdue",
        readonly=True,
        help="The lines whose punctuality is known: what is not due yet is neither late nor on time.",
    )
    days_late = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Days after the promised day, by the calendar of the company; zero for what was on time. "
        "Overdue lines count until today.",
    )

    @property
    def _table_query(self):
        companies = self.env.companies or self.env.company
        currency_table = self.env["res.currency"]._get_simple_currency_table(companies)
        # what was delivered is judged by the day it left, what was not by today
        late = self._local_day(SQL("COALESCE(done.at, %s)", fields.Datetime.now()))
        promised = self._local_day(SQL("l.promised_date"))
        return SQL(
            """
            SELECT l.id,
                   s.id AS order_id,
                   s.id AS orders,
                   s.partner_id,
                   c_p.commercial_partner_id AS customers,
                   s.user_id,
                   s.team_id,
                   s.company_id,
                   l.product_id,
                   t.categ_id,
                   s.date_order AS date,
                   s.flow_stage AS stage,
                   s.order_channel AS channel,
                   %(currency)s AS currency_id,
                   l.price_subtotal / COALESCE(NULLIF(s.currency_rate, 0), 1)
                       * account_currency_table.rate AS revenue,
                   l.product_uom_qty * lu.factor / pu.factor AS quantity,
                   l.qty_delivered * lu.factor / pu.factor AS delivered,
                   came.back AS returned,
                   l.promised_date,
                   done.at AS delivered_date,
                   NOT (%(not_judged)s)
                       AND (done.at IS NOT NULL OR %(late)s > %(promised)s) AS judged,
                   CASE WHEN %(not_judged)s THEN NULL
                        WHEN %(late)s <= %(promised)s
                        THEN CASE WHEN done.at IS NOT NULL THEN 100.0 END
                        ELSE 0.0 END AS on_time,
                   CASE WHEN %(not_judged)s THEN NULL
                        WHEN %(late)s <= %(promised)s
                        THEN CASE WHEN done.at IS NOT NULL THEN 0.0 END
                        ELSE %(late)s - %(promised)s END AS days_late
              FROM sale_order_line l
              JOIN sale_order s ON s.id = l.order_id
              JOIN %(currency_table)s ON account_currency_table.company_id = s.company_id
              LEFT JOIN res_partner c_p ON c_p.id = s.partner_id
              LEFT JOIN product_product p ON p.id = l.product_id
              LEFT JOIN product_template t ON t.id = p.product_tmpl_id
              LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
              LEFT JOIN uom_uom pu ON pu.id = t.uom_id
              LEFT JOIN res_company c ON c.id = s.company_id
              LEFT JOIN resource_calendar calendar ON calendar.id = c.resource_calendar_id
              LEFT JOIN (
                    SELECT sale_line_id, MAX(last_at) AS last_at, SUM(sent) AS sent,
                           SUM(back) AS back, MAX(back / NULLIF(sent, 0)) AS share,
                           BOOL_AND(credited) AS credited,
                           MIN(product_id) AS first_product, MAX(product_id) AS last_product
                      FROM (%(gone)s) AS goods
                  GROUP BY sale_line_id
                   ) AS gone ON gone.sale_line_id = l.id
              LEFT JOIN LATERAL (
                    -- of a kit other goods leave than were ordered: its components
                    SELECT gone.first_product = l.product_id
                               AND gone.last_product = l.product_id AS whole,
                           l.product_uom_qty * lu.factor AS ordered,
                           lu.factor / pu.factor AS per_unit
                   ) AS line ON TRUE
              LEFT JOIN LATERAL (
                    -- kits are counted by the component of which most came back
                    SELECT CASE WHEN line.whole THEN COALESCE(gone.back, 0) / pu.factor
                                WHEN gone.share IS NULL THEN 0
                                WHEN NOT gone.credited
                                THEN gone.share * l.qty_delivered * line.per_unit
                                WHEN gone.share < 1
                                THEN gone.share / (1 - gone.share)
                                     * l.qty_delivered * line.per_unit
                                ELSE l.product_uom_qty * line.per_unit END AS back
                   ) AS came ON TRUE
              LEFT JOIN LATERAL (
                    -- when the customer had all of it for the first time, whatever came back later
                    SELECT CASE WHEN line.whole AND gone.back IS NULL
                                     AND gone.sent <= line.ordered + %(close)s
                                THEN CASE WHEN gone.sent >= line.ordered - %(close)s
                                          THEN gone.last_at END
                                WHEN line.whole
                                THEN (SELECT MIN(had.date)
                                        FROM (%(had)s) AS had
                                       WHERE had.quantity >= line.ordered - %(close)s)
                                WHEN l.qty_delivered * line.per_unit
                                     + CASE WHEN gone.credited THEN came.back ELSE 0 END
                                     >= l.product_uom_qty * line.per_unit - %(close)s
                                THEN gone.last_at END AS at
                   ) AS done ON TRUE
             WHERE s.flow_stage IS NOT NULL AND s.state = 'sale' AND l.display_type IS NULL
                   AND l.product_id IS NOT NULL
            """,
            currency=self.env.company.currency_id.id,
            currency_table=currency_table,
            late=late,
            promised=promised,
            # neither services nor lines of nothing are promised
            not_judged=SQL(
                "l.promised_date IS NULL OR t.type != 'consu' OR l.product_uom_qty <= 0"
            ),
            gone=self._goods_that_moved(),
            had=self._goods_the_customer_had(),
            close=SQL("0.000001"),
        )

    def _goods_that_moved(self):
        """What left to the customer and came back, by line and product, in the reference unit."""
        return SQL(
            """
            SELECT m.sale_line_id,
                   m.product_id,
                   MAX(m.date) FILTER (WHERE d.usage = 'customer') AS last_at,
                   SUM(m.quantity * mu.factor) FILTER (WHERE d.usage = 'customer') AS sent,
                   SUM(m.quantity * mu.factor) FILTER (WHERE o.usage = 'customer') AS back,
                   BOOL_AND(m.to_refund) FILTER (WHERE o.usage = 'customer') AS credited
              FROM stock_move m
              JOIN stock_location o ON o.id = m.location_id
              JOIN stock_location d ON d.id = m.location_dest_id
              JOIN uom_uom mu ON mu.id = m.product_uom
             WHERE m.state = 'done' AND m.sale_line_id IS NOT NULL
                   AND (o.usage = 'customer') != (d.usage = 'customer')
          GROUP BY m.sale_line_id, m.product_id
            """
        )

    def _goods_the_customer_had(self):
        """How much of a line the customer had after each transfer, in the reference unit.

        Looked up line by line, and only for lines of which something came back or too much left.
        """
        return SQL(
            """
            SELECT m.date,
                   SUM(CASE WHEN d.usage = 'customer' THEN 1 ELSE -1 END * m.quantity * mu.factor)
                       OVER (ORDER BY m.date, m.id) AS quantity
              FROM stock_move m
              JOIN stock_location o ON o.id = m.location_id
              JOIN stock_location d ON d.id = m.location_dest_id
              JOIN uom_uom mu ON mu.id = m.product_uom
             WHERE m.sale_line_id = l.id AND m.state = 'done'
                   AND (o.usage = 'customer') != (d.usage = 'customer')
            """
        )

    def _local_day(self, moment):
        """The day of a moment where the company works, as SQL.

        :param moment: SQL of a timestamp in UTC; the query joins ``calendar``, that of the company
        """
        return SQL(
            "((%s AT TIME ZONE 'UTC') AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date", moment
        )

    def action_open_order(self):
        """The order of the line."""
        self.ensure_one()
        return self.order_id._get_records_action()
