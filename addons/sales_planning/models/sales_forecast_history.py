from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class SalesForecast(models.Model):
    """What forecasts are made of: past sales, and open opportunities (P2)."""

    _inherit = "sales.forecast"

    @api.model
    def _sold(self, company, level, first, end):
        """What was sold by month, in one query for everything.

        Lines of confirmed orders by the day of the order where the company works; quantities in the
        unit of the product, amounts untaxed in the currency of the company. Down payments are no sale.

        :param level: "product" or "category"
        :param first: first day of the first month
        :param end: first day of the month after the last
        :return: ``{id of product or category: {first day of month: (quantity, amount)}}``
        """
        self.env.flush_all()
        found = defaultdict(dict)
        for key, month, quantity, amount in self.env.execute_query(
            SQL(
                """
                SELECT %(key)s,
                       date_trunc('month', (s.date_order AT TIME ZONE 'UTC') AT TIME ZONE %(tz)s)::date,
                       SUM(l.product_uom_qty * lu.factor / pu.factor),
                       SUM(l.price_subtotal / COALESCE(NULLIF(s.currency_rate, 0), 1))
                  FROM sale_order_line l
                  JOIN sale_order s ON s.id = l.order_id
                  JOIN product_product p ON p.id = l.product_id
                  JOIN product_template t ON t.id = p.product_tmpl_id
                  JOIN uom_uom lu ON lu.id = l.product_uom_id
                  JOIN uom_uom pu ON pu.id = t.uom_id
                 WHERE s.company_id = %(company)s AND s.state = 'sale'
                       AND s.date_order >= %(first)s AND s.date_order < %(end)s
                       AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
                       AND t.sale_ok
              GROUP BY 1, 2
                """,
                key=SQL("l.product_id") if level == "product" else SQL("t.categ_id"),
                tz=company._approval_tz(),
                company=company.id,
                first=company._approval_midnight(first),
                end=company._approval_midnight(end),
            )
        ):
            if key:
                found[key][month] = (quantity, amount)
        return found

    def _open_opportunities(self):
        """The open opportunities of the company that are expected to close in months forecast."""
        company = self.company_id
        end = self.month + relativedelta(months=self.horizon)
        own = Domain("company_id", "=", company.id) | (
            Domain("company_id", "=", False) & Domain("user_id.company_id", "=", company.id)
        )
        # whoever calculates: the forecast of the company knows all its opportunities
        return (
            self.env["crm.lead"]
            .sudo()
            .search(
                own
                & Domain("type", "=", "opportunity")
                & Domain("won_status", "=", "pending")
                & Domain("date_deadline", ">=", self.month)
                & Domain("date_deadline", "<", end)
            )
        )

    def _opportunity_amounts(self, leads):
        """Weighted expected revenue by month. What was ordered already is sold, and not expected.

        :return: ``{first day of month: amount in the currency of the company}``
        """
        amounts = defaultdict(float)
        for lead in leads:
            states = set(lead.order_ids.mapped("state"))
            if "sale" in states and not states & {"draft", "sent"}:
                continue
            revenue = lead.company_currency._convert(
                lead.prorated_revenue,
                self.company_id.currency_id,
                self.company_id,
                self.company_id._approval_today(),
            )
            amounts[lead.date_deadline.replace(day=1)] += revenue
        return amounts

    def _opportunity_quantities(self, leads):
        """What is quoted by product or category and month, weighted by probability.

        Of several quotations of an opportunity the newest counts: they are alternatives.

        :return: ``{(id of product or category, first day of month): (quantity, amount)}``
        """
        quantities = defaultdict(lambda: (0.0, 0.0))
        for lead in leads:
            quotations = lead.order_ids.filtered(
                lambda order: (
                    order.state in ("draft", "sent") and order.company_id == self.company_id
                )
            )
            newest = quotations.sorted(lambda order: (order.date_order, order.id))[-1:]
            share = lead.probability / 100.0
            for line in newest.order_line:
                product = line.product_id
                if line.display_type or line.is_downpayment or not product.sale_ok:
                    continue
                key = product.id if self.level == "product" else product.categ_id.id
                if not key:
                    continue
                place = (key, lead.date_deadline.replace(day=1))
                quantity, amount = quantities[place]
                ordered = line.product_uom_id._compute_quantity(
                    line.product_uom_qty, product.uom_id, round=False
                )
                value = line.price_subtotal / (newest.currency_rate or 1.0)
                quantities[place] = (quantity + share * ordered, amount + share * value)
        return quantities
