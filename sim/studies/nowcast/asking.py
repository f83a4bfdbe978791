"""From files of actuals and settings to a revised ensemble, or to the reason why there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.config.options import month_option, number_option
from sim.config.tables.faults import Fault, refusal
from sim.errors import BadInput, Both, joined
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.runs.plan import Plan
from sim.runs.result import indicator_names
from sim.settings import Settings
from sim.studies.nowcast.actuals import Actuals, AllActuals, last_full_month, read_all
from sim.studies.nowcast.misfits import BEYOND, Misfit, misfits, told
from sim.studies.nowcast.observable import CLAIMS, observable
from sim.studies.nowcast.revising import Revision, revise
from sim.studies.nowcast.run_cube import Cube, Key, cube_of

LEAST_DRAWS = 10
"""Fewer draws teach no gain."""
OPTIONS = ("error", "data_to")
_PAYERS = ("central", "province", "city", "district")
_GROUPS = ("ice", "phev", "bev", "all", "passenger", "urgent", "share")


class ActualsGiven(NamedTuple):
    """What was asked, once it is known that it can be."""

    paths: Sequence[Path]
    actuals: AllActuals
    error: float
    """Of the district's levels in the model, relative to them."""


class Answer(NamedTuple):
    """What the runs say to it."""

    result: Ensemble
    revision: Revision
    misfits: list[Misfit]


def asked(settings: Settings, paths: Sequence[Path], options: Mapping[str, Any]) -> ActualsGiven:
    """Read everything; raises BadInput for bad rows, and for draws too few to learn from.

    The option ``error`` is the relative error of the district's levels in the model, ``data_to`` the last month of data.
    """
    error = number_option(options, "error", 0.1, 0.001, 1.0)
    data_to = month_option(options, "data_to", last_full_month(dt.date.today()))
    actuals = read_all(paths, settings, known_groups(settings), data_to)
    draws = len(Plan.of(settings).draw_numbers)
    if draws < LEAST_DRAWS:
        raise _too_few_draws(draws)
    return ActualsGiven(paths, actuals, error)


def answered(question: ActualsGiven, result: Ensemble, typed: Sequence[str]) -> Answer:
    """Revise the ensemble, whose settings come from the words ``typed``.

    Raises BadInput for series that no run has, and for actuals far beyond all runs.
    """
    settings = result.settings
    cube = cube_of(observable(result))
    for path, actuals in question.actuals.files.items():
        _require_groups(path, cube, actuals)
    revision = revised(question, cube, settings)
    far = misfits(revision, settings, typed)
    if beyond := [each for each in far if abs(each.deviations) >= BEYOND]:
        raise _beyond(question, beyond, settings)
    return Answer(result, revision, far)


def revised(question: ActualsGiven, cube: Cube, settings: Settings) -> Revision:
    """The ensemble after all actuals of a question."""
    return revise(cube, question.actuals.table, question.error, settings.uncertainty.measurement)


def known_groups(settings: Settings) -> dict[str, list[str]]:
    """Groups of each indicator that can be told before a run; those of most are checked after it."""
    groups: dict[str, list[str]] = {name: ["", *_listed(settings)] for name in indicator_names()}
    paid = [name for name, measure in settings.policy.items() if measure.payers]
    groups["outlay"] = ["", *(f"measure:{name}" for name in paid), *(f"payer:{p}" for p in _PAYERS)]
    groups[CLAIMS] = paid
    return groups


def _listed(settings: Settings) -> list[str]:
    """Names that an indicator may use for its groups."""
    fields = sorted({product.field for product in settings.products.values() if product.field})
    return [*_GROUPS, *fields, *settings.products, "ploughing", "sowing", "harvest"]


def _require_groups(path: Path, cube: Cube, actuals: Actuals) -> None:
    """Refuse series that no run has."""
    rows = [(place, row) for place, row in actuals.rows if (row["indicator"], row["group"]) not in cube.places]
    if rows:
        raise refusal(str(path), [_unknown(place, (row["indicator"], row["group"]), cube) for place, row in rows])


def _unknown(place: int, key: Key, cube: Cube) -> Fault:
    groups = sorted(group or "(empty)" for indicator, group in cube.keys if indicator == key[0])
    listed = ", ".join(groups) or "-"
    allowed = Both(f"{key[0]} 在此情景中的分组：{listed}", f"a group that {key[0]} has here: {listed}")
    remedy = Both("改写该行的分组，或删除该行", "correct the group of the row, or delete the row")
    return Fault(place, "group", key[1], allowed, remedy)


def _too_few_draws(draws: int) -> BadInput:
    return BadInput(
        file=Both("命令行", "command line"),
        key="ensemble.draws",
        value=draws,
        allowed=Both(f"不小于 {LEAST_DRAWS}", f"at least {LEAST_DRAWS}"),
        remedy=Both("写 ensemble.draws=50", "type ensemble.draws=50"),
    )


def _beyond(question: ActualsGiven, beyond: Sequence[Misfit], settings: Settings) -> BadInput:
    words = {language: Words.of(settings.model_copy(update={"language": language})) for language in ("zh", "en")}
    sentences = [Both(*pair) for pair in zip(told(beyond, words["zh"]), told(beyond, words["en"]), strict=True)]
    return BadInput(
        file=Both("、".join(map(str, question.paths)), ", ".join(map(str, question.paths))),
        key=Both("与模型相矛盾的数据", "actuals that contradict the model"),
        value=joined(sentences, " "),
        allowed=Both(
            f"偏离模型结果不超过{BEYOND:g}个标准差（模型总量误差 error={question.error:g} 已计入）",
            f"within {BEYOND:g} standard deviations of the runs, an error of their levels of error={question.error:g} included",
        ),
        remedy=Both(
            "先核对单位（辆、元）、月份和口径；数据无误时按上述说明改正本区数字，或放宽 error=0.3",
            "check units (vehicles, yuan), months and definitions; if they are right, correct the district's numbers as told "
            "above, or allow error=0.3",
        ),
    )
