from datetime import timedelta

from odoo import models
from odoo.tools import LazyTranslate, format_date, formatLang

from ..order_check import Finding, OrderCheck

_lt = LazyTranslate(__name__)


class SaleOrder(models.Model):
    """Checks of what can be delivered, and when (F4)."""

    _inherit = "sale.order"

    def _order_checks_supply(self):
        return {
            "availability": OrderCheck(
                label=_lt("Availability"),
                method="_check_availability",
                fine=_lt("The goods are there at the promised date."),
                explains=_lt(
                    "Stock forecast at the promised date, less what confirmed orders still wait for, "
                    "against the quantities ordered."
                ),
            ),
            "lead_time": OrderCheck(
                label=_lt("Lead time"),
                method="_check_lead_time",
                fine=_lt("The promised date leaves the time the products need."),
                explains=_lt(
                    "The promised date against today and the customer lead times of the products."
                ),
                limit=_lt("Days every order needs at least"),
            ),
        }

    # ------------------------------------------------------------------ lead time

    def _check_lead_time(self, run):
        findings = {}
        for order in self.filtered("commitment_date"):
            today, promised = order.company_id._approval_today(), order._promised_day()
            texts = {"promised": format_date(self.env, promised)}
            lines = order._checked_lines(lambda line: line.product_uom_qty > 0)
            slowest = max(lines, key=lambda line: line._usual_lead_time(), default=lines)
            # what the product says, not what somebody wrote on the line
            days = max(
                slowest._usual_lead_time() if slowest else 0.0, run.limit(order, "lead_time")
            )
            earliest = today + timedelta(days=days)
            if promised < today:
                text = self.env._("The promised date %(promised)s is past.", **texts)
            elif promised < earliest:
                text = self.env._(
                    "Promised for %(promised)s, but %(product)s takes until %(earliest)s (%(days)s "
                    "days).",
                    product=slowest.product_id.display_name or self.env._("an order"),
                    earliest=format_date(self.env, earliest),
                    days=formatLang(self.env, days, digits=0),
                    **texts,
                )
            else:
                continue
            findings[order] = [Finding(text)]
        return findings

    # ------------------------------------------------------------------ availability

    def _check_availability(self, run):
        """Forecasts of all products in a few queries a warehouse, whatever the promised dates."""
        lines = self.order_line.filtered(lambda line: line._is_forecast())
        supply = {}
        for warehouse, group in lines.grouped("warehouse_id").items():
            supply[warehouse] = group.product_id._origin._forecast_by_day(warehouse)
        findings = {}
        for order in self:
            day, own = order._promised_day(), order.order_line & lines
            findings[order] = [
                Finding(sentence)
                for (warehouse, product), group in own.grouped(
                    lambda line: (line.warehouse_id, line.product_id)
                ).items()
                if (
                    sentence := group._shortage_text(
                        supply[warehouse].get(product._origin, {}), day
                    )
                )
            ]
        return findings


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _usual_lead_time(self):
        """Days from order to delivery: what the product says, not what somebody wrote on the line."""
        return self.product_id.sale_delay or 0.0
