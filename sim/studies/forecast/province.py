"""Districts of a sweep as one province: runs of the same draw and seed live in one nation, and are added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.errors import Both, refused
from sim.runs.ensemble import Ensemble, target_summary
from sim.runs.result import target_value
from sim.schema.target import Target
from sim.settings import Settings
from sim.studies.common.additional import FEWEST, OUTLAY
from sim.studies.forecast.adding_up import RUN, Key, adds, is_count, series_of, summed
from sim.studies.forecast.typed_words import REGION, but_region, region_of
from sim.verdict import is_trial, verdicts

ALL_OUTLAY: Key = (OUTLAY, "")
PAIRINGS = 5
"""Other pairings of the districts' draws, over which the band of districts that have nothing in common is averaged."""


class Province(NamedTuple):
    """The cells of a sweep that differ in the district alone."""

    typed: str
    """What was typed for all of them, in the order of the alphabet."""
    cells: Mapping[str, int]
    """District, as it is typed, -> cell."""


class DistrictRuns(NamedTuple):
    """What is kept of a district until the others are there."""

    settings: Settings
    series: pd.DataFrame
    table: pd.DataFrame
    """Its own target table."""
    trial: bool


class ProvinceTotal(NamedTuple):
    """The districts together."""

    table: pd.DataFrame
    """The target table, with ``band_to_independent`` and of the outlay ``outlay_p05``, ``outlay_p50``, ``outlay_p95``."""
    targets: Mapping[str, Target]
    runs: int
    """Pairs of draw and seed that all districts have."""
    left_out: tuple[str, ...]
    """Promises of the districts that cannot be added up."""


def provinces_of(cells: Sequence[tuple[str, Settings]]) -> list[Province]:
    """Two districts or more with everything else equal; raises BadInput if one is typed twice."""
    groups: dict[str, dict[str, int]] = {}
    for cell, (typed, _) in enumerate(cells):
        if (region := region_of(typed)) is None:
            continue
        mine = groups.setdefault(but_region(typed), {})
        if region in mine:
            remedy = Both(f"只写一次 {region}", f"name {region} once")
            raise refused(
                REGION, region, Both("每个区县一次：各区县要相加", "each district once, for they are added up"), remedy
            )
        mine[region] = cell
    return [Province(typed, mine) for typed, mine in groups.items() if len(mine) > 1]


def kept_of(result: Ensemble) -> DistrictRuns:
    """A district that has run."""
    keys = [_key(result.settings.targets[name]) for name in result.targets["id"].unique()]
    series = series_of(result, [ALL_OUTLAY, *(key for key in keys if adds(key))])
    return DistrictRuns(result.settings, series, result.target_table(), result.trial)


def total_of(districts: Sequence[DistrictRuns]) -> ProvinceTotal:
    """The promises of all districts together, judged as those of one are."""
    told = list(dict.fromkeys(name for each in districts for name in each.table["id"]))
    targets = {name: target for name in told if (target := _together(name, districts)) is not None}
    together = summed([each.series for each in districts])
    judged = _judged(together, targets)
    runs = len(together[RUN].drop_duplicates())
    table = target_summary(judged, targets, districts[0].settings, runs)
    table["trial"] = is_trial(districts[0].settings.population.scale, runs)
    table["band_to_independent"] = _band_to_independent(judged, districts, targets).reindex(table["id"]).to_numpy()
    paid = together[together["indicator"] == OUTLAY].groupby(RUN)["value"].sum(min_count=1)
    for name, share in (("outlay_p05", 0.05), ("outlay_p50", 0.5), ("outlay_p95", 0.95)):
        table[name] = paid.quantile(share)
    return ProvinceTotal(table, targets, runs, tuple(name for name in told if name not in targets))


def _key(target: Target) -> Key:
    return target.indicator, target.group


def _together(name: str, districts: Sequence[DistrictRuns]) -> Target | None:
    """The promise of all: numbers add, thresholds of ratios are shared; None if it cannot be one of all.

    The sum of what stands behind it says when a chance may be told; the grade is the lowest.
    """
    mine = [each.settings.targets[name] for each in districts if name in set(each.table["id"])]
    said = [(t.indicator, t.group, t.by, t.period, t.comparator, t.relative_to, t.relative_as) for t in mine]
    first = mine[0]
    if len(mine) < len(districts) or len(set(said)) > 1 or not adds(_key(first)):
        return None
    number = is_count(_key(first)) and (first.relative_to is None or first.relative_as == "difference")
    promises = [target.promise for target in mine]
    if not number and len(set(promises)) > 1:
        return None
    promise, units = sum(promises) if number else first.promise, sum(target.units for target in mine)
    return first.model_copy(update={"promise": promise, "units": units, "grade": max(target.grade for target in mine)})


def _judged(together: pd.DataFrame, targets: Mapping[str, Target]) -> pd.DataFrame:
    """draw, seed, id, value, met."""
    runs = list(together[RUN].drop_duplicates().itertuples(index=False, name=None))
    parts = []
    for name, target in targets.items():
        mine = together[(together["indicator"] == target.indicator) & (together["group"] == target.group)]
        months = dict(iter(mine.groupby(RUN)))
        values = [target_value(target, months.get(run, mine[:0])) for run in runs]
        rows = pd.DataFrame(runs, columns=RUN).assign(id=name, value=np.asarray(values, dtype=np.float64))
        parts.append(rows.assign(met=verdicts(rows["value"], target.comparator, target.promise)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*RUN, "id", "value", "met"])


def _band_to_independent(judged: pd.DataFrame, districts: Sequence[DistrictRuns], targets: Mapping[str, Target]) -> pd.Series:
    """P5 to P95 of the sum over what it would be if each district had draws of its own; none for too few draws."""
    others = [_bands(_judged(summed(each), targets)) for each in _repaired([d.series for d in districts])]
    if not others:
        return pd.Series(dtype=float)
    apart = pd.concat(others, axis=1).mean(axis=1)
    return _bands(judged) / apart.where(apart > 0.0)


def _bands(judged: pd.DataFrame) -> pd.Series:
    """Width of the band of nine in ten, by target."""
    values = judged.groupby("id")["value"]
    return values.quantile(0.95) - values.quantile(0.05)


def _repaired(series: Sequence[pd.DataFrame]) -> list[list[pd.DataFrame]]:
    """The districts with their draws moved round, each by another number: no two share a draw any more; none of few draws."""
    draws = sorted(set.intersection(*(set(each["draw"]) for each in series)))
    count, number = len(draws), len(series)
    if count < FEWEST:
        return []
    steps = (n for n in range(1, count) if len({n * place % count for place in range(number)}) == number)

    def moved(each: pd.DataFrame, by: int) -> pd.DataFrame:
        names = {draw: draws[(place + by) % count] for place, draw in enumerate(draws)}
        return each[each["draw"].isin(names)].assign(draw=lambda rows: rows["draw"].map(names))

    return [[moved(each, n * place) for place, each in enumerate(series)] for n in islice(steps, PAIRINGS)]
