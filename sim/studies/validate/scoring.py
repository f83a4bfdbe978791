"""Predict first, write it down with a digest, then score what was written down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from sim.config import load_settings
from sim.config.sources import nearest
from sim.errors import BadInput, Both, ResultsDamaged, one_of
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor
from sim.runs.plan import Plan
from sim.runs.schedule import Progress
from sim.runs.store.disk import write_file
from sim.runs.store.run_keys import canonical, digest
from sim.runs.store.version import model_version
from sim.settings import Settings
from sim.studies.validate.case import Case
from sim.studies.validate.case_market import discounted, settings_of, without
from sim.studies.validate.quantities import QUANTITIES, View

PREDICTIONS, SCORECARD = "predictions.json", "scorecard.json"
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


def predict(
    cases: list[Case], scale: float, draws: int, results: str, executor: Executor, progress: Progress
) -> dict[str, dict[str, Any]]:
    """For each score of each case: its value in every draw."""
    plans, owners = [], []
    for case in cases:
        check(case)
        settings = settings_of(case, scale, results)
        other = without(settings, case)
        if case.discount is not None:
            settings = discounted(other := settings, case.discount)
        for side in (settings, other):
            plans.append(Plan.of(side, 1, draws))
            owners.append(case)
    found: dict[int, Ensemble] = dict(ensembles(plans, executor, progress))
    return {case.id: _case(case, found[2 * n], found[2 * n + 1]) for n, case in enumerate(cases)}


def _case(case: Case, under: Ensemble, other: Ensemble) -> dict[str, Any]:
    for side in (under, other):
        if side.failures:
            told = side.failures[0].traceback
            raise ResultsDamaged(Both(f"案例 {case.id}：有运行失败：\n{told}", f"case {case.id}: a run failed:\n{told}"))
    views = list(_views(case, under, other))
    return {score.id: [_quantity(score.quantity, view, score.given, case) for view in views] for score in case.asked}


def check(case: Case) -> None:
    """Refuse, before anything is run, a quantity that there is not and arguments that it does not take."""
    for told in case.asked:
        if told.quantity not in QUANTITIES:
            raise BadInput(
                file=case.id,
                key="scores.quantity",
                value=told.quantity,
                allowed=one_of(QUANTITIES),
                remedy=nearest(told.quantity, QUANTITIES),
            )
        wanted = signature(QUANTITIES[told.quantity])
        try:
            wanted.bind(None, **told.given)
        except TypeError as error:
            names = list(wanted.parameters)[1:]
            allowed = Both("这些参数：" + "、".join(names), "the arguments " + ", ".join(names))
            raise _bad_arguments(case, told.id, told.given, allowed, error) from None


def _quantity(name: str, view: View, given: dict[str, Any], case: Case) -> float:
    try:
        return float(QUANTITIES[name](view, **given))
    except (TypeError, KeyError) as error:
        allowed = Both("该指标的参数，以及运行期内的月份", "arguments of the quantity, months of the run")
        raise _bad_arguments(case, name, given, allowed, error) from error


def _bad_arguments(case: Case, name: str, given: dict[str, Any], allowed: Both, error: Exception) -> BadInput:
    key = Both(f"{name} 的 scores.given", f"scores.given of {name}")
    remedy = Both(f"更正参数（{error}）", f"correct the arguments ({error})")
    return BadInput(file=case.id, key=key, value=given, allowed=allowed, remedy=remedy)


def _views(case: Case, under: Ensemble, other: Ensemble) -> Iterator[View]:
    for draw in sorted(set(under.monthly["draw"])):
        monthly, others = (side.monthly[side.monthly["draw"] == draw] for side in (under, other))
        ledger = under.ledger[under.ledger["draw"] == draw]
        yield View(case, under.settings, monthly, others, ledger)


def write_predictions(folder: Path, predictions: dict[str, dict[str, Any]]) -> str:
    """Write them with their digest; returns the digest."""
    text = json.dumps(predictions, sort_keys=True)  # what a draw does not tell is NaN
    seal = digest(text)
    write_file(folder / PREDICTIONS, json.dumps({"hash": seal, "predictions": predictions}, sort_keys=True, indent=1).encode())
    return seal


def read_predictions(folder: Path) -> dict[str, dict[str, Any]]:
    """What was written before scoring; raises ResultsDamaged if it has been changed since."""
    content = json.loads((folder / PREDICTIONS).read_text(encoding="utf-8"))
    if digest(json.dumps(content["predictions"], sort_keys=True)) != content["hash"]:
        place = folder / PREDICTIONS
        raise ResultsDamaged(Both(f"{place} 写入后被改动", f"{place} was changed after it was written"))
    return dict(content["predictions"])


def score(cases: list[Case], predictions: dict[str, dict[str, Any]]) -> list[Verdict]:
    """Median prediction against band, and against the best of the simple forecasts."""
    return [_verdict(case, n, predictions[case.id]) for case in cases for n in range(len(case.asked))]


def _verdict(case: Case, n: int, values: dict[str, Any]) -> Verdict:
    told = case.asked[n]
    p05, middle, p95 = (float(q) for q in np.nanquantile(values[told.id], [0.05, 0.5, 0.95]))
    naive, beats, passed = None, None, None
    if told.band is not None:
        observed, low, high = told.band
        naive = min(told.naive.items(), key=lambda item: abs(item[1] - observed), default=None)
        beats = None if naive is None else abs(middle - observed) <= abs(naive[1] - observed)
        passed = low <= middle <= high
    return Verdict(
        id=told.id, case=case.id, quantity=told.title.en, quantity_zh=told.title.zh, predicted=middle, p05=p05, p95=p95,
        observed=told.observed, band=told.band and told.band[1:], passed=passed, best_naive=naive and naive[1],
        naive=naive[0] if naive else "", beats_naive=beats, calibrated=told.calibrated,
    )  # fmt: skip


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
