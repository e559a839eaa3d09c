"""Forecasts of monthly sales: plain Python, without Odoo (P2).

In: what was sold in consecutive months; out: what to expect in the next ones, by which method, and how
far that method was off when it was tried on the past. The same numbers always give the same forecast.

The methods, from the simplest:

=================  ============================================================  ==================
zero               nothing was sold                                              no month
average            the average of all months                                     1 to 3 months
moving_average     the average of the last 3 months; of the last 12 where goods  4 months
                   sell in less than half of the months
seasonal_naive     the same month a year before                                  13 months
trend              exponential smoothing, damped additive trend                  9 months
trend_season       the same with an additive season of 12 months (Holt-Winters)  30 months
=================  ============================================================  ==================

The methods that the months suffice for are tried on the last months, six at most, each forecast from
the months before it only. The smallest sum of errors wins; a simpler method wins unless another is
truly better.
"""

import calendar
import logging
import math
import warnings
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

_logger = logging.getLogger(__name__)

YEAR = 12
TRIED_MONTHS = 6
SHORT_WINDOW = 3
SEASON_MONTHS = YEAR + 1  # a year, and a month to try it on
TREND_MONTHS = 8  # below, the two slopes follow every chance
SMOOTHED_SEASON_MONTHS = 2 * YEAR
# two methods whose errors differ by less than this share of what was sold are equally good
TIE = 0.001

METHODS = ("zero", "average", "moving_average", "seasonal_naive", "trend", "trend_season")


@dataclass(frozen=True)
class Forecast:
    """What to expect, and how reliable that is."""

    quantities: list[float]
    method: str
    #: months from the first sale on
    months: int
    #: sum of absolute errors by what was sold in the tried months; None where nothing was
    wape: float | None = None
    #: forecast minus sold, by what was sold; positive where too much was expected
    bias: float | None = None
    tried_months: int = 0
    intermittent: bool = False
    #: what each method was off by, for whoever wants to compare
    errors: dict[str, float] = field(default_factory=dict)

    @property
    def too_few(self) -> bool:
        """Whether the months do not suffice for a season."""
        return self.months < SEASON_MONTHS


def forecast(sold, horizon, work_days=None):
    """The best forecast for the months that follow.

    :param sold: quantities of consecutive months, the oldest first; net of returns, so a month may be
        negative: it counts as zero
    :param horizon: how many months to forecast
    :param work_days: working days of each month, those of ``sold`` and then of the horizon. Given, it
        is the sales of a working day that are forecast: a month with a long holiday expects less
    :return: :class:`Forecast`; no quantity is negative
    """
    sold = [max(float(quantity), 0.0) for quantity in sold]
    days = [float(value) or 1.0 for value in work_days or [1.0] * (len(sold) + horizon)]
    first = next((number for number, quantity in enumerate(sold) if quantity), len(sold))
    past, days = sold[first:], days[first:]
    if not past:
        return Forecast([0.0] * horizon, "zero", 0)
    intermittent = len(past) > SHORT_WINDOW and 2 * past.count(0.0) > len(past)
    rates = [quantity / day for quantity, day in zip(past, days, strict=False)]
    window = YEAR if intermittent else SHORT_WINDOW
    candidates = _candidates(len(past), intermittent, window)
    tried = _tried_months(len(past))
    trials = _try(candidates, rates, past, days, tried)
    for method in _by_error(trials, past[len(past) - tried :]) or [*candidates][:1]:
        ahead = candidates[method](rates, horizon)
        if ahead is not None:
            break
    else:
        method, ahead = "average", _average(rates, horizon)
    scale = days[len(past) : len(past) + horizon]
    quantities = [max(rate * day, 0.0) for rate, day in zip(ahead, scale, strict=True)]
    wape, bias = _measures(trials.get(method), past[len(past) - tried :])
    return Forecast(
        quantities,
        method,
        len(past),
        wape,
        bias,
        tried if method in trials else 0,
        intermittent,
        {name: sum(map(abs, errors)) for name, errors in trials.items()},
    )


def measure(expected, sold):
    """How far expectations were off.

    :param expected: quantities that were forecast
    :param sold: what was sold instead, in the same order
    :return: ``(WAPE, bias)`` as shares of what was sold, each None where nothing was
    """
    errors = [one - other for one, other in zip(expected, sold, strict=True)]
    return _measures(errors, sold)


# ---------------------------------------------------------------------- choosing


def _candidates(months, intermittent, window):
    """The methods that may be tried on so many months, the simplest first.

    Each takes rates and a horizon, and gives rates ahead, or None where it is not usable.
    """
    if months <= SHORT_WINDOW:
        return {"average": _average}
    found = {"moving_average": lambda rates, horizon: _average(rates[-window:], horizon)}
    if intermittent:
        return found
    trained = months - _tried_months(months)
    if trained >= YEAR:
        found["seasonal_naive"] = _seasonal_naive
    if trained >= TREND_MONTHS:
        found["trend"] = lambda rates, horizon: _smoothing(rates, horizon, False)
    if trained >= SMOOTHED_SEASON_MONTHS:
        found["trend_season"] = lambda rates, horizon: _smoothing(rates, horizon, True)
    return found


