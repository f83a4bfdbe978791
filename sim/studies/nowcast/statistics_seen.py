"""Few numbers in the place of many months: of each series and year what is known, as one number, and what is not, as another.

The known months of a year are averaged, and stocks taken at the last of them: what a model gets wrong it gets wrong for
months on end. Levels are told as logs, shares as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.schema.uncertainty import MeasurementErrors
from sim.studies.nowcast.observable import STOCKS, measurement_error
from sim.studies.nowcast.run_cube import Cube, Floats, Ints, Key, is_share
from sim.studies.nowcast.smoothing import Asked, Seen

PERCENT = 0.01
"""Of the mean of a series, added before logs are taken."""
FLOOR = 1e-9
QUOTIENTS = {"used_new_ratio": {"used_car_transactions": 1.0, "new_registrations": -1.0}}
"""Indicators whose levels are off by what others are off by, with the power of each."""


@dataclass(frozen=True)
class Stretch:
    """Months of a year of one series."""

    key: Key
    year: str
    places: Ints
    """Of the months among those of the cube."""


@dataclass(frozen=True)
class KnownMonths:
    """What has happened, by series and month of a cube; not a number where nothing is known."""

    values: Floats
    """[K, M]"""

    @classmethod
    def of(cls, actuals: pd.DataFrame, cube: Cube) -> KnownMonths:
        """From month, indicator, group, value."""
        values = np.full((len(cube.keys), len(cube.months)), np.nan)
        places = {month: place for place, month in enumerate(cube.months)}
        for row in actuals.itertuples():
            values[cube.places[str(row.indicator), str(row.group)], places[str(row.month)]] = row.value
        return cls(values)

    def stretches(self, cube: Cube, *, known: bool) -> list[Stretch]:
        """By series and year, the months that are known, or those that are not."""
        told = np.isfinite(self.values)
        return list(_stretches(cube, told if known else ~told))


def _stretches(cube: Cube, mask: NDArray[np.bool_]) -> Iterator[Stretch]:
    years = np.array([month[:4] for month in cube.months])
    told = np.asarray(np.isfinite(cube.values).any(axis=0))
    for place, key in enumerate(cube.keys):
        for year in np.unique(years):
            months = np.flatnonzero(mask[place] & told[place] & (years == year))
            if months.size:
                yield Stretch(key, str(year), months)


def window(cube: Cube, known: KnownMonths, stretches: list[Stretch], error: float, errors: MeasurementErrors) -> Seen:
    """What was observed, as the runs have it and as it was; ``error``: of the district's levels in the model."""
    runs = _each(cube, [statistic(cube, each) for each in stretches])
    actual = np.array([_actual(cube, known, each) for each in stretches])
    levels = _levels(cube, stretches, _indicators(stretches), error)
    noise = np.array([measurement_error(errors, each.key[0]) for each in stretches])
    return Seen(_filled(runs), actual, levels, noise * np.array([_slope(cube, each) for each in stretches]))


def unknowns(cube: Cube, stretches: list[Stretch], observed: list[Stretch], error: float) -> Asked:
    """What is not known, as the runs have it."""
    runs = _each(cube, [statistic(cube, each, whole=True) for each in stretches])
    return Asked(_filled(runs), _levels(cube, stretches, _indicators(observed), error))


def _each(cube: Cube, columns: list[Floats]) -> Floats:
    """Numbers of each run side by side [N, columns], of which there may be none."""
    return np.array(columns, dtype=np.float64).reshape(len(columns), len(cube.draws)).T


def statistic(cube: Cube, stretch: Stretch, *, whole: bool = False) -> Floats:
    """One number for each run [N]; ``whole``: the mean of the months even of a stock."""
    return _told(cube, stretch, cube.values[:, cube.places[stretch.key], stretch.places], whole=whole)


def _actual(cube: Cube, known: KnownMonths, stretch: Stretch) -> float:
    return float(_told(cube, stretch, known.values[None, cube.places[stretch.key], stretch.places])[0])


def _told(cube: Cube, stretch: Stretch, values: Floats, *, whole: bool = False) -> Floats:
    if stretch.key[0] in STOCKS and not whole:
        mean = values[:, -1]
    else:
        told = np.isfinite(values)
        mean = np.where(told, values, 0.0).sum(axis=1) / np.where(told.any(axis=1), told.sum(axis=1), np.nan)
    if is_share(stretch.key[0]):
        return np.asarray(mean)
    return np.asarray(np.log(np.maximum(mean, 0.0) + _least(cube, stretch)))


def _least(cube: Cube, stretch: Stretch) -> float:
    """What is added before a log is taken, so that a month of nothing has one."""
    mean = float(np.nanmean(cube.values[:, cube.places[stretch.key]]))
    return max(PERCENT * mean, FLOOR)


def _indicators(stretches: list[Stretch]) -> list[str]:
    """Indicators whose levels can be told from what is observed."""
    return list(dict.fromkeys(name for each in stretches for name in _powers(each.key[0])))


def _powers(indicator: str) -> dict[str, float]:
    return QUOTIENTS.get(indicator, {indicator: 1.0})


def _levels(cube: Cube, stretches: list[Stretch], indicators: list[str], error: float) -> Floats:
    """What an error of the levels of each such indicator does [stretches, indicators]."""
    powers = [[_powers(each.key[0]).get(name, 0.0) for name in indicators] for each in stretches]
    slopes = np.array([_slope(cube, each) for each in stretches])
    return np.asarray(np.array(powers).reshape(len(stretches), len(indicators)) * error * slopes[:, None])


def _slope(cube: Cube, stretch: Stretch) -> float:
    """How far a relative error moves the number: one to one in logs, less the nearer a share is to nothing or all."""
    if not is_share(stretch.key[0]):
        return 1.0
    mean = float(np.clip(np.nanmean(cube.values[:, cube.places[stretch.key], stretch.places]), 0.0, 1.0))
    return mean * (1.0 - mean)


def _filled(runs: Floats) -> Floats:
    """Runs without a value take the mean of the others."""
    told = np.isfinite(runs)
    means = np.where(told, runs, 0.0).sum(axis=0) / np.maximum(told.sum(axis=0), 1)
    return np.asarray(np.where(told, runs, means))
