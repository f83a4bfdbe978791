"""One run: settings and a seed in, tables out."""

from __future__ import annotations

import contextlib

import mesa

from sim.model import TradeInModel
from sim.runs.result import Result, tabulate
from sim.settings import Settings


def run(settings: Settings, seed: int = 1, threads: int = 1) -> Result:
    """Simulate the district from the first month to the last; equal settings and seed give equal integers, in threads or not.

    The constants are those that the settings hold: right for the shipped settings and for other measures, scenarios and
    seeds. ``ensemble`` solves new ones for other parameters, products or baseline data.
    """
    model = TradeInModel(settings, seed, threads)
    for _ in range(settings.clock.months):
        model.step()
    result = tabulate(model)
    forget(model)
    return result


def forget(model: TradeInModel) -> None:
    """Let go of a finished model: Mesa 3.3 keeps every model with agents alive through a class-level table of ids."""
    ids = getattr(mesa.Agent, "_ids", None)
    if ids is not None:
        with contextlib.suppress(KeyError, TypeError):
            del ids[model]
