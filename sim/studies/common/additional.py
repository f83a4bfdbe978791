"""What more money brings: outlay and counted goods of two ensembles, run by run, and yuan for each additional one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from sim.report.numerals import number, places, scale_for
from sim.report.words import Words

STOCKS = ("nev_stock",)
"""What is counted in the last simulated month ..."""
FLOWS = ("elv_recovered", "new_registrations", "used_car_transactions", "waste_appliances_recovered")
"""... and what is summed over all months, as the outlay is."""
OUTLAY = "outlay"
PAIR = ["draw", "seed"]
SAID = {
    "zh": {
        "heading": "新增支出的效果（模拟期合计；存量为最后一个月）",
        "outlay": "财政支出（不含减免税）",
        "yuan": "每多一{unit}{yuan}元",
        "none": "差异不显著，不计算单位成本",
        "few": "成对运行不足{fewest}次，不计算单位成本",
        "opposite": "支出与数量一增一减，没有单位成本",
    },
    "en": {
        "heading": "What the money brings (sum of the simulated months; stocks: in the last month)",
        "outlay": "Public outlay (tax relief left out)",
        "yuan": "{yuan} yuan for each additional one",
        "none": "not told from nothing: no cost of a unit",
        "few": "fewer than {fewest} pairs of runs: no cost of a unit",
        "opposite": "one rises where the other falls: no cost of a unit",
    },
}


FEWEST = 8
"""Pairs of runs below which an interval of nine in ten says nothing."""


class Gap(NamedTuple):
    """A difference over pairs of runs: mean, interval and their number."""

    mean: float
    p05: float
    p95: float
    pairs: int

    @property
    def sign(self) -> int:
        """1 or -1 where the whole interval of enough runs lies on one side of zero, else 0."""
        return int(self.p05 > 0.0) - int(self.p95 < 0.0) if self.pairs >= FEWEST else 0


class Additional(NamedTuple):
    """Of one indicator: what the other ensemble has more of, what it pays more, and the quotient of the two means.

    ``yuan_per_unit``: not a number unless both differences have one sign in nine runs of ten, and the same.
    """

    indicator: str
    goods: Gap
    outlay: Gap
    yuan_per_unit: float


def totals(monthly: pd.DataFrame) -> pd.DataFrame:
    """Outlay and counted goods of every run over the simulated months: a row each, by draw and seed."""
    rows = monthly[(monthly["group"] == "") & monthly["indicator"].isin((OUTLAY, *FLOWS, *STOCKS))]
    grouped = rows.groupby([*PAIR, "indicator"], sort=False)["value"]
    sums, last = grouped.sum().unstack(), grouped.last().unstack()
    stocks = [name for name in STOCKS if name in last]
    sums[stocks] = last[stocks]
    return sums


def additional(base: pd.DataFrame, other: pd.DataFrame) -> list[Additional]:
    """What ``other`` has more than ``base``, from the ``totals`` of both, over the runs that both have."""
    gaps = (other - base).dropna(how="all")
    paid = gap_over(gaps[OUTLAY])
    counted = [(name, gap_over(gaps[name])) for name in (*STOCKS, *FLOWS) if name in gaps and gaps[name].notna().any()]
    return [Additional(name, gap, paid, _per_unit(gap, paid)) for name, gap in counted]


def gap_over(values: pd.Series) -> Gap:
    """Of the differences of pairs of runs."""
    told = values.dropna()
    return Gap(float(told.mean()), float(told.quantile(0.05)), float(told.quantile(0.95)), len(told))


def _per_unit(goods: Gap, outlay: Gap) -> float:
    return outlay.mean / goods.mean if goods.sign == outlay.sign != 0 else math.nan


def frame(found: Sequence[Additional]) -> pd.DataFrame:
    """A row for each indicator, for other programs."""
    rows = [
        {
            "indicator": each.indicator,
            **{name: getattr(each.goods, part) for name, part in (("difference", "mean"), ("p05", "p05"), ("p95", "p95"))},
            **{f"outlay_{name}": getattr(each.outlay, part) for name, part in
               (("difference", "mean"), ("p05", "p05"), ("p95", "p95"))},
            "yuan_per_unit": each.yuan_per_unit,
        }
        for each in found
    ]  # fmt: skip
    return pd.DataFrame(rows)


def lines(found: Sequence[Additional], words: Words) -> list[str]:
    """The same for people: money first, then what it brings and at what price."""
    said = SAID[words.language]
    if not found:
        return []
    paid = found[0].outlay
    scale = scale_for(max(map(abs, paid[:3])), words.unit(OUTLAY), words.language)
    rows = [f"  {said['outlay']}  {gap_told(paid, scale.divisor)} {scale.unit}"]
    return [said["heading"], *rows, *(f"  {_line(each, words)}" for each in found)]


def _line(each: Additional, words: Words) -> str:
    unit = words.unit(each.indicator)
    return f"{words.indicator(each.indicator)}  {gap_told(each.goods)} {unit}  {cost_told(each, words)}"


def cost_told(each: Additional, words: Words) -> str:
    """Yuan for each additional unit, or why there is no such number."""
    said = SAID[words.language]
    if math.isfinite(each.yuan_per_unit):
        return said["yuan"].format(unit=words.unit(each.indicator), yuan=number(each.yuan_per_unit))
    if each.goods.pairs < FEWEST:
        return said["few"].format(fewest=FEWEST)
    return said["opposite" if each.goods.sign and each.outlay.sign else "none"]


def gap_told(gap: Gap, divisor: float = 1.0) -> str:
    """Mean and interval with signs, in units of ``divisor``."""
    values = [value / divisor for value in gap[:3]]
    decimals = places(*values)
    middle, low, high = (("+" if value > 0.0 else "") + number(value, decimals) for value in values)
    return f"{middle} ({low} ... {high})"
