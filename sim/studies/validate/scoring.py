"""Run the cases with and without their programmes, say every quantity in every draw, and hold it against what was measured."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.config import load_settings
from sim.errors import BadInput, Both, ResultsDamaged
from sim.runs.draws import undisturbed
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor
from sim.runs.plan import Plan
from sim.runs.schedule import Progress
from sim.runs.store.disk import write_file
from sim.runs.store.parquet_tables import decode
from sim.runs.store.run_keys import canonical, digest
from sim.runs.store.version import model_version
from sim.settings import Settings
from sim.studies.validate.case import Case, Score, chosen
from sim.studies.validate.case_market import discounted, settings_of, without
from sim.studies.validate.quantities import QUANTITIES, View
from sim.studies.validate.score_checks import check_quantity, check_values

SCORECARD = "scorecard.json"
ASSUMED = {"behaviour", "money", "market", "parameters"}
"""Settings that the cases share with a forecast; district, scenario, size and draws are the case's own."""


@dataclass(frozen=True)
class Verdict:
    """One line of the scorecard."""

    id: str
    case: str
    quantity: str
    """In English."""
    quantity_zh: str
    predicted: float
    p05: float
    p95: float
    observed: float | None
    """None: not measured yet, as band and passed: a prediction and no test."""
    band: tuple[float, float] | None
    passed: bool | None
    best_naive: float | None
    """The simple forecast that came closest."""
    naive: str
    beats_naive: bool | None
    calibrated: bool
    """Used in the calibration: a pass is no test."""
    grade: str | None
    """Of the evidence."""


class Sides(NamedTuple):
    """A case, its settings with the programmes, and without them."""

    case: Case
    under: Settings
    other: Settings


def prepared(cases: Sequence[Case], scale: float, results: str) -> list[Sides]:
    """Settings of every case and of every case that one of them is divided by; raises BadInput for whatever is wrong."""
    scores = [(case, score) for case in cases for score in case.asked]
    for case, score in scores:
        check_quantity(case, score)
    divided = [(case, score, divisor) for case, score in scores if (divisor := divisor_of(score)) is not None]
    needing = [case.id for case, score in scores if QUANTITIES[score.quantity].events]
    needing += [divisor.id for _, score, divisor in divided if QUANTITIES[score.quantity].events]
    every = {case.id: case for case in (*(divisor for _, _, divisor in divided), *cases)}
    there = {name: _sides(case, scale, results, name in needing) for name, case in every.items()}
    for case, score in scores:
        check_values(case, score, score.given, there[case.id].under)
    for case, score, divisor in divided:
        check_values(case, score, given_to_divisor(score), there[divisor.id].under, divisor)
    return list(there.values())


def divisor_of(score: Score) -> Case | None:
    """The case that a score is divided by."""
    return None if score.over is None else chosen(score.over.case)


def given_to_divisor(score: Score) -> dict[str, Any]:
    """Arguments of the quantity there."""
    return score.given if score.over is None else {**score.given, **score.over.given}


def _sides(case: Case, scale: float, results: str, events: bool) -> Sides:
    settings = undisturbed(settings_of(case, scale, results, events))
    if case.discount is not None:
        return Sides(case, discounted(settings, case.discount), settings)
    return Sides(case, settings, undisturbed(without(settings, case)))


def predict(sides: Sequence[Sides], draws: int, executor: Executor, progress: Progress) -> dict[str, dict[str, list[float]]]:
    """For each case, for each of its scores: its value in every draw."""
    plans = [Plan.of(settings, 1, draws) for side in sides for settings in (side.under, side.other)]
    found: dict[int, Ensemble] = dict(ensembles(plans, executor, progress))
    for result in found.values():
        if result.failures:
            told = result.failures[0].traceback
            raise ResultsDamaged(Both(f"有运行失败：\n{told}", f"a run failed:\n{told}"))
    views = {side.case.id: list(_views(side.case, found[2 * n], found[2 * n + 1])) for n, side in enumerate(sides)}
    return {side.case.id: _predicted(side.case, views) for side in sides}


