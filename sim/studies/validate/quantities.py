"""Numbers that a score may ask of a case's runs: one function each, ``quantity(view, **given) -> float``.

Months are those of the case's own calendar. ``view`` holds one draw with the programme and the same draw, with the same
luck, without it.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.settings import Settings
from sim.studies.validate.case import Case
from sim.studies.validate.case_market import MEASURE, shifted

NEV = ("bev", "phev")


@dataclass(frozen=True)
class View:
    """Monthly values and claims of one draw; series are indexed by month of the model's calendar."""

    case: Case
    settings: Settings
    monthly: pd.DataFrame
    """month, indicator, group, value: under the programme, or as enacted."""
    other: pd.DataFrame
    """The same without it."""
    ledger: pd.DataFrame
    """month, measure, payer, claims: of the simulated population."""

    def month(self, month: str) -> str:
        """A month of the case in the model's calendar."""
        return month if self.case.market is None else shifted(f"{month}-01", self.case.market)[:7]

    def series(self, indicator: str, group: str = "", other: bool = False) -> pd.Series[float]:
        """Values by month."""
        frame = self.other if other else self.monthly
        chosen = frame[(frame["indicator"] == indicator) & (frame["group"] == group)]
        return chosen.set_index("month")["value"]

    def total(self, indicator: str, months: Sequence[str], group: str = "", other: bool = False) -> float:
        """Sum over months."""
        return float(self.series(indicator, group, other)[[self.month(m) for m in months]].sum())

    def claims(self, measures: Sequence[str], months: Sequence[str]) -> float:
        """Claims of the district, or of the country of the case."""
        chosen = self.ledger[self.ledger["measure"].isin(measures) & self.ledger["month"].isin([self.month(m) for m in months])]
        once = chosen.groupby(["month", "measure"])["claims"].max()  # every payer's row tells the same claims
        return float(once.sum()) / self.settings.population.scale


def sales_index(view: View, months: Sequence[str], base: Sequence[str]) -> float:
    """New registrations of a mean month over those of the base months."""
    return _mean(view, months) / _mean(view, base)


def _mean(view: View, months: Sequence[str]) -> float:
    return view.total("new_registrations", months) / len(months)


def inframarginal(view: View, during: Sequence[str]) -> float:
    """Share of claimants who would have bought in the same months without the programme; no number without any claim."""
    claims = view.claims([MEASURE], during)
    return 1.0 - _induced(view, during) / claims if claims else math.nan


def _induced(view: View, months: Sequence[str]) -> float:
    return view.total("new_registrations", months) - view.total("new_registrations", months, other=True)


def paid_back(view: View, during: Sequence[str], after: Sequence[str]) -> float:
    """Part of the sales induced during the programme that is missing afterwards."""
    return -_induced(view, after) / _induced(view, during)


def claims_growth(view: View, measure: str, first: str, last: str) -> float:
    """Claims a day in the last month over those in the first."""
    before = _rate(view, measure, first)
    return _rate(view, measure, last) / before if before else math.nan


def claims_inversions(view: View, measure: str, months: Sequence[str]) -> float:
    """How often claims a day fall from one month to the next."""
    rates = [_rate(view, measure, month) for month in months]
    return float(sum(later < earlier for earlier, later in pairwise(rates)))


def _rate(view: View, measure: str, month: str) -> float:
    year, number = int(month[:4]), int(month[5:])
    return view.claims([measure], [month]) / monthrange(year, number)[1]


def take_up(view: View, measure: str, months: Sequence[str], of: str) -> float:
    """Claims over what was eligible at the start, a number of the baseline."""
    return view.claims([measure], months) / view.settings.region.baseline[of].value


def log_take_up(view: View, measure: str, months: Sequence[str], of: str) -> float:
    """Log of the take-up; minus infinity without any claim."""
    return _log(take_up(view, measure, months, of))


def log_claims_growth(view: View, measure: str, first: str, last: str) -> float:
    """Log of the growth of claims."""
    return _log(claims_growth(view, measure, first, last))


def log_claims_per_thousand(view: View, measures: Sequence[str], months: Sequence[str]) -> float:
    """Log of the claims for a thousand inhabitants."""
    return _log(claims_per_thousand(view, measures, months))


def _log(value: float) -> float:
    return -math.inf if value == 0.0 else math.log(value)


def claims_share(view: View, measure: str, among: Sequence[str], months: Sequence[str]) -> float:
    """Share of one measure in the claims of several."""
    return view.claims([measure], months) / view.claims(among, months)


def claims_per_thousand(view: View, measures: Sequence[str], months: Sequence[str]) -> float:
    """Claims for a thousand inhabitants."""
    return 1000.0 * view.claims(measures, months) / view.settings.region.baseline["population"].value


