"""Claims: how many, how fast, by whom, for how much. By month from the ledger, by day from what every owner did.

Numbers by month are counted in the month of the application, as official counts are; money, and what is by day or tells claims
apart, by the purchase: programmes elsewhere, of which cases ask that, have no lag, and of shares the lag changes little.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sim.clock import month_text
from sim.studies.validate.quantities.registry import quantity
from sim.studies.validate.quantities.view import View, length_of

Names = Sequence[str]


def _whole_run(view: View) -> list[str]:
    """Months of the run in the calendar of the case."""
    clock = view.settings.clock
    back = 0 if view.case.market is None else view.case.market.reference_year - int(clock.start[:4])
    months = [month_text(clock.first + n) for n in range(clock.months)]
    return [f"{int(month[:4]) + back:04d}{month[4:]}" for month in months]


@quantity("申领笔数；不写月份即全程", "claims; of the whole run if no months are given")
def claims_total(view: View, months: Names = (), measures: Names = ()) -> float:
    return view.applications(measures, months or _whole_run(view))


@quantity("申领金额，按案例的货币", "money claimed, in the money of the case")
def claimed_money(view: View, months: Names = (), measures: Names = ()) -> float:
    return view.claimed(measures, months or _whole_run(view))


@quantity("一段日期内的申领笔数，可为半月或数日", "claims between two days: a half-month, a week, a few days", events=True)
def claims_between(view: View, period: str, measures: Names = ()) -> float:
    return len(view.claimants(measures, period=period)) / view.scale


@quantity("一段日期内的日均申领笔数", "claims a day between two days", events=True)
def claims_a_day(view: View, period: str, measures: Names = ()) -> float:
    return claims_between(view, period, measures) / length_of(period)


@quantity("两段日期的日均申领笔数之比", "claims a day between two days over those between two others", events=True)
def claims_pace(view: View, period: str, base_period: str, measures: Names = ()) -> float:
    before = claims_a_day(view, base_period, measures)
    return claims_a_day(view, period, measures) / before if before else math.nan


@quantity("末月与首月日均申领笔数之比", "claims a day in the last month over those in the first")
def claims_growth(view: View, measure: str, first: str, last: str) -> float:
    before = _rate(view, measure, first)
    return _rate(view, measure, last) / before if before else math.nan


@quantity("claims_growth 的自然对数", "natural logarithm of claims_growth")
def log_claims_growth(view: View, measure: str, first: str, last: str) -> float:
    return _log(claims_growth(view, measure, first, last))


@quantity("日均申领笔数低于上月的月数", "how often claims a day fall from one month to the next")
def claims_inversions(view: View, measure: str, months: Names) -> float:
    rates = [_rate(view, measure, month) for month in months]
    return float(sum(later < earlier for earlier, later in pairwise(rates)))


def _rate(view: View, measure: str, month: str) -> float:
    return view.applications([measure], [month]) / monthrange(int(month[:4]), int(month[5:]))[1]


@quantity("申领笔数占期初符合条件数量的比例", "claims over what was eligible at the start, a number of the baseline")
def take_up(view: View, measure: str, months: Names, of: str) -> float:
    return view.applications([measure], months) / view.settings.region.baseline[of].value


@quantity("take_up 的自然对数；没有申领则为负无穷", "natural logarithm of take_up; minus infinity without any claim")
def log_take_up(view: View, measure: str, months: Names, of: str) -> float:
    return _log(take_up(view, measure, months, of))


def _log(value: float) -> float:
    return -math.inf if value == 0.0 else math.log(value)


@quantity("一项措施占若干措施申领笔数的比例", "share of one measure in the claims of several")
def claims_share(view: View, measure: str, among: Names, months: Names) -> float:
    return view.applications([measure], months) / view.applications(among, months)


@quantity("申领中新能源汽车的比例", "share of NEV in the claims", events=True)
def claims_nev_share(view: View, months: Names, measures: Names = ()) -> float:
    rows = view.described(view.claimants(measures, months))
    return float(rows["powertrain"].isin(["bev", "phev"]).mean()) if len(rows) else math.nan


@quantity("申领中某些级别或标签的比例", "share of some sizes or labels in the claims", events=True)
def claims_size_share(view: View, sizes: Names, months: Names, measures: Names = ()) -> float:
    rows = view.described(view.claimants(measures, months))
    return float((rows["size"].isin(sizes) | rows["label"].isin(sizes)).mean()) if len(rows) else math.nan


@quantity("每位申领者的申领件数", "claims for each owner who claims", events=True)
def claims_per_owner(view: View, months: Names, measures: Names = ()) -> float:
    rows = view.claimants(measures, months)
    return len(rows) / rows["owner"].nunique() if len(rows) else math.nan


@quantity("带动的新品销售额，按案例的货币", "price of the new goods bought with a claim, in the money of the case", events=True)
def claims_value(view: View, months: Names, measures: Names = ()) -> float:
    return view.money(float(view.claimants(measures, months)["price"].astype(float).sum())) / view.scale


@quantity("每千人申领笔数", "claims for a thousand people")
def claims_per_thousand(view: View, months: Names, measures: Names = ()) -> float:
    return 1000.0 * view.applications(measures, months) / view.settings.region.baseline["population"].value


@quantity("claims_per_thousand 的自然对数", "natural logarithm of claims_per_thousand")
def log_claims_per_thousand(view: View, months: Names, measures: Names = ()) -> float:
    return _log(claims_per_thousand(view, months, measures))


@quantity(
    "自首月 start_day 日起，到申领过半的天数；月内视为均匀；没有申领则无值",
    "days from start_day of the first month until half of the claims are in, even within a month; no number without any claim",
)
def half_way(view: View, months: Names, start_day: int, measures: Names = ()) -> float:
    claims = np.array([view.applications(measures, [month]) for month in months])
    if not claims.sum():
        return math.nan
    days = np.array([monthrange(int(m[:4]), int(m[5:]))[1] for m in months], dtype=float)
    days[0] -= start_day - 1
    upto, target = np.cumsum(claims), 0.5 * claims.sum()
    n = int(np.searchsorted(upto, target))
    before = upto[n - 1] if n else 0.0
    return float(days[:n].sum() + days[n] * (target - before) / claims[n])
