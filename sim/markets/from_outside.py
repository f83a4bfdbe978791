"""How old used goods are that come from outside: as those there that are left, among which the district admits what it may."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.survival import LifeLaw, wear_survival
from sim.clock import EPOCH, MONTHS_A_YEAR, first_day
from sim.codes import AVERAGE_DAYS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PLACES = 240
"""Equally likely ages that stand for the ages of a band."""


def ages_from_outside(
    stock: Floats, first_year: int, law: LifeLaw, emission_from: Ints, admitted: int, edges: Ints, month: int
) -> Ints:
    """Equally likely ages in months of what comes in a month, by fuel group F and age band B [F, B, PLACES].

    A good registered in year y is as frequent as those of y were in the table of vintages, times what wear has left of them
    since, S(age now) / S(age then); later years are as frequent as the table's last. Goods below the standard ``admitted``
    do not come. Of a band of which nothing comes, the youngest age stands for all.

    ``stock``: shares of registration years from ``first_year`` on at the end of the last of them [F, Y]. ``emission_from``:
    first day of each standard [F, S]; a group without standards is admitted whole. ``edges``: upper age of each band, months.
    """
    ages = np.arange(1, int(edges[-1]) if edges.size else 1)
    year = EPOCH.year + (month - ages) // MONTHS_A_YEAR
    last = first_year + stock.shape[1] - 1
    then = (last - EPOCH.year + 1) * MONTHS_A_YEAR - (month - ages)
    left = wear_survival(law, ages.astype(np.float64)) / wear_survival(law, np.maximum(then, 0).astype(np.float64))
    weight = stock[:, np.clip(year, first_year, last) - first_year] * np.where(year < first_year, 0.0, left)
    weight *= _admitted(np.asarray(first_day(month) - ages * AVERAGE_DAYS), emission_from, admitted)
    out = np.empty((stock.shape[0], edges.size, PLACES), dtype=np.int64)
    for b, upper in enumerate(edges):
        lower = 1 if b == 0 else int(edges[b - 1])
        for f, chosen in enumerate(weight[:, lower - 1 : int(upper) - 1]):
            out[f, b] = lower + _places(chosen)
    return out


def _admitted(registered: Floats, emission_from: Ints, admitted: int) -> NDArray[np.bool_]:
    """Whether goods registered on these days meet the standard, or are of a group that knows none [F, A]."""
    since = emission_from[:, admitted:].min(axis=1)
    without = emission_from.min(axis=1) == np.iinfo(np.int64).max
    return np.asarray((registered >= since[:, None]) | without[:, None])


def _places(weight: Floats) -> Ints:
    """Indices at ``PLACES`` quantiles of a distribution that need not sum to 1; the first one where nothing weighs."""
    total = np.cumsum(weight)
    if not total.size or total[-1] <= 0.0:
        return np.zeros(PLACES, dtype=np.int64)
    return np.asarray(np.searchsorted(total, (np.arange(PLACES) + 0.5) / PLACES * total[-1], side="right"))
