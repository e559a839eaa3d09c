from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SaleSettlement(models.Model):
    """How far each confirmed order is settled: goods and money side by side (F16, D3 seven, D7).

    One row an order, read from its documents, in the currency of the order; nobody writes here.
    """

    _name = "sale.settlement"
    _description = "Settlement of an Order"
    _auto = False
    _order = "id desc"
    _rec_name = "order_id"
    _depends = {
        "sale.order": ["name", "partner_id", "company_id", "user_id", "currency_id", "amount_total"]
        + ["state", "order_flow", "flow_stage", "date_order", "team_id"],
        "sale.order.line": ["order_id", "price_total", "product_uom_qty", "qty_delivered"]
        + ["refunded_quantity", "display_type", "is_downpayment", "product_uom_id"],
        "account.move": ["state", "move_type", "amount_total", "amount_residual"]
        + ["invoice_date_due", "currency_id", "invoice_currency_rate"],
        "account.move.line": ["price_total", "move_id", "sale_line_ids"],
        "stock.move": ["sale_line_id", "state", "quantity", "picking_id", "product_uom"],
        "ir.attachment": ["res_model", "res_field", "res_id"],
        "delivery.receipt": ["picking_id", "state"],
        "res.company": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
    }

    order_id = fields.Many2one("sale.order", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True, string="Customer")
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, string="Salesperson")
    team_id = fields.Many2one("crm.team", readonly=True, string="Sales Team")
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_order = fields.Datetime(readonly=True, string="Order Date")
    flow_stage = fields.Selection(
        selection=lambda self: (
            self.env["sale.order"]._fields["flow_stage"]._description_selection(self.env)
        ),
        readonly=True,
        string="Stage",
    )
    ordered = fields.Monetary(readonly=True)
    shipped = fields.Monetary(
        readonly=True, help="What left and is with the customer, at the prices of the order."
    )
    received = fields.Monetary(
        readonly=True, string="Received by Customer", help="What left with a signed receipt."
    )
    returned = fields.Monetary(readonly=True, help="What came back for its money.")
    invoiced = fields.Monetary(readonly=True, help="Posted invoices, less credit notes.")
    paid = fields.Monetary(
        readonly=True, string="Collected", help="What was paid of these invoices."
    )
    due = fields.Monetary(readonly=True, string="To Collect")
    overdue = fields.Monetary(readonly=True)
    overdue_since = fields.Date(readonly=True)

    @property
    def _table_query(self):
        """Sums stand in lateral queries: a page of the list reads its own orders alone.

        What is overdue is so by the day of the company: those who collect are asked by it, too.
        """
        now = SQL("%s::timestamp", fields.Datetime.now())
        return SQL(
            """
            SELECT sale.id, sale.id AS order_id, sale.partner_id, sale.company_id, sale.user_id,
                   sale.team_id, sale.currency_id, sale.date_order, sale.flow_stage,
                   sale.amount_total AS ordered, goods.shipped, goods.returned, signed.received,
                   money.invoiced, money.paid, money.invoiced - money.paid AS due,
                   money.overdue, money.overdue_since
              FROM sale_order sale
              JOIN res_company company ON company.id = sale.company_id
              LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
              LEFT JOIN LATERAL (
                SELECT COALESCE(SUM(line.price_total * line.qty_delivered / line.product_uom_qty), 0)
                       AS shipped,
                       COALESCE(
                         SUM(line.price_total * line.refunded_quantity / line.product_uom_qty), 0
                       ) AS returned
                  FROM sale_order_line line
                 WHERE line.order_id = sale.id AND line.display_type IS NULL
                   AND line.product_uom_qty != 0
              ) goods ON TRUE
              LEFT JOIN LATERAL (
                SELECT COALESCE(
                         SUM(line.price_total * move.quantity * done.factor / own.factor
                             / line.product_uom_qty), 0
                       ) AS received
                  FROM sale_order_line line
                  JOIN stock_move move ON move.sale_line_id = line.id AND move.state = 'done'
                   AND move.product_id = line.product_id
                  JOIN stock_location place ON place.id = move.location_dest_id
                   AND place.usage IN ('customer', 'transit')
                  JOIN uom_uom done ON done.id = move.product_uom
                  JOIN uom_uom own ON own.id = line.product_uom_id
                 WHERE line.order_id = sale.id AND line.product_uom_qty != 0
                   AND (
                     EXISTS (
                       SELECT FROM ir_attachment file
                        WHERE file.res_model = 'stock.picking' AND file.res_field = 'signature'
                          AND file.res_id = move.picking_id
                     ) OR EXISTS (
                       SELECT FROM delivery_receipt receipt
                        WHERE receipt.picking_id = move.picking_id AND receipt.state = 'signed'
                     )
                   )
              ) signed ON TRUE
              LEFT JOIN LATERAL (
                SELECT COALESCE(SUM(part.amount), 0) AS invoiced,
                       COALESCE(SUM(part.amount * (1 - part.open)), 0) AS paid,
                       COALESCE(SUM(part.amount * part.open) FILTER (
                         WHERE part.due < %(today)s AND part.open != 0), 0) AS overdue,
                       MIN(part.due) FILTER (
                         WHERE part.due < %(today)s AND part.open > 0 AND part.amount > 0)
                       AS overdue_since
                  FROM (
                    SELECT item.price_total
                           * CASE WHEN bill.move_type = 'out_refund' THEN -1 ELSE 1 END
                           * CASE WHEN bill.currency_id = sale.currency_id THEN 1
                             ELSE sale.currency_rate
                                  / COALESCE(NULLIF(bill.invoice_currency_rate, 0), 1) END
                           AS amount,
                           COALESCE(bill.amount_residual / NULLIF(bill.amount_total, 0), 0) AS open,
                           bill.invoice_date_due AS due
                      FROM (
                        SELECT DISTINCT rel.invoice_line_id
                          FROM sale_order_line line
                          JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                         WHERE line.order_id = sale.id
                      ) own
                      JOIN account_move_line item ON item.id = own.invoice_line_id
                      JOIN account_move bill ON bill.id = item.move_id AND bill.state = 'posted'
                       AND bill.move_type IN ('out_invoice', 'out_refund')
                  ) part
              ) money ON TRUE
             WHERE sale.state = 'sale' AND sale.order_flow
            """,
            today=self.env["sale.flow.report"]._local_day(now),
        )

    def action_open_order(self):
        """Open the order of this row."""
        self.ensure_one()
        return self.order_id._get_records_action()