def _predicted(case: Case, views: Mapping[str, list[View]]) -> dict[str, list[float]]:
    out = {}
    for score in case.asked:
        values = [_said(case, score, view, score.given) for view in views[case.id]]
        if (divisor := divisor_of(score)) is not None:
            others = [_said(case, score, view, given_to_divisor(score)) for view in views[divisor.id]]
            values = [value / other if other else math.nan for value, other in zip(values, others, strict=True)]
        out[score.id] = values
    return out


def _said(case: Case, score: Score, view: View, given: Mapping[str, Any]) -> float:
    try:
        return QUANTITIES[score.quantity](view, **given)
    except KeyError as error:
        key = Both(f"{score.id} 的 scores.given", f"scores.given of {score.id}")
        allowed = Both("结果表中有的指标分组", "groups that the tables of results have")
        remedy = Both(f"更正分组（缺少 {error}）", f"correct the group (there is no {error})")
        raise BadInput(file=case.file, key=key, value=dict(given), allowed=allowed, remedy=remedy) from error


def _views(case: Case, under: Ensemble, other: Ensemble) -> Iterator[View]:
    for run in under.tables:
        draw = run[0]
        tables = (frame[frame["draw"] == draw] for frame in (under.monthly, other.monthly, under.ledger))
        yield View(case, under.settings, *tables, *(_events(side, run) for side in (under, other)))


def _events(side: Ensemble, run: tuple[int, int]) -> pd.DataFrame:
    """What every owner did in one run; read run by run, as it is long."""
    return decode(side.tables[run]["events"]).to_pandas()


def score(cases: Sequence[Case], predictions: Mapping[str, Mapping[str, list[float]]]) -> list[Verdict]:
    """Median prediction against band, and against the best of the simple forecasts."""
    return [_verdict(case, told, predictions[case.id][told.id]) for case in cases for told in case.asked]


def _verdict(case: Case, told: Score, values: list[float]) -> Verdict:
    p05, middle, p95 = _quantiles(values)
    naive, beats, passed = None, None, None
    if told.band is not None:
        observed, low, high = told.band
        naive = min(told.naive.items(), key=lambda item: abs(item[1] - observed), default=None)
        beats = None if naive is None else abs(middle - observed) <= abs(naive[1] - observed)
        passed = low <= middle <= high
    return Verdict(
        id=told.id, case=case.id, quantity=told.title.en, quantity_zh=told.title.zh, predicted=middle, p05=p05, p95=p95,
        observed=told.observed, band=told.band and told.band[1:], passed=passed, best_naive=naive and naive[1],
        naive=naive[0] if naive else "", beats_naive=beats, calibrated=told.calibrated, grade=told.grade,
    )  # fmt: skip


def _quantiles(values: list[float]) -> tuple[float, float, float]:
    """P5, median and P95 of the draws that say something; not a number where none does."""
    told = np.array([value for value in values if np.isfinite(value)])
    low, middle, high = np.quantile(told, [0.05, 0.5, 0.95]) if told.size else np.full(3, np.nan)
    return float(low), float(middle), float(high)


def subject(settings: Settings) -> str:
    """Digest of what a scorecard is about: the model, and how owners, money and markets are taken to be."""
    return digest(model_version() + canonical(settings.model_dump(mode="json", include=ASSUMED)))


def write_scorecard(folder: Path, verdicts: list[Verdict], case: str | None, settings: Settings) -> None:
    """Write the verdicts with what made them; ``case``: the one that was asked for, None for all."""
    card = {
        "subject": subject(load_settings()),  # of which the cases are made
        "model": model_version(),
        "case": case,
        "scale": settings.population.scale,
        "draws": settings.ensemble.draws,
        "verdicts": [asdict(verdict) for verdict in verdicts],
    }
    write_file(folder / SCORECARD, json.dumps(card, ensure_ascii=False, indent=1).encode())


def read_scorecard(folder: Path) -> dict[str, Any] | None:
    """What ``write_scorecard`` has left there; None if that is not whole."""
    try:
        card = json.loads((folder / SCORECARD).read_bytes())
    except (OSError, ValueError):
        return None
    whole = isinstance(card, dict) and card.keys() >= {"subject", "case", "verdicts"}
    return card if whole else None
