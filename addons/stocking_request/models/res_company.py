from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    stock_alerts = fields.Boolean(
        string="Daily Stock Alerts",
        help="Sales assistants are told once a day what runs short or does not move.",
    )
    stock_cover_days = fields.Integer(
        string="Days of Sales to Stock",
        help="As many days of sales, at the pace of the last 90 days, are suggested to be in stock.",
    )
    stock_slow_days = fields.Integer(
        string="Slow-Moving After (Days)",
        default=90,
        help="Stock of which nothing was shipped for so many days. 0: never.",
    )

    stock_held_days = fields.Integer(
        string="Held Too Long After (Days)",
        help="Sales assistants are asked once about goods that were put aside for a stocking request so "
        "many days ago and are not sold. 0: never.",
    )

    _stock_days_positive = models.Constraint(
        "CHECK (stock_cover_days >= 0 AND stock_slow_days >= 0 AND COALESCE(stock_held_days, 0) >= 0)",
        "Days of sales, days until stock is slow-moving and days until goods are held too long are "
        "zero or more.",
    )

    def _set_up_rulebook(self):
        """D9 2: unpaid and stocking goods: VP marketing, finance, then the president decides."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "stocking.request",
            _lt("Stocking without payment"),
            [
                (_lt("VP Marketing's opinion"), "opinion", "vp_marketing"),
                (_lt("Finance director's opinion"), "opinion", "finance_director"),
                (_lt("President decides"), "decide", "president"),
            ],
            operation="approve",
        )
        return result
