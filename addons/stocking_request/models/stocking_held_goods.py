from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

from .stocking_request import REASONS

# older than so many days, and not older than the next
AGES = [(0, "days30"), (31, "days60"), (61, "days90"), (91, "days180"), (181, "older")]
VALUE_GROUPS = "stocking_request.group_stocking_supply,stock.group_stock_manager"
REMINDER = "stocking_request.mail_activity_held_goods"


class StockingHeldGoods(models.Model):
    """What was put aside for stocking requests, since when, and what became of it (S9).

    One row for each transfer into the held stock, as the goods have an age of their own. What left
    is counted against the oldest goods of its allocation first: sold, brought back into the free
    stock, or on a transfer that is not done yet. What is not gone is stocked and unsold.

    ============================  =============================================================
    who                           sees
    ============================  =============================================================
    user of stocking requests     own requests, those whose goods the own department may sell,
                                  those of the department one heads; no value
    supply, stock manager         all of the company, with the value at cost
    ============================  =============================================================
    """

    _name = "stocking.held.goods"
    _description = "Goods Put Aside"
    _auto = False
    _rec_name = "product_id"
    _order = "since, id"
    _depends = {
        "product.product": ["product_tmpl_id", "standard_price"],
        "product.template": ["categ_id", "uom_id"],
        "res.company": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
        "stock.move": [
            "date",
            "location_dest_id",
            "location_id",
            "product_id",
            "product_qty",
            "product_uom",
            "quantity",
            "state",
            "stocking_allocation_id",
        ],
        "stock.warehouse": ["company_id", "held_location_id", "lot_stock_id"],
        "stocking.allocation": ["request_id"],
        "stocking.request": ["department_id", "partner_id", "reason", "sale_order_id", "user_id"],
        "uom.uom": ["factor"],
    }

    request_id = fields.Many2one("stocking.request", readonly=True)
    allocation_id = fields.Many2one("stocking.allocation", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    user_id = fields.Many2one("res.users", string="Applicant", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    sale_order_id = fields.Many2one("sale.order", string="For Order", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    since = fields.Date(string="Put Aside On", readonly=True)
    age_days = fields.Integer(
        string="Age (Days)",
        readonly=True,
        aggregator="max",
        help="Since when what is not gone stands aside; nothing where all is gone.",
    )
    age = fields.Selection(
        [
            ("days30", "Up to 30 Days"),
            ("days60", "31 to 60 Days"),
            ("days90", "61 to 90 Days"),
            ("days180", "91 to 180 Days"),
            ("older", "Over 180 Days"),
        ],
        readonly=True,
    )
    stored_quantity = fields.Float(string="Put Aside", digits="Product Unit", readonly=True)
    unsold_quantity = fields.Float(
        string="Unsold",
        digits="Product Unit",
        readonly=True,
        help="Still in the held stock, released for delivery or not.",
    )
    leaving_quantity = fields.Float(
        string="Released",
        digits="Product Unit",
        readonly=True,
        help="Of what is unsold, on a delivery or return that is not done yet.",
    )
    sold_quantity = fields.Float(
        string="Sold", digits="Product Unit", readonly=True, help="Left with the orders it was for."
    )
    returned_quantity = fields.Float(
        string="Returned to Stock", digits="Product Unit", readonly=True
    )
    value = fields.Monetary(
        string="Unsold Value", readonly=True, groups=VALUE_GROUPS, help="At cost."
    )
    status = fields.Selection(
        [("held", "Unsold"), ("leaving", "Released"), ("gone", "Sold or Returned")], readonly=True
    )

    # ------------------------------------------------------------------ the view

    @property
    def _table_query(self):
        return SQL(
            """
            WITH gone AS (%(gone)s), arrived AS (%(arrived)s),
            figures AS (
                SELECT a.*, %(sold)s AS sold_quantity, %(returned)s AS returned_quantity,
                       %(leaving)s AS leaving_quantity
                  FROM arrived a LEFT JOIN gone g USING (allocation_id)
            ),
            goods AS (
                SELECT f.*, stored_quantity - sold_quantity - returned_quantity AS unsold_quantity,
                       today - since AS days
                  FROM figures f
            )
            SELECT goods.id, goods.allocation_id, al.request_id, goods.product_id, t.categ_id,
                   goods.warehouse_id, goods.company_id, r.user_id, r.department_id, r.partner_id,
                   r.sale_order_id, r.reason, since, stored_quantity, unsold_quantity,
                   leaving_quantity, sold_quantity, returned_quantity,
                   unsold_quantity
                     * COALESCE((p.standard_price ->> goods.company_id::text)::numeric, 0) AS value,
                   CASE WHEN unsold_quantity >= u.least THEN days END AS age_days,
                   CASE WHEN unsold_quantity >= u.least THEN %(age)s END AS age,
                   CASE WHEN unsold_quantity < u.least THEN 'gone'
                        WHEN unsold_quantity - leaving_quantity < u.least THEN 'leaving'
                        ELSE 'held' END AS status
              FROM goods
              JOIN stocking_allocation al ON al.id = goods.allocation_id
              JOIN stocking_request r ON r.id = al.request_id
              JOIN product_product p ON p.id = goods.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
              CROSS JOIN (SELECT %(least)s::float8 AS least) u
            """,
            gone=self._gone(),
            arrived=self._arrived(),
            sold=self._share("0", "g.sold"),
            returned=self._share("g.sold", "g.sold + g.returned"),
            leaving=self._share("g.sold + g.returned", "g.sold + g.returned + g.leaving"),
            age=self._age(),
            # less than that is rounding
            least=0.5 * 10 ** -self.env["decimal.precision"].precision_get("Product Unit"),
        )

    @api.model
    def _share(self, start, end):
        """What these goods have of the stretch of what left, the oldest goods leaving first.

        :param start, end: SQL over the table ``g``, constants of this file
        """
        return SQL(
            """GREATEST(0, LEAST(a.before + a.stored_quantity, COALESCE(%s, 0))
                           - GREATEST(a.before, COALESCE(%s, 0)))""",
            SQL(end),
            SQL(start),
        )

    @api.model
    def _age(self):
        whens = SQL(" ").join(SQL("WHEN days >= %s THEN %s", *age) for age in reversed(AGES))
        return SQL("(CASE %s ELSE %s END)", whens, AGES[0][1])

    @api.model
    def _arrived(self):
        """The transfers into the held stock, and what came before them for the same allocation."""
        local_day = self.env["sale.flow.report"]._local_day
        return SQL(
            """SELECT m.id, m.stocking_allocation_id AS allocation_id, m.product_id,
                      w.id AS warehouse_id, w.company_id, %(since)s AS since, %(today)s AS today,
                      %(quantity)s AS stored_quantity,
                      SUM(%(quantity)s) OVER (
                          PARTITION BY m.stocking_allocation_id ORDER BY m.date, m.id
                      ) - %(quantity)s AS before
                 FROM stock_move m
                 JOIN stock_warehouse w ON w.held_location_id = m.location_dest_id
                 JOIN res_company c ON c.id = w.company_id
                 LEFT JOIN resource_calendar calendar ON calendar.id = c.resource_calendar_id
                 %(units)s
                WHERE m.stocking_allocation_id IS NOT NULL AND m.state = 'done'""",
            since=local_day(SQL("m.date")),
            today=local_day(SQL("now() AT TIME ZONE 'UTC'")),
            quantity=self._moved(),
            units=self._units(),
        )

    @api.model
    def _gone(self):
        """What left the held stock, or is to leave it, for each allocation."""
        return SQL(
            """SELECT m.stocking_allocation_id AS allocation_id,
                      COALESCE(SUM(%(quantity)s) FILTER (WHERE m.state = 'done'
                          AND m.location_dest_id <> w.lot_stock_id), 0) AS sold,
                      COALESCE(SUM(%(quantity)s) FILTER (WHERE m.state = 'done'
                          AND m.location_dest_id = w.lot_stock_id), 0) AS returned,
                      COALESCE(SUM(m.product_qty) FILTER (WHERE m.state <> 'done'), 0) AS leaving
                 FROM stock_move m
                 JOIN stock_warehouse w ON w.held_location_id = m.location_id
                 %(units)s
                WHERE m.stocking_allocation_id IS NOT NULL AND m.state <> 'cancel'
                GROUP BY m.stocking_allocation_id""",
            quantity=self._moved(),
            units=self._units(),
        )

    @api.model
    def _moved(self):
        """What a move moved, in the unit of the product."""
        return SQL("(m.quantity * mu.factor / pu.factor)")

    @api.model
    def _units(self):
        return SQL(
            """JOIN uom_uom mu ON mu.id = m.product_uom
               JOIN product_product mp ON mp.id = m.product_id
               JOIN product_template mt ON mt.id = mp.product_tmpl_id
               JOIN uom_uom pu ON pu.id = mt.uom_id"""
        )

    # ------------------------------------------------------------------ what stands behind it

    def action_open_request(self):
        """Open the stocking request that the goods were put aside for."""
        self.ensure_one()
        return self.request_id._get_records_action(name=self.env._("Stocking Request"))

    def action_open_moves(self):
        """Open the moves that brought the goods of these rows and took them away again."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Moves"),
            "res_model": "stock.move",
            "domain": list(
                Domain("stocking_allocation_id", "in", self.allocation_id.ids)
                & Domain("state", "!=", "cancel")
            ),
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }

    # ------------------------------------------------------------------ reminding

    @api.model
    def _cron_remind_assistants(self):
        """Ask the sales assistants once about goods that stand aside too long (S9)."""
        for company in self.env["res.company"].sudo().search([("stock_held_days", ">", 0)]):
            day = company._approval_today() - timedelta(days=company.stock_held_days)
            goods = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("status", "=", "held"),
                    ("since", "<", day),
                ]
            )
            goods = goods.filtered(lambda row: not row._is_asked_about())
            goods._remind(company)
        self._forget_reminders()

    def _is_asked_about(self):
        self.ensure_one()
        asked_until = self.allocation_id.held_asked_until
        return bool(asked_until) and self.since <= asked_until

    def _remind(self, company):
        """One activity a request, for its assistant or else all of them."""
        everybody = self.env["approval.role"]._people("sales_assistant", company)
        for request, goods in self.grouped("request_id").items():
            people = request._desk_named("sales_assistant") or everybody
            if not people:
                # it is asked as soon as there is one
                continue
            for user in people:
                localized = goods.with_context(lang=user.lang)
                request.activity_schedule(
                    REMINDER,
                    summary=localized.env._("Put aside and not sold: sell it, or take it back"),
                    note=Markup(", ").join(localized._reminder_texts()),
                    user_id=user.id,
                )
            for allocation, rows in goods.grouped("allocation_id").items():
                allocation.held_asked_until = max(rows.mapped("since"))

    def _reminder_texts(self):
        return [
            self.env._(
                "%(product)s: %(quantity)s %(unit)s since %(date)s",
                product=row.product_id.display_name,
                quantity=formatLang(
                    self.env, row.unsold_quantity - row.leaving_quantity, dp="Product Unit"
                ),
                unit=row.uom_id.name,
                date=format_date(self.env, row.since),
            )
            for row in self
        ]

    @api.model
    def _forget_reminders(self):
        """Nobody is to do anything about goods that have left meanwhile."""
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search([("activity_type_id", "=", self.env.ref(REMINDER).id)])
        )
        asked = self.env["stocking.request"].sudo().browse(set(activities.mapped("res_id")))
        held = self.sudo().search([("request_id", "in", asked.ids), ("status", "=", "held")])
        (asked - held.request_id).activity_unlink([REMINDER])