class SaleOrder(models.Model):
    """The settlement of an order on its form; what is archived stays closed (F16)."""

    _inherit = "sale.order"

    settlement_shipped = fields.Monetary(compute="_compute_settlement", string="Shipped")
    settlement_received = fields.Monetary(
        compute="_compute_settlement", string="Received by Customer"
    )
    settlement_returned = fields.Monetary(compute="_compute_settlement", string="Returned")
    settlement_invoiced = fields.Monetary(compute="_compute_settlement", string="Invoiced")
    settlement_paid = fields.Monetary(compute="_compute_settlement", string="Collected")
    settlement_due = fields.Monetary(compute="_compute_settlement", string="To Collect")
    settlement_overdue = fields.Monetary(compute="_compute_settlement", string="Overdue")

    def _compute_settlement(self):
        names = ("shipped", "received", "returned", "invoiced", "paid", "due", "overdue")
        rows = self.env["sale.settlement"].sudo().search_fetch([("id", "in", self.ids)], names)
        by_id = {row.id: row for row in rows}
        for order in self:
            row = by_id.get(order._origin.id)
            for name in names:
                order[f"settlement_{name}"] = row[name] if row else 0.0

    def write(self, vals):
        unlocked = "locked" in vals and not vals["locked"]
        if unlocked or vals.get("state") in ("draft", "sent", "cancel"):
            self._check_not_archived()
        return super().write(vals)

    def _check_not_archived(self):
        """:raise UserError: for an order that is settled and whose papers are archived"""
        archived = self.filtered(
            lambda order: order.state == "sale" and order.flow_stage == "archived"
        )
        if archived:
            raise UserError(
                self.env._(
                    "%s is settled and archived: it is neither unlocked, cancelled nor taken back. Make a "
                    "new order, or ask for a return.",
                    archived[0].name,
                )
            )

    @api.model
    def _cron_collect_overdue(self):
        """Whoever sold, and later whoever leads the sale, is asked to collect overdue invoices (F16).

        Each is asked once for an invoice; what was paid meanwhile is taken off their lists.
        """
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("order_flow_enabled", "=", True), ("collect_overdue", "=", True)])
        )
        for company in companies:
            company._ask_to_collect()
        collected = self.search([("activity_type_id", "=", self._collect_type().id)])
        overdue = self.env["sale.settlement"].search(
            [("id", "in", collected.ids), ("overdue", ">", 0)]
        )
        (collected - overdue.order_id).activity_unlink(["sale_order_flow.activity_collect"])

    @api.model
    def _collect_type(self):
        return self.env.ref("sale_order_flow.activity_collect")
