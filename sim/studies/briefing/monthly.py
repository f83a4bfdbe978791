"""What a month has changed: the forecast with its numbers against the one without them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.runs.dry_spells import pots_in_use
from sim.studies.nowcast.asking import Answer
from sim.studies.nowcast.driving import KNOWN, drivers
from sim.studies.nowcast.revised_tables import quantiles, target_table
from sim.studies.nowcast.revising import Revision
from sim.studies.nowcast.run_cube import Key, is_share

FEN_PER_YUAN = 100.0
TOLD = 0.01
"""Least change of a chance that is told."""
PAIR = ["target", "indicator", "group"]


class News(NamedTuple):
    """A number of the last month against what the month before had made of it."""

    key: Key
    actual: float
    foretold: float
    deviations: float


class ChanceMove(NamedTuple):
    """A promise whose chance has moved, and the series that moved it most."""

    target: str
    before: float
    after: float
    driver: Key
    """``driving.KNOWN`` or ``OTHER`` in the place of an indicator: months that are now as they were, the rest."""


def news(earlier: Revision, now: Revision, month: str) -> list[News]:
    """Every number of a month, the most surprising first."""
    place = now.after.months.index(month)
    found = []
    for key, n in now.after.places.items():
        actual, runs = now.known.values[n, place], earlier.after.values[:, n, place]
        if np.isfinite(actual) and np.isfinite(runs).any():
            middle, spread = float(np.nanmedian(runs)), float(np.nanstd(runs))
            found.append(News(key, float(actual), middle, (actual - middle) / spread if spread > 0.0 else 0.0))
    return sorted(found, key=lambda each: -abs(each.deviations))


def relative(each: News) -> float:
    """How far a number lies off what was foretold: as a ratio less one, of a share as the difference."""
    if is_share(each.key[0]):
        return each.actual - each.foretold
    return each.actual / each.foretold - 1.0 if each.foretold else float("nan")


def changes(earlier: Answer, now: Answer) -> list[ChanceMove]:
    """Promises whose chance has moved, the farthest first."""
    old, new = (target_table(each).set_index("id")["probability"] for each in (earlier, now))
    moved = (new - old).abs()
    names = moved[moved >= TOLD].sort_values(ascending=False).index.tolist()
    effects = _effects(earlier, now, names)
    return [ChanceMove(name, float(old[name]), float(new[name]), effects[name]) for name in names]


def _effects(earlier: Answer, now: Answer, names: list[str]) -> dict[str, Key]:
    settings = now.result.settings
    old, new = (drivers(each.revision, settings, names).set_index(PAIR)["effect"] for each in (earlier, now))
    gaps = new.sub(old, fill_value=0.0).abs().rename("gap").reset_index()
    foremost = {name: (KNOWN, "") for name in names}
    for name, rows in gaps.groupby("target"):
        row = rows.loc[rows["gap"].idxmax()]
        foremost[str(name)] = str(row["indicator"]), str(row["group"])
    return foremost


def spending(answer: Answer, last: str) -> pd.DataFrame:
    """period, released, planned, p05, p50, p95: yuan, of the year of ``last`` up to then, unless that is whole, and by year.

    ``planned``: the middle of the forecast without actuals; ``released``: mean money that the pots got.
    """
    cube, year = answer.revision.before, last[:4]
    years = sorted({month[:4] for month in cube.months if month[:4] >= year})
    spans = {} if last.endswith("-12") else {f"{year} {last[5:]}": (f"{year}-01", last)}
    spans |= {each: (f"{each}-01", f"{each}-12") for each in years}
    return pd.DataFrame([(name, *_span(answer, *span)) for name, span in spans.items()], columns=SPENDING)


SPENDING = ["period", "released", "planned", "p05", "p50", "p95"]


def _span(answer: Answer, first: str, last: str) -> list[float]:
    cube, after, key = answer.revision.before, answer.revision.after, ("outlay", "")
    months = np.array([first <= month <= last for month in cube.months])
    before, now = (each.values[:, each.places[key], months].sum(axis=1) for each in (cube, after))
    result, pots = answer.result, answer.result.pots
    used = pots["month"].between(first, last) & pots["pot"].isin(pots_in_use(result.settings))
    released = float(pots.loc[used, "opened"].sum()) / FEN_PER_YUAN / result.runs / result.settings.population.scale
    return [released, float(np.median(before)), *quantiles(now)]
