"""Proper scores of forecasts by draws: fair CRPS, coverage of intervals, Brier score of events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.studies.backtest.forecasting import SERIES, Forecast, Values

Floats = NDArray[np.float64]
HALF, MOST = (0.25, 0.75), (0.05, 0.95)
NEV_EVENT = 0.5
"""The event of the NEV share: every second new car. That of sales: no fewer than in the same month a year ago."""


@dataclass(frozen=True)
class Scored:
    """One series after one cut-off."""

    cutoff: str
    series: str
    months: int
    crps: float
    """Mean over months: cars a month, or share."""
    simple_crps: float
    """Of the better of the simple forecasts."""
    simple: str
    half: float
    """Part of the months whose value lies within the 50% interval."""
    most: float
    """Within the 90% interval."""
    brier: float
    simple_brier: float


def fair_crps(values: Sequence[float], seen: float) -> float:
    """mean |x - y| - sum_ij |x_i - x_j| / (2 n (n - 1)): unbiased for few draws (Ferro 2014); |x - y| for a single one."""
    drawn = np.asarray(values, dtype=np.float64)
    off = float(np.abs(drawn - seen).mean())
    count = drawn.size
    if count < 2:
        return off
    return off - float(np.abs(drawn[:, None] - drawn[None, :]).sum()) / (2.0 * count * (count - 1))


def covered(values: Values, seen: Mapping[str, float], band: tuple[float, float]) -> float:
    """Part of the months whose value lies between two quantiles of the draws."""
    edges = {month: np.quantile(values[month], band) for month in seen}
    return float(np.mean([edges[month][0] <= value <= edges[month][1] for month, value in seen.items()]))


def brier(chances: Mapping[str, float], happened: Mapping[str, bool]) -> float:
    """Mean squared difference between the chance of an event and whether it happened."""
    return float(np.mean([(chances[month] - float(was)) ** 2 for month, was in happened.items()]))


def score(forecast: Forecast, seen: Mapping[str, Mapping[str, float]]) -> list[Scored]:
    """Every series; ``seen``: what happened."""
    return [_scored(forecast, series, seen[series]) for series in SERIES]


def _scored(forecast: Forecast, series: str, seen: Mapping[str, float]) -> Scored:
    said, naive = forecast.said[series], forecast.naive[series]
    floor = naive["no_change"] if series == "sales" else dict.fromkeys(seen, NEV_EVENT)
    happened = {month: value >= floor[month] for month, value in seen.items()}
    errors = {name: float(np.mean([abs(told[m] - v) for m, v in seen.items()])) for name, told in naive.items()}
    best = min(errors, key=lambda name: errors[name])
    chances = {month: float(np.mean([value >= floor[month] for value in said[month]])) for month in seen}
    simply = {month: float(naive[best][month] >= floor[month]) for month in seen}
    return Scored(
        cutoff=forecast.cutoff, series=series, months=len(seen),
        crps=float(np.mean([fair_crps(said[month], value) for month, value in seen.items()])),
        simple_crps=errors[best], simple=best, half=covered(said, seen, HALF), most=covered(said, seen, MOST),
        brier=brier(chances, happened), simple_brier=brier(simply, happened),
    )  # fmt: skip
