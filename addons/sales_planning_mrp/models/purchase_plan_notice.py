from odoo import models

from ..explosion import NOTHING


class PurchasePlan(models.Model):
    """What subcontractors make of schedules in force is demand of the purchase plan (P5, D11 五)."""

    _inherit = "purchase.plan"

    def _demand(self):
        needs = self._notice_demand()
        return super()._demand() + [need for need in needs if need[1] <= self.date_to]

    def _notice_demand(self):
        """What was noticed beyond the orders, which the plan counts by themselves."""
        today = self.company_id._approval_today()
        rows = self.env["production.notice.line"]._subcontracted(self.company_id)
        if self.with_forecast:
            # of the round-up they are for orders and for the forecast
            rows = rows.filtered(lambda row: row.notice_id.source != "roundup")
        needs = []
        for row in rows:
            owed = sum(
                goods.get(row.product_id, 0.0)
                for goods in row.order_line_ids._owed_goods().values()
            )
            if row.open_quantity - owed > NOTHING:
                notice = row.notice_id
                source = (notice._name, notice.id, notice.name)
                day = row.date_needed or today
                needs.append((row.product_id.id, day, row.open_quantity - owed, source))
        return needs
