"""Met, missed or undefined: the one place that holds a value against its promise, and says when a chance may be told."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
MINIMUM_UNITS = 400
"""Simulated units (goods, or deals of a year) that must stand behind a number: of a share of so many the standard error is
at most 0.5 / sqrt(400), two and a half points."""
FULL_SCALE = 1.0
ENOUGH_RUNS = 20
"""Below so many runs, or below full scale, everything is a trial: a chance from fewer runs moves in steps above five points."""


class Chance(NamedTuple):
    """How often a promise is met among the runs in which it has a value."""

    probability: float
    """Not a number if no run has a value."""
    defined: int
    runs: int

    @property
    def partial(self) -> bool:
        """Whether some run has no value."""
        return self.defined < self.runs


def margin(values: ArrayLike, comparator: ArrayLike, promise: ArrayLike) -> Floats:
    """By how much each promise is met, negative if it is missed; not a number where there is no value."""
    above = np.asarray(values, dtype=np.float64) - np.asarray(promise, dtype=np.float64)
    return np.asarray(np.where(np.asarray(comparator) == ">=", above, -above))


def verdicts(values: ArrayLike, comparator: ArrayLike, promise: ArrayLike) -> pd.Series[bool]:
    """True met, False missed, NA undefined."""
    by = np.atleast_1d(margin(values, comparator, promise))
    return pd.Series(by >= 0.0, dtype="boolean").mask(np.isnan(by))


def chance(met: pd.Series[bool], weights: Floats | None = None) -> Chance:
    """The chance among the runs in which the verdict is defined; ``weights``: of the runs, 1 each by default."""
    verdict = met.astype("boolean")
    defined = verdict.notna().to_numpy()
    weight = np.ones(defined.size) if weights is None else weights
    whole = float(weight[defined].sum())
    reached = float(weight[verdict.fillna(value=False).to_numpy(dtype=bool)].sum())
    return Chance(reached / whole if whole > 0.0 else float("nan"), int(defined.sum()), defined.size)


def least_scale(units: float) -> float:
    """Smallest share of the owners at which a number that rests on so many units of the district holds."""
    return min(FULL_SCALE, MINIMUM_UNITS / units)


def holds(units: float, scale: float) -> bool:
    """Whether a chance may be told at this share of the owners."""
    return scale >= least_scale(units)


def is_trial(scale: float, runs: int) -> bool:
    """Whether results are a trial, to be stamped so wherever they are shown."""
    return scale < FULL_SCALE or runs < ENOUGH_RUNS
