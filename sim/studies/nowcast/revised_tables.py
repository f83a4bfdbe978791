"""Tables of a revised forecast: promises, what has happened so far, whole years, money that is still to be paid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.runs.ensemble import QUANTILES
from sim.schema.target import Target
from sim.studies.nowcast.asking import Answer
from sim.studies.nowcast.misfits import deviations
from sim.studies.nowcast.observable import STOCKS, SUMMED
from sim.studies.nowcast.revising import Revision
from sim.studies.nowcast.run_cube import Cube, Floats, Ints, Key, is_share
from sim.verdict import MINIMUM_UNITS, chance, verdicts

OUTLAY = "outlay"
MEASURE = "measure:"
BANDS = [f"p{100 * level:02.0f}" for level in QUANTILES]


def target_table(answer: Answer) -> pd.DataFrame:
    """The target table after the actuals; probability_before, defined_before, p50_before: without them.

    A promise that the actuals alone decide holds whatever the share of the owners that is simulated.
    """
    result, settings = answer.result, answer.result.settings
    table = result.target_table()
    for name in ("probability", "defined", "p50"):
        table[f"{name}_before"] = table[name]
    for n, name in enumerate(table["id"]):
        target = settings.targets[name]
        values = answer.revision.target_values(target)
        now = chance(verdicts(values, target.comparator, target.promise))
        table.loc[n, BANDS] = quantiles(values)
        table.loc[n, "defined"] = now.defined
        table.loc[n, "holds"] |= bool(np.isfinite(values).all() and np.ptp(values) == 0.0 and _told(answer.revision, target))
        table.loc[n, "probability"] = now.probability if table.loc[n, "holds"] else np.nan
    return table


def _told(found: Revision, target: Target) -> bool:
    """Whether actuals tell anything of the series of a target."""
    place = found.after.places.get((target.indicator, target.group))
    return place is not None and bool(np.isfinite(found.known.values[place]).any())


def so_far(found: Revision) -> pd.DataFrame:
    """indicator, group, year, months, actual, p05, p50, p95 of the runs in the same months, deviations."""
    rows = []
    for stretch, far in zip(found.observed, deviations(found), strict=True):
        place = found.before.places[stretch.key]
        actual = summary(stretch.key, found.known.values[None, place, stretch.places])[0]
        runs = summary(stretch.key, found.before.values[:, place, stretch.places])
        rows.append((*stretch.key, stretch.year, stretch.places.size, actual, *quantiles(runs), far))
    return pd.DataFrame(rows, columns=["indicator", "group", "year", "months", "actual", *BANDS, "deviations"])


def by_year(found: Revision, scale: float) -> pd.DataFrame:
    """indicator, group, year, known (months), p05, p50, p95 before and after, few, of every series.

    ``few``: so few units of it are simulated at this ``scale`` that its numbers cannot be relied on.
    """
    years, told = np.array([month[:4] for month in found.before.months]), np.isfinite(found.known.values)
    rows = []
    for key, place in found.before.places.items():
        for year in np.unique(years):
            months = np.flatnonzero(years == year)
            both = [summary(key, cube.values[:, place, months]) for cube in (found.before, found.after)]
            bands = [value for values in both for value in quantiles(values)]
            few = not is_share(key[0]) and key[0] != OUTLAY and bands[1] * scale < MINIMUM_UNITS
            rows.append((*key, str(year), int(told[place, months].sum()), *bands, bool(few)))
    names = [f"{name}_{when}" for when in ("before", "after") for name in BANDS]
    return pd.DataFrame(rows, columns=["indicator", "group", "year", "known", *names, "few"])


def remaining(found: Revision, after: str) -> pd.DataFrame:
    """measure ("" all), p05, p50, p95, mean: yuan that is paid after a month."""
    months = np.flatnonzero([month > after for month in found.after.months])
    keys = [key for key in found.after.keys if key[0] == OUTLAY and (not key[1] or key[1].startswith(MEASURE))]
    rows = []
    for key in sorted(keys):
        sums = paid(found.after, key, months)
        rows.append((key[1].removeprefix(MEASURE), *quantiles(sums), float(sums.mean())))
    return pd.DataFrame(rows, columns=["measure", *BANDS, "mean"])


def paid(cube: Cube, key: Key, months: Ints) -> Floats:
    """Yuan of some months in each run; a measure that a run does not pay costs nothing there."""
    return np.asarray(np.nansum(cube.values[:, cube.places[key], months], axis=1))


def summary(key: Key, values: Floats) -> Floats:
    """One number for the months [N, M] of each run: sum, last or mean, by what the series is."""
    told = np.isfinite(values)
    some = told.any(axis=1)
    if key[0] in STOCKS:
        return np.asarray(np.where(some, values[:, -1], np.nan))
    sums = np.where(told, values, 0.0).sum(axis=1)
    return np.asarray(np.where(some, sums if key[0] in SUMMED else sums / np.maximum(told.sum(axis=1), 1), np.nan))


def quantiles(values: Floats, levels: Sequence[float] = QUANTILES) -> list[float]:
    """Of the runs that have a value; P5 to P95 holds nine of ten further runs, and not only of those that are there."""
    fits = values[np.isfinite(values)]
    return (
        [float(value) for value in np.quantile(fits, levels, method="weibull")] if fits.size else [float("nan")] * len(levels)
    )
