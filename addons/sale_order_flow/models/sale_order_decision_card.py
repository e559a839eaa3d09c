from datetime import datetime

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL, format_date

PRICES_SHOWN = 3


class SaleOrder(models.Model):
    """What an approver needs to judge an order: prices, margin, money owed, exceptions (A22)."""

    _inherit = "sale.order"

    def _approval_decision_card(self, code):
        lines = self.order_line.filtered(lambda line: line._is_priced() and line.product_uom_qty)
        groups = [self._card_lines(lines), self._card_customer()]
        return [
            *(group for group in groups if group["facts"] or group.get("table")),
            *super()._approval_decision_card(code),
        ]

    # ------------------------------------------------------------------ prices and margin

    def _card_lines(self, lines):
        """Each price beside what the customer paid before, and the margin where costs may be read."""
        earlier = self._card_last_prices(lines)
        costs = self._may_read_costs()
        columns = [self.env._("Product"), self.env._("Price"), self.env._("Last prices")]
        rows = [self._card_line(line, earlier.get(line.product_id.id, [])) for line in lines]
        facts = []
        if costs and lines:
            columns.append(self.env._("Margin"))
            spent = {line: line._card_cost() for line in lines}
            for row, line in zip(rows, lines, strict=True):
                row.append(self._card_margin(spent[line], line.price_subtotal))
            # a margin over goods whose cost is not known would look better than it is
            if all(spent.values()):
                total = self._card_margin(sum(spent.values()), sum(lines.mapped("price_subtotal")))
                facts.append(self._card_fact(self.env._("Margin of the order"), **total))
        return {
            "title": self.env._("Prices"),
            "facts": facts,
            "table": {"columns": columns, "rows": rows} if rows else None,
        }

    def _card_line(self, line, earlier):
        price = line.price_unit * (1 - (line.discount or 0.0) / 100)
        currency = self.currency_id
        last = earlier[0] if earlier else None
        lower = (
            last and last["currency"] == currency and currency.compare_amounts(price, last["price"])
        )
        tone = "danger" if lower == -1 else ""
        uom = line.product_uom_id
        shown = [
            row["currency"].format(row["price"])
            + (f"/{row['uom'].name}" if row["uom"] != uom else "")
            + f" · {format_date(self.env, row['date'])}"
            for row in earlier
        ]
        return [
            {"value": line.product_id.display_name, "tone": ""},
            {"value": currency.format(price), "tone": tone},
            {
                "value": "\n".join(shown) or self.env._("never sold to this customer"),
                "tone": "" if shown else "muted",
            },
        ]

    def _card_last_prices(self, lines):
        """``{product id: the last prices this customer paid}``, in one query."""
        if not lines:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, price, product_uom_id, currency_id, date_order
                  FROM (SELECT line.product_id, line.product_uom_id, sale.currency_id, sale.date_order,
                               line.price_unit * (1 - COALESCE(line.discount, 0) / 100) AS price,
                               row_number() OVER (PARTITION BY line.product_id
                                   ORDER BY sale.date_order DESC, line.id DESC) AS number
                          FROM sale_order_line line
                          JOIN sale_order sale ON sale.id = line.order_id
                          JOIN res_partner customer ON customer.id = sale.partner_id
                         WHERE customer.commercial_partner_id = %s AND line.product_id IN %s
                           AND sale.state = 'sale' AND sale.company_id = %s AND sale.id != %s
                           AND line.product_uom_qty > 0 AND line.display_type IS NULL) ranked
                 WHERE number <= %s
                 ORDER BY product_id, number
                """,
                self.partner_id.commercial_partner_id.id,
                tuple(lines.product_id.ids),
                self.company_id.id,
                self.id,
                PRICES_SHOWN,
            )
        )
        result = {}
        for product_id, price, uom_id, currency_id, date in rows:
            result.setdefault(product_id, []).append(
                {
                    "price": price,
                    "uom": self.env["uom.uom"].browse(uom_id),
                    "currency": self.env["res.currency"].browse(currency_id),
                    "date": date,
                }
            )
        return result

    def _card_margin(self, cost, income):
        """A margin as people read it; selling below cost stands out, an unknown cost is no margin."""
        if not income or not cost:
            return {"value": "–", "tone": "muted"}
        share = (income - cost) / income
        return {"value": f"{share:.1%}", "tone": "danger" if share < 0 else ""}

    # ------------------------------------------------------------------ the customer

    def _card_customer(self):
        """What the customer owes, and which exceptions were made before."""
        facts = [self._card_overdue(), self._card_exceptions()]
        return {"title": self.partner_id.commercial_partner_id.name, "facts": facts}

    def _card_overdue(self):
        title = self.env._("Overdue invoices")
        overdue = self._overdue_invoices({self.company_id.id: 0}).get(self)
        if not overdue:
            return self._card_fact(title, self.env._("None"), "good")
        return self._card_fact(title, self._overdue_text(overdue), "danger")

    def _card_exceptions(self):
        """Orders of this customer that needed a special approval: their sheets say why."""
        since = datetime.combine(
            fields.Date.today() - relativedelta(months=12), datetime.min.time()
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT request.state, count(*)
                  FROM approval_request request
                  JOIN sale_order sale ON sale.id = request.res_id
                  JOIN res_partner customer ON customer.id = sale.partner_id
                 WHERE request.res_model = 'sale.order' AND request.submitted_at >= %s
                   AND sale.id != %s AND sale.company_id = %s
                   AND customer.commercial_partner_id = %s
                   AND jsonb_path_exists(request.sheet, '$.notes[*] ? (@.level != "info")')
                 GROUP BY request.state
                """,
                since,
                self.id,
                self.company_id.id,
                self.partner_id.commercial_partner_id.id,
            )
        )
        title = self.env._("Special approvals, last 12 months")
        counts = dict(rows)
        if not counts:
            return self._card_fact(title, self.env._("None"))
        granted = counts.get("executed", 0) + counts.get("approved", 0)
        text = self.env._(
            "%(asked)s asked for, %(granted)s granted, %(refused)s refused",
            asked=sum(counts.values()),
            granted=granted,
            refused=counts.get("refused", 0),
        )
        return self._card_fact(title, text, "warning" if granted else "")


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _card_cost(self):
        """What the goods of the line cost, in the currency of the order."""
        order = self.order_id
        product = self.product_id.with_company(order.company_id)
        quantity = self.product_uom_id._compute_quantity(self.product_uom_qty, product.uom_id)
        return product.standard_price * quantity * order.currency_rate
