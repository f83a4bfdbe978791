"""What more money in a pot does: the same runs as those of the ensemble, with that pot alone fuller."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.runs.dry_spells import FEN_PER_YUAN, PAIR, dry_pots
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor
from sim.runs.plan import Plan
from sim.runs.schedule import Failure, Progress
from sim.settings import Settings
from sim.studies.budget.outlay import payments
from sim.studies.budget.runs import topped_up

LIKELY = 0.05
"""Chance of running dry in some year from which the effect of a top-up is worked out."""
COLUMNS = (
    "pot", "topup", "year", "extra_money", "extra_granted", "extra_unspent", "extra_p05", "extra_p95", "extra_elsewhere",
    "chance_before", "chance_after",
)  # fmt: skip
"""``year``: that in which the pot is likeliest to run dry, of those that can still be changed. Money is in yuan, means over the
runs: what is put in is granted from the pot or left over; ``extra_elsewhere`` is paid more by measures of other pots."""


def topups(
    settings: Settings, share: float, base: Ensemble, executor: Executor, report: Progress
) -> tuple[pd.DataFrame, list[Failure]]:
    """The table of ``COLUMNS``; pots that hardly ever run dry, or cannot be filled up any more, are left out."""
    years = dict(_driest(base)) if share > 0.0 else {}
    names = sorted(years)
    plans = [Plan.of(topped_up(settings, name, share)) for name in names]
    rows: dict[str, tuple[object, ...]] = {}
    failures: list[Failure] = []
    for number, fuller in ensembles(plans, executor, report) if plans else ():
        failures += fuller.failures
        name = names[number]
        if fuller.runs:
            rows[name] = (name, share, years[name], *effect(name, years[name], base, fuller))
    return pd.DataFrame([rows[name] for name in names if name in rows], columns=list(COLUMNS)), failures


def _driest(base: Ensemble) -> Iterator[tuple[str, str]]:
    """Pot and year of the largest chance of running dry from the year on in which its levers act."""
    dry = dry_pots(base)
    for name, part in dry[dry["chance"] > LIKELY].groupby("pot"):
        ahead = part[part["year"] >= str(base.settings.pots[str(name)].levers_from.year)]
        if len(ahead):
            yield str(name), str(ahead.loc[ahead["chance"].idxmax(), "year"])


def effect(pot: str, year: str, base: Ensemble, fuller: Ensemble) -> tuple[float, ...]:
    """Numbers of a row behind its year: runs paired by draw and seed, chances over all runs of either side."""
    scale = base.settings.population.scale
    mine, theirs = (_sums(result, pot) / FEN_PER_YUAN / scale for result in (base, fuller))
    gap = (theirs - mine).dropna()
    elsewhere = (_elsewhere(fuller, pot) - _elsewhere(base, pot)).reindex(gap.index).fillna(0.0) / FEN_PER_YUAN
    quantiles = gap["committed"].quantile([0.05, 0.95])
    chances = [_chance(result, pot, year) for result in (base, fuller)]
    money, granted = float(gap["opened"].mean()), float(gap["committed"].mean())
    return money, granted, float(gap["unspent"].mean()), *map(float, quantiles), float(elsewhere.mean()), *chances


def _sums(result: Ensemble, pot: str) -> pd.DataFrame:
    """Fen of the simulated population in each run: opened = committed + unspent, lapsed or left at the end."""
    rows = result.pots[result.pots["pot"] == pot].sort_values([*PAIR, "month"]).groupby(PAIR)
    sums = rows[["opened", "lapsed", "committed"]].sum()
    return sums.assign(unspent=sums["lapsed"] + rows["balance"].last())[["opened", "committed", "unspent"]]


def _elsewhere(result: Ensemble, pot: str) -> pd.Series[float]:
    """Fen paid in each run by measures that do not draw on the pot."""
    paid = payments(result)
    drawing = [name for name, measure in result.settings.policy.items() if measure.pot == pot]
    return paid[~paid["measure"].isin(drawing)].groupby(PAIR)["paid_fen"].sum()


def _chance(result: Ensemble, pot: str, year: str) -> float:
    dry = dry_pots(result)
    return float(dry.loc[(dry["pot"] == pot) & (dry["year"] == year), "chance"].sum())
