"""Helpers of the indicators: re-weighting to the district, sums over categories and powertrains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.history import History
from sim.products import POWERTRAINS

Floats = NDArray[np.float64]
Measured = dict[str, Floats]


def by_category(history: History, counts: Mapping[str, NDArray[np.int64]]) -> Measured:
    """The total (group "") and each category, re-weighted to the district."""
    scaled = {name: np.asarray(values, dtype=np.float64) / history.scale for name, values in counts.items()}
    return {"": np.sum(list(scaled.values()), axis=0), **scaled}


def by_powertrain(history: History, counts: Mapping[str, NDArray[np.int64]]) -> Measured:
    """Sums over categories by powertrain, from counts by month and variant [T, V]."""
    out = {}
    for number, powertrain in enumerate(POWERTRAINS):
        parts = [values[:, history.powertrain[name] == number].sum(axis=1) for name, values in counts.items()]
        out[powertrain] = np.sum(parts, axis=0) / history.scale
    return out


def trailing_year(values: Floats) -> Floats:
    """Sum of the last twelve months; not a number before there are twelve."""
    sums = np.full(values.size, np.nan)
    if values.size >= 12:
        sums[11:] = np.convolve(values, np.ones(12), mode="valid")
    return sums
