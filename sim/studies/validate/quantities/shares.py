"""Shares and prices of new goods: NEV, size classes, who buys, what is paid."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.clock import MONTHS_A_YEAR
from sim.studies.validate.quantities.registry import quantity
from sim.studies.validate.quantities.view import View

Names = Sequence[str]
NEV = ("bev", "phev")
POINTS = 100.0


@quantity("新能源汽车占新车的比例", "share of NEV in new registrations")
def nev_share(view: View, months: Names) -> float:
    return _nev(view, months) / view.total("new_registrations", months)


def _nev(view: View, months: Names) -> float:
    return sum(view.total("new_registrations", months, powertrain) for powertrain in NEV)


@quantity("新能源汽车占比较基期的变化，百分点", "share of NEV less that of the base months, in points")
def nev_points(view: View, months: Names, base: Names) -> float:
    return POINTS * (nev_share(view, months) - nev_share(view, base))


@quantity("新能源汽车占比的对数几率较基期的变化", "logit of the share of NEV less that of the base months")
def nev_change(view: View, months: Names, base: Names) -> float:
    return _logit(nev_share(view, months)) - _logit(nev_share(view, base))


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


@quantity("新能源汽车占比对数几率的年斜率", "slope of the logit of the share of NEV, a year")
def nev_slope(view: View, first: str, last: str) -> float:
    return _fit(view, first, last)[1]


@quantity(
    "某月新能源汽车占比高出此前逻辑斯蒂趋势的部分",
    "share of NEV in a month less what the logistic trend of earlier months says",
)
def nev_against_trend(view: View, month: str, first: str, last: str) -> float:
    level, slope = _fit(view, first, last)
    share = _nev_by_month(view)
    months = list(share.index)
    years = (months.index(view.month(month)) - months.index(view.month(first))) / MONTHS_A_YEAR
    return float(share[view.month(month)] - 1.0 / (1.0 + math.exp(-(level + slope * years))))


def _nev_by_month(view: View) -> pd.Series[float]:
    parts = [view.series("new_registrations", powertrain) for powertrain in NEV]
    return sum(parts[1:], parts[0]) / view.series("new_registrations")


def _fit(view: View, first: str, last: str) -> tuple[float, float]:
    share = _nev_by_month(view)[view.month(first) : view.month(last)]
    logit = np.log(share / (1.0 - share)).to_numpy()
    slope, level = np.polyfit(np.arange(share.size) / MONTHS_A_YEAR, logit, 1)
    return float(level), float(slope)


@quantity("某些级别或标签占新品的比例", "share of some sizes or labels in the new goods", events=True)
def size_share(view: View, sizes: Names, months: Names, goods: Names = ()) -> float:
    return _of_sizes(view.purchases(months, goods), sizes)


@quantity(
    "某些级别或标签占比较基期的变化，百分点",
    "share of some sizes or labels less that of the base months, in points",
    events=True,
)
def size_points(view: View, sizes: Names, months: Names, base: Names, goods: Names = ()) -> float:
    return POINTS * (size_share(view, sizes, months, goods) - size_share(view, sizes, base, goods))


@quantity(
    "政策使某些级别或标签占比变化的百分点",
    "change of the share of some sizes or labels that the programme makes, in points",
    events=True,
)
def size_effect_points(view: View, sizes: Names, months: Names, goods: Names = ()) -> float:
    with_it, without_it = (_of_sizes(view.purchases(months, goods, other), sizes) for other in (False, True))
    return POINTS * (with_it - without_it)


def _of_sizes(rows: pd.DataFrame, sizes: Names) -> float:
    return float((rows["size"].isin(sizes) | rows["label"].isin(sizes)).mean()) if len(rows) else math.nan


@quantity("首次购买或以旧换新者占新品购买者的比例", "share of buyers of new goods who had none, or gave one up", events=True)
def buyers_share(view: View, history: str, months: Names, goods: Names = ()) -> float:
    rows = view.purchases(months, goods)
    return float((rows["old_age"].isna() == (history == "first")).mean()) if len(rows) else math.nan


@quantity("购买新品者所交旧品的平均年限", "mean age in years of the old goods of those who buy a new one", events=True)
def mean_old_age(view: View, months: Names, goods: Names = ()) -> float:
    return float(view.purchases(months, goods)["old_age"].mean())


@quantity(
    "旧品不少于 old_age 年的购买者所购新品的均价，因政策而变化的金额",
    "mean price of the new goods bought by those whose old good is at least old_age years old: change that the programme makes",
    events=True,
)
def price_of_buyers(view: View, months: Names, old_age: float, goods: Names = ()) -> float:
    prices = [_mean_price(rows[rows["old_age"] >= old_age]) for rows in _both(view, months, goods)]
    return view.money(prices[0] - prices[1])


@quantity(
    "某些级别新品的成交均价因政策而变化的金额（未扣补贴）",
    "mean price before the subsidy of new goods of some sizes: change that the programme makes",
    events=True,
)
def price_of_sizes(view: View, sizes: Names, months: Names, goods: Names = ()) -> float:
    prices = [_mean_price(rows[rows["size"].isin(sizes) | rows["label"].isin(sizes)]) for rows in _both(view, months, goods)]
    return view.money(prices[0] - prices[1])


def _both(view: View, months: Names, goods: Names) -> list[pd.DataFrame]:
    return [view.purchases(months, goods, other) for other in (False, True)]


def _mean_price(rows: pd.DataFrame) -> float:
    return float(rows["price"].astype(float).mean())