def half_way(view: View, measures: Sequence[str], months: Sequence[str], start_day: int) -> float:
    """Days from ``start_day`` of the first month until half of the claims are in; claims are even within a month."""
    claims = np.array([view.claims(measures, [month]) for month in months])
    days = np.array([monthrange(int(m[:4]), int(m[5:]))[1] for m in months], dtype=float)
    days[0] -= start_day - 1
    upto, target = np.cumsum(claims), 0.5 * claims.sum()
    n = int(np.searchsorted(upto, target))
    before = upto[n - 1] if n else 0.0
    return float(days[:n].sum() + days[n] * (target - before) / claims[n])


def season(view: View, months: Sequence[str], year: str) -> float:
    """Mean month among ``months`` (two digits) over the mean month of the year, without any subsidy."""
    values = view.series("new_registrations", other=True)
    within = values[[month for month in values.index if month.startswith(year)]]
    return float(within[[f"{year}-{month}" for month in months]].mean() / within.mean())


def nev_slope(view: View, first: str, last: str) -> float:
    """Slope of the logit of the NEV share of new registrations, a year."""
    return _fit(view, first, last)[1]


def nev_against_trend(view: View, month: str, first: str, last: str) -> float:
    """NEV share of a month less what the logistic trend of earlier months says."""
    level, slope = _fit(view, first, last)
    months = list(_nev_share(view).index)
    years = (months.index(month) - months.index(first)) / 12.0
    return float(_nev_share(view)[month] - 1.0 / (1.0 + math.exp(-(level + slope * years))))


def _nev_share(view: View) -> pd.Series[float]:
    parts = [view.series("new_registrations", powertrain) for powertrain in NEV]
    return sum(parts[1:], parts[0]) / view.series("new_registrations")


def nev_change(view: View, months: Sequence[str], base: Sequence[str]) -> float:
    """Logit of the NEV share of new registrations in the months less that of the base months."""
    return _nev_logit(view, months) - _nev_logit(view, base)


def _nev_logit(view: View, months: Sequence[str]) -> float:
    nev = sum(view.total("new_registrations", months, powertrain) for powertrain in NEV)
    return math.log(nev / (view.total("new_registrations", months) - nev))


def sales_change(view: View, months: Sequence[str], base: Sequence[str]) -> float:
    """Log of the new registrations of a mean month over those of the base months."""
    return math.log(sales_index(view, months, base))


def log_ratio(view: View, indicator: str, months: Sequence[str], base: Sequence[str]) -> float:
    """Log of a mean month over a mean month of the base."""
    return math.log(ratio(view, indicator, months, base) * len(base) / len(months))


def _fit(view: View, first: str, last: str) -> tuple[float, float]:
    share = _nev_share(view)[first:last]
    logit = np.log(share / (1.0 - share)).to_numpy()
    slope, level = np.polyfit(np.arange(share.size) / 12.0, logit, 1)
    return float(level), float(slope)


def ratio(view: View, indicator: str, months: Sequence[str], base: Sequence[str], group: str = "") -> float:
    """Sum over months over the sum over other months."""
    return view.total(indicator, months, group) / view.total(indicator, base, group)


def effect(view: View, indicator: str, months: Sequence[str], group: str = "") -> float:
    """Relative change that the subsidies make."""
    return view.total(indicator, months, group) / view.total(indicator, months, group, other=True) - 1.0


def elasticity(view: View, groups: Sequence[str], months: Sequence[str], rate: float) -> float:
    """Elasticity of new registrations to the price cut that the case tries out."""
    with_it = sum(view.total("new_registrations", months, group) for group in groups)
    without_it = sum(view.total("new_registrations", months, group, other=True) for group in groups)
    return math.log(with_it / without_it) / math.log(1.0 - rate)


def scrap_elasticity(view: View, months: Sequence[str], rate: float) -> float:
    """Elasticity of the vehicles that end, formally or not, to the price cut that the case tries out."""
    ended = [
        sum(view.total(indicator, months, other=other) for indicator in ("elv_recovered", "informal_retirements"))
        for other in (False, True)
    ]
    return math.log(ended[0] / ended[1]) / math.log(1.0 - rate)


QUANTITIES: dict[str, Callable[..., float]] = {
    function.__name__: function
    for function in (
        sales_index, inframarginal, paid_back, claims_growth, claims_inversions, take_up, claims_share, claims_per_thousand,
        half_way, season, nev_slope, nev_against_trend, nev_change, sales_change, ratio, log_ratio, log_take_up,
        log_claims_growth, log_claims_per_thousand, effect, elasticity,
        scrap_elasticity,
    )
}  # fmt: skip
