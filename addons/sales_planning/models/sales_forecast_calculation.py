from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .. import forecasting

# what is computed while the planner waits, and in one part in the background
PART = 100


class SalesForecast(models.Model):
    """How lines are computed: at once, or part by part in the background (P2)."""

    _inherit = "sales.forecast"

    def _calculate(self):
        """Compute one forecast now, or have it computed in the background."""
        material = self._material()
        keys = material["keys"]
        self._stamp({"series_count": len(keys), "done_count": 0, "resume_after": 0})
        if len(keys) > PART:
            self._stamp({"pending": True})
            self.env.ref("sales_planning.cron_forecast_calculate").sudo()._trigger()
            return
        self._calculate_part(keys, material)
        self._finish(material)

    @api.model
    def _cron_calculate(self):
        """Compute what waits, as far as the time goes; the next run goes on from there."""
        Cron = self.env["ir.cron"]
        waiting = self.search([("pending", "=", True), ("company_id.planning_enabled", "=", True)])
        for forecast in waiting:
            forecast = forecast.with_company(forecast.company_id)
            material = forecast._material()
            keys = [key for key in material["keys"] if key > forecast.resume_after]
            Cron._commit_progress(remaining=len(keys))
            while keys:
                part, keys = keys[: PART // 4], keys[PART // 4 :]
                forecast._calculate_part(part, material)
                if not Cron._commit_progress(len(part), remaining=len(keys)) and keys:
                    return
            forecast._finish(material)
            forecast._ask_to_release()
            Cron._commit_progress()

    def _ask_to_release(self):
        if self.user_id.active:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Look at the forecast and release it"),
                user_id=self.user_id.id,
            )

    # ------------------------------------------------------------------ the steps

    def _material(self):
        """What the lines are computed from."""
        self.ensure_one()
        company, month = self.company_id, self.month
        this_month = company._approval_today().replace(day=1)
        # a month that is not over would look like a bad one
        end = min(month, this_month)
        first = month - relativedelta(months=self.history_months)
        sold = self._sold(company, self.level, min(first, end), end)
        leads = self._open_opportunities()
        quoted = self._opportunity_quantities(leads)
        keys = set(sold)
        if self.level == "product":
            # what is archived was sold, but nobody plans it any more
            keys = set(self.env["product.product"].sudo().browse(keys).filtered("active").ids)
            keys |= set(self.product_ids.ids)
        keys |= {key for key, _month in quoted}
        return {
            "keys": sorted(keys),
            "sold": sold,
            "quoted": quoted,
            "opportunities": self._opportunity_amounts(leads),
            "past": list(_months(first, end)),
            "ahead": list(_months(month, month + relativedelta(months=self.horizon))),
            "gap": list(_months(end, month)),
        }

    def _calculate_part(self, keys, material):
        """Compute the lines of some products or categories anew; what was overridden stays so."""
        Line = self.env["sales.forecast.line"].sudo()
        name = "product_id" if self.level == "product" else "categ_id"
        kept = {}
        mine = [("forecast_id", "=", self.id), (name, "in", keys)]
        if self.level == "category":
            # what was entered on a product, before the level was changed, is no word on its category
            mine.append(("product_id", "=", False))
        old = Line.search(mine)
        for line in old:
            if line.is_overridden:
                kept[line[name].id, line.month] = {
                    "is_overridden": True,
                    "override_quantity": line.override_quantity,
                    "override_reason": line.override_reason,
                }
        old.unlink()
        prices = self._prices(keys, material)
        rows = []
        for key in keys:
            rows += self._rows(key, material, prices[key], kept)
        Line._record(rows)
        self._stamp(
            {"resume_after": max(keys, default=0), "done_count": self.done_count + len(keys)}
        )

    def _rows(self, key, material, price, kept):
        """The values of the lines of one product or category."""
        past, ahead, gap = material["past"], material["ahead"], material["gap"]
        sold = material["sold"].get(key, {})
        history = [sold.get(month, (0.0, 0.0))[0] for month in past]
        days = self._work_days([*past, *gap, *ahead])
        answer = forecasting.forecast(history, len(gap) + len(ahead), days)
        common = {
            "forecast_id": self.id,
            **self._key_values(key),
            "method": answer.method,
            "unit_price": price,
            "history_count": answer.months,
            "too_few": answer.too_few,
            "intermittent": answer.intermittent,
            "tried_count": answer.tried_months,
            "wape": 100 * (answer.wape or 0.0),
            "bias": 100 * (answer.bias or 0.0),
            "average_quantity": sum(history[-12:]) / max(len(history[-12:]), 1),
        }
        rows = []
        for month, quantity in zip(ahead, answer.quantities[len(gap) :], strict=True):
            quoted, quoted_amount = material["quoted"].get((key, month), (0.0, 0.0))
            before = month - relativedelta(years=1)
            rows.append(
                {
                    **common,
                    "month": month,
                    "quantity": quantity,
                    "opportunity_quantity": quoted,
                    "opportunity_amount": quoted_amount,
                    "last_year_quantity": sold.get(before, (0.0, 0.0))[0],
                    **kept.get((key, month), {}),
                }
            )
        return rows

    def _key_values(self, key):
        if self.level == "category":
            return {"categ_id": key}
        product = self.env["product.product"].browse(key)
        return {"product_id": key, "categ_id": product.sudo().categ_id.id}

    def _prices(self, keys, material):
        """The average price of the last 12 months with sales, of a unit, for each key."""
        prices = {}
        if self.level == "product":
            currency = self.company_id.currency_id
            for product in self.env["product.product"].browse(keys).sudo():
                prices[product.id] = product.currency_id._convert(
                    product.lst_price, currency, self.company_id, self.company_id._approval_today()
                )
        for key in keys:
            sold = [row for row in sorted(material["sold"].get(key, {}).items()) if row[1][0] > 0]
            quantity = sum(row[0] for _month, row in sold[-12:])
            amount = sum(row[1] for _month, row in sold[-12:])
            if quantity:
                prices[key] = amount / quantity
            prices.setdefault(key, 0.0)
        return prices

    def _work_days(self, months):
        """Working days of each month in the country of the company; None where they do not matter."""
        country = self.company_id.country_id.code or ""
        days = [forecasting.work_days(country, month.year, month.month) for month in months]
        return None if None in days else days

    def _finish(self, material):
        """All lines are there: those nobody asks for any more go, and the months are summed up."""
        Line, Month = (
            self.env["sales.forecast.line"].sudo(),
            self.env["sales.forecast.month"].sudo(),
        )
        name = "product_id" if self.level == "product" else "categ_id"
        mine = [("forecast_id", "=", self.id)]
        left = "|", (name, "not in", material["keys"]), (name, "=", False)
        Line.search([*mine, *left]).unlink()
        if self.level == "category":
            Line.search([*mine, ("product_id", "!=", False)]).unlink()
        Month.search(mine).unlink()
        Month._record(
            [
                {
                    "forecast_id": self.id,
                    "month": month,
                    "opportunity_amount": material["opportunities"].get(month, 0.0),
                    "last_year_amount": sum(
                        sold.get(month - relativedelta(years=1), (0.0, 0.0))[1]
                        for sold in material["sold"].values()
                    ),
                }
                for month in material["ahead"]
            ]
        )
        self._stamp(
            {"state": "calculated", "pending": False, "calculated_at": fields.Datetime.now()}
        )


def _months(first, end):
    """The first days of the months from one to another, that one left out."""
    while first < end:
        yield first
        first += relativedelta(months=1)
