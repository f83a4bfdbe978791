"""What would have to be true for a package to fail: how little is missing, and what the runs that miss have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from sim.runs.draws import place, together, uncertain_paths
from sim.runs.ensemble import Ensemble
from sim.studies.count.unknown_numbers import UnknownNumber
from sim.studies.solve.evaluating import margins
from sim.studies.solve.search import Floats, reached

LEAST_DRAWS = 10
"""Draws below which no input is named."""
SHUFFLES = 1000
BEYOND = 0.95
"""An input is named if it goes along with the margin more closely than the closest of all does in so many shuffles."""
NAMED = 3


class Weakness(NamedTuple):
    """Where a package gives way first."""

    target: str
    """The one with the least margin."""
    margin: float
    """By what share of the promise every run could fall short of what it reaches before P falls below what was asked."""
    missed: int
    """Runs in which some target is missed."""
    runs: int
    inputs: tuple[tuple[UnknownNumber, float], ...] | None
    """Inputs and rank correlations with the worst margin of their draw; None: too few draws to tell."""

    @property
    def told(self) -> dict[str, object]:
        """As ``solution.json`` has it."""
        named = self.inputs and [
            {"name": one.name, "title": one.title._asdict(), "correlation": value} for one, value in self.inputs
        ]
        return {**self._asdict(), "inputs": named}


def weakness(result: Ensemble, targets: Sequence[str], p: float, unknown: Sequence[UnknownNumber]) -> Weakness:
    """Of the runs of a package, in which ``unknown`` may differ; runs that failed are left out."""
    table = margins(result, targets)
    least = {name: reached(list(table[name]), p) for name in targets}
    target = min(targets, key=lambda name: least[name])
    worst = table.min(axis=1)
    return Weakness(target, least[target], int((worst < 0.0).sum()), len(worst), _blamed(result, worst, unknown))


def _blamed(
    result: Ensemble, worst: pd.Series[float], unknown: Sequence[UnknownNumber]
) -> tuple[tuple[UnknownNumber, float], ...] | None:
    """Inputs that go along with the worst margin beyond chance, the closest first."""
    by_draw = worst.groupby(level="draw").mean()
    draws = [int(draw) for draw in by_draw.index]
    if len(draws) < LEAST_DRAWS or by_draw.nunique() == 1:
        return None
    settings = result.settings
    drawn = {together(path) for path in uncertain_paths(settings)}
    known = {one.name: one for one in unknown if one.name in drawn}
    if not known:
        return ()
    total = settings.ensemble.draws
    places = np.array([[place(settings, name, draw, total) for name in known] for draw in draws])
    return tuple((known[name], value) for name, value in closest_inputs(list(known), places, by_draw.to_numpy()))


def closest_inputs(names: Sequence[str], places: Floats, values: Floats) -> tuple[tuple[str, float], ...]:
    """Names and rank correlations of those columns of ``places`` [draws, names] that go along with ``values`` beyond chance."""
    columns = rankdata(places, axis=0)
    columns = (columns - columns.mean(axis=0)) / np.maximum(columns.std(axis=0), 1e-12)
    ranks = rankdata(values)
    ranks = (ranks - ranks.mean()) / ranks.std()
    found = columns.T @ ranks / len(ranks)
    draws = np.random.default_rng(1)
    shuffled = np.array([np.abs(columns.T @ draws.permutation(ranks)).max() / len(ranks) for _ in range(SHUFFLES)])
    beyond = float(np.quantile(shuffled, BEYOND))
    order = [int(n) for n in np.argsort(-np.abs(found)) if abs(found[n]) > beyond]
    return tuple((names[n], float(found[n])) for n in order[:NAMED])