def _tried_months(months):
    """On how many of the last months the methods are tried."""
    if months <= SHORT_WINDOW:
        return 0
    enough = (YEAR, TREND_MONTHS, SHORT_WINDOW)
    return min(TRIED_MONTHS, months - next(kept for kept in enough if months > kept))


def _try(candidates, rates, past, days, tried):
    """The errors of each method in the tried months, each forecast from the months before it."""
    trials = {}
    for method in candidates if tried else ():
        if method in ("trend", "trend_season"):
            ahead = _smoothed_one_by_one(rates, tried, method == "trend_season")
        else:
            ahead = [
                candidates[method](rates[:end], 1)[0]
                for end in range(len(rates) - tried, len(rates))
            ]
        if ahead is not None:
            start = len(past) - tried
            trials[method] = [
                max(rate, 0.0) * days[start + number] - past[start + number]
                for number, rate in enumerate(ahead)
            ]
    return trials


def _by_error(trials, sold):
    """The methods, the best first; among equals the simplest."""
    close = TIE * sum(sold)
    left = {method: sum(map(abs, errors)) for method, errors in trials.items()}
    ordered = []
    while left:
        least = min(left.values())
        best = next(method for method, error in left.items() if error <= least + close)
        ordered.append(best)
        del left[best]
    return ordered


def _measures(errors, sold):
    total = sum(sold)
    if errors is None or total <= 0:
        return None, None
    return sum(map(abs, errors)) / total, sum(errors) / total


# ---------------------------------------------------------------------- the methods


def _average(rates, horizon):
    return [sum(rates) / len(rates)] * horizon


def _seasonal_naive(rates, horizon):
    year = rates[-YEAR:]
    return [year[number % YEAR] for number in range(horizon)]


def _smoothing(rates, horizon, season):
    """Exponential smoothing fitted to all months; None where it does not converge."""
    fitted = _fit(rates, season)
    if fitted is None:
        return None
    ahead = [float(value) for value in fitted.forecast(horizon)]
    return ahead if all(map(math.isfinite, ahead)) else None


def _smoothed_one_by_one(rates, tried, season):
    """What smoothing expected for each tried month.

    The weights are fitted to the months before the first tried one, and kept: a later month moves
    level, trend and season, never the weights, so that no forecast knows what it is judged by.
    """
    fitted = _fit(rates[:-tried], season)
    if fitted is None:
        return None
    weights = fitted.params
    known = {
        "initialization_method": "known",
        "initial_level": weights["initial_level"],
        "initial_trend": weights["initial_trend"],
    }
    chosen = {
        "smoothing_level": weights["smoothing_level"],
        "smoothing_trend": weights["smoothing_trend"],
        "damping_trend": weights["damping_trend"],
    }
    if season:
        known["initial_seasonal"] = weights["initial_seasons"]
        chosen["smoothing_seasonal"] = weights["smoothing_seasonal"]
    with _quiet():
        try:
            followed = _model(rates, season, **known).fit(optimized=False, **chosen)
        except (ValueError, ArithmeticError):
            return None
    ahead = [float(value) for value in followed.fittedvalues[-tried:]]
    return ahead if all(map(math.isfinite, ahead)) else None


def _fit(rates, season):
    with _quiet():
        try:
            fitted = _model(rates, season, initialization_method="estimated").fit()
        except (ValueError, ArithmeticError) as error:
            _logger.debug("Smoothing is not usable: %s", error)
            return None
    return fitted if fitted.mle_retvals.success else None


def _model(rates, season, **start):
    # pandas and scipy come along, which takes seconds: not when Odoo starts
    import numpy as np
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    return ExponentialSmoothing(
        np.asarray(rates),
        trend="add",
        damped_trend=True,
        seasonal="add" if season else None,
        seasonal_periods=YEAR if season else None,
        **start,
    )


class _quiet(warnings.catch_warnings):  # noqa: N801
    """Warnings of the library say nothing that its answer does not say."""

    def __enter__(self):
        answer = super().__enter__()
        warnings.simplefilter("ignore")
        return answer


# ---------------------------------------------------------------------- working days


@lru_cache(maxsize=1024)
def work_days(country, year, month):
    """Working days of a month, public holidays and days worked in exchange for them considered.

    :param country: ISO code, such as "CN"
    :return: number of days; None for a country whose months are not compared by working days
    """
    if country != "CN":
        return None
    public = _holidays(country, year)
    last = calendar.monthrange(year, month)[1]
    return sum(public.is_working_day(date(year, month, day)) for day in range(1, last + 1))


@lru_cache(maxsize=128)
def _holidays(country, year):
    import holidays

    return holidays.country_holidays(country, years=[year])
