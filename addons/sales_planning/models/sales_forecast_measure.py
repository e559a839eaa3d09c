from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

# how many months ahead is measured; the first month of a forecast is one month ahead
LAGS = (1, 3)


class SalesForecast(models.Model):
    """How far released forecasts were off, month by month (P2)."""

    _inherit = "sales.forecast"

    def action_measure(self):
        """Compare the months that are over with what was sold, those measured before once more.

        :raise UserError: where it was not released, or none of its measured months is over
        :return: True
        """
        self._begin("released")
        for forecast in self:
            months = forecast._months_to_measure()
            if not months:
                raise UserError(
                    self.env._(
                        "%s: none of its months is over, there is nothing to compare.",
                        forecast.display_name,
                    )
                )
            forecast.with_company(forecast.company_id)._measure(months)
        return True

    @api.model
    def _cron_measure(self):
        """Compare what is over and was not compared yet, and ask planners to look at large errors."""
        Cron = self.env["ir.cron"]
        released = self.search(
            [("state", "=", "released"), ("company_id.planning_enabled", "=", True)]
        )
        done = {
            (forecast, month)
            for forecast, month in self.env["sales.forecast.accuracy"]._read_group(
                [("forecast_id", "in", released.ids)], ["forecast_id", "month:month"]
            )
        }
        todo = [
            (forecast, months)
            for forecast in released
            if (
                months := {
                    month: lag
                    for month, lag in forecast._months_to_measure().items()
                    if (forecast, month) not in done
                }
            )
        ]
        Cron._commit_progress(remaining=len(todo))
        for number, (forecast, months) in enumerate(todo, 1):
            forecast = forecast.with_company(forecast.company_id)
            forecast._measure(months)
            forecast._ask_about_error(months)
            if not Cron._commit_progress(1, remaining=len(todo) - number):
                break

    def _months_to_measure(self):
        """``{first day of month: how many months ahead}`` of what is over."""
        self.ensure_one()
        months = {
            self.month + relativedelta(months=lag - 1): lag for lag in LAGS if lag <= self.horizon
        }
        return {month: lag for month, lag in months.items() if self._is_over(month)}

    def _measure(self, months):
        """Write down what was expected and sold in some months, and say it on the forecast."""
        Accuracy = self.env["sales.forecast.accuracy"].sudo()
        Accuracy.search([("forecast_id", "=", self.id), ("month", "in", list(months))]).unlink()
        name = "product_id" if self.level == "product" else "categ_id"
        sold = self._sold(
            self.company_id,
            self.level,
            min(months),
            max(months) + relativedelta(months=1),
        )
        lines = self.env["sales.forecast.line"].search(
            [("forecast_id", "=", self.id), ("month", "in", list(months))]
        )
        expected = {(line[name].id, line.month): line for line in lines}
        # what sold without being expected is an error, too
        places = set(expected) | {
            (key, month) for key, rows in sold.items() for month in rows if month in months
        }
        prices = self._prices({key for key, _month in places}, {"sold": sold})
        Accuracy._record(
            [
                {
                    "forecast_id": self.id,
                    "month": month,
                    "lag": str(months[month]),
                    **self._key_values(key),
                    "expected_quantity": line.final_quantity if line else 0.0,
                    "sold_quantity": max(sold.get(key, {}).get(month, (0.0, 0.0))[0], 0.0),
                    "unit_price": line.unit_price if line else prices[key],
                }
                for key, month in sorted(places)
                for line in [expected.get((key, month))]
            ]
        )
        self._say_errors(months)

    def _errors_by_month(self, months):
        """``{first day of month: (WAPE, bias)}`` in percent."""
        return {
            month: (wape, bias)
            for month, wape, bias in self.env["sales.forecast.accuracy"]._read_group(
                [("forecast_id", "=", self.id), ("month", "in", list(months))],
                ["month:month"],
                ["wape:avg", "bias:avg"],
            )
        }

    def _say_errors(self, months):
        for month, (wape, bias) in self._errors_by_month(months).items():
            self.message_post(
                body=self.env._(
                    "%(month)s is over: the forecast was off by %(wape)s %% (WAPE), its bias %(bias)s %%.",
                    month=format_date(self.env, month, date_format="yyyy-MM"),
                    wape=formatLang(self.env, wape, digits=1),
                    bias=formatLang(self.env, bias, digits=1),
                )
            )

    def _ask_about_error(self, months):
        """Ask the planner to look at months that were off by more than the company accepts."""
        limit = self.company_id.planning_forecast_error
        worst = max((wape for wape, _bias in self._errors_by_month(months).values()), default=0.0)
        if worst > limit and self.user_id.active:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._(
                    "The forecast was off by %s %%: look at the largest errors",
                    formatLang(self.env, worst, digits=1),
                ),
                user_id=self.user_id.id,
            )
