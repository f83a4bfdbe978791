"""By how much looks differ from one another, over runs paired by draw and seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.dashboard.looks import Look
from sim.report.numerals import number, places
from sim.report.words import Words
from sim.schema.target import Target
from sim.studies.common.additional import Gap, additional, gap_over, gap_told, lines, totals
from sim.studies.compare.verb import FLOWS, STOCKS

COMPARED = (*STOCKS, *FLOWS)
REASONS = 3
"""Flows that are named as what makes most of a difference."""
FROM = "2024-01"
"""The reference year is left out of sums."""
Json = dict[str, Any]


def gap_of(name: str, target: Target, look: Look, base: Look) -> str | None:
    """Mean over the pairs of runs of what the target has more than in the base; None where it is not held in both."""
    gap = mean_gap(name, target, look, base)
    return None if gap is None else signed(gap, target.promise)


def mean_gap(name: str, target: Target, look: Look, base: Look) -> float | None:
    """The same as a number."""
    if not (look.holds(target.indicator) and base.holds(target.indicator)):
        return None
    gap = _gaps(name, look, base)
    return float(gap.mean()) if len(gap) else None


def signed(value: float, beside: float) -> str:
    """A difference with its sign, as finely as the numbers that it belongs to."""
    return ("+" if value > 0.0 else "") + number(value, places(beside, value))


def difference(look: Look, base: Look, words: Words) -> list[Json]:
    """What differs from the base, year by year, over runs paired by draw and seed."""
    mine, theirs = (_yearly(each) for each in (look, base))
    keys = ["draw", "seed", "indicator", "year"]
    pairs = mine.merge(theirs, on=keys, suffixes=("", "_base"))
    pairs["gap"] = pairs["value"] - pairs["value_base"]
    rows = []
    for name in COMPARED:
        if not look.holds(name) and name != "outlay":
            continue
        grouped = pairs[pairs["indicator"] == name].groupby("year")["gap"]
        years = [
            {"year": year, "mean": float(gap.mean()), "p05": float(gap.quantile(0.05)), "p95": float(gap.quantile(0.95))}
            for year, gap in grouped
        ]
        rows.append({"id": name, "title": words.indicator(name), "unit": words.unit(name), "years": years})
    return rows


def beside(looks: Sequence[Look], words: Words) -> Json:
    """What ensembles have more than the first of them: every target with its range, and what the money brings.

    ``order``: targets, those first that differ most for what was promised.
    """
    first, others = looks[0], looks[1:]
    gaps = {name: [_gap_between(name, first, each) for each in others] for name in first.settings.targets}
    promised = {name: abs(target.promise) or 1.0 for name, target in first.settings.targets.items()}
    size = {name: max((abs(gap.mean) for gap in row if gap), default=0.0) / promised[name] for name, row in gaps.items()}
    sums = [totals(each.monthly) for each in looks]
    return {
        "order": sorted(gaps, key=lambda name: -size[name]),
        "gaps": {name: [gap and {"said": gap_told(gap), "alike": gap.sign == 0} for gap in row] for name, row in gaps.items()},
        "money": [lines(additional(sums[0], other), words) for other in sums[1:]],
    }


def _gap_between(name: str, first: Look, other: Look) -> Gap | None:
    gap = _gaps(name, other, first)
    return gap_over(gap) if len(gap) else None


def _gaps(name: str, look: Look, base: Look) -> pd.Series[float]:
    """What the target has more than in the base, run by run, where both have a value."""
    mine, theirs = (each.targets[each.targets["id"] == name].set_index(["draw", "seed"])["value"] for each in (look, base))
    return (mine - theirs).dropna()


def reasons(look: Look, base: Look, words: Words) -> list[Json]:
    """The flows of goods that differ most from the base, the largest first, over runs paired by draw and seed."""
    paired = _flows_by_run(look).to_frame("mine").join(_flows_by_run(base).rename("theirs"), how="outer").fillna(0.0)
    gaps = (paired["mine"] - paired["theirs"]).unstack(["draw", "seed"], fill_value=0.0)
    largest = gaps.mean(axis=1).abs().sort_values(ascending=False, kind="stable").index[:REASONS]
    found = []
    for good, start, end in largest:
        gap = gaps.loc[(good, start, end)]
        if gap.mean() == 0.0:
            continue
        ends = {"p05": float(gap.quantile(0.05)), "p95": float(gap.quantile(0.95))}
        title = words.pick(look.settings.products[good].title)
        found.append({"good": title, "from": start, "to": end, "mean": float(gap.mean()), **ends})
    return found


def _flows_by_run(look: Look) -> pd.Series[float]:
    """Goods that moved since the reference year by good, places and run, of the district."""
    rows = look.flows[look.flows["month"] >= FROM]
    sums = rows.groupby(["good", "from", "to", "draw", "seed"], observed=True)["count"].sum()
    return sums / look.settings.population.scale


def _yearly(look: Look) -> pd.DataFrame:
    """Sums of flows and year-end values of stocks in each run and year."""
    rows = look.monthly[(look.monthly["group"] == "") & look.monthly["indicator"].isin(COMPARED)]
    rows = rows.assign(year=rows["month"].str[:4])
    grouped = rows.groupby(["draw", "seed", "indicator", "year"])["value"]
    table = pd.DataFrame({"sum": grouped.sum(), "last": grouped.last()}).reset_index()
    table["value"] = table["last"].where(table["indicator"].isin(STOCKS), table["sum"])
    return table.drop(columns=["sum", "last"])
