"""Which numbers to count first: what each is worth for each promise and for the budget, and their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.settings import Settings
from sim.studies.count.information_value import (
    Decision,
    Floats,
    Noise,
    all_known,
    budget_decision,
    call_decision,
    expected_loss,
    found_true,
    least_seen,
    luck_share,
    noise,
    scores,
    worth,
)
from sim.studies.count.stored_draws import OUTLAY, StoredDraws
from sim.studies.count.unknown_numbers import UnknownNumber

SEED = 1
TELLING = 20
"""Numbers of each outcome, the most telling first, that get an interval although they do not stand out."""
COLUMNS = (
    "number", "outcome", "value", "low", "high", "noise", "chance", "explained", "stands_out", "title_zh", "title_en",
    "department_zh", "department_en", "code",
)  # fmt: skip


class DoubtfulOutcome(NamedTuple):
    """One decision, with what the draws say of it."""

    outcome: str
    decision: Decision
    means: Floats
    """Mean scores of the draws, of mean 0."""
    kept: NDArray[np.intp]
    """Places of the draws that have a value."""
    luck: float
    met: float
    """Share of the runs that meet the promise; not a number for the outlay."""


@dataclass(frozen=True)
class Counted:
    """All that is told."""

    table: pd.DataFrame
    """A row for each number and outcome, in ``COLUMNS``."""
    outcomes: pd.DataFrame
    """outcome, met, draws, loss, all_known, luck, noise, least_seen: loss when nothing more is known, and that which goes
    when every number is known."""
    order: list[str]
    """Numbers that stand out, the one to be counted first at the head."""


def counted(stored: StoredDraws, settings: Settings, numbers: Sequence[UnknownNumber], short: float) -> Counted:
    """Value every number for every outcome that is in doubt; ``short``: what a yuan too few costs, if one too many costs 1."""
    places = {number.name: stored.places(settings, number.name) for number in numbers}
    tables, outcomes = [], []
    for question in questions(stored, short):
        of_noise = noise(question.means, question.decision, SEED)
        tables.append(_valued(question, of_noise, places))
        outcomes.append(_outcome(question, of_noise, len(numbers)))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS[:9]))
    named = table.merge(pd.DataFrame([_named(number) for number in numbers]), on="number")
    told = pd.DataFrame(outcomes, columns=list(_OUTCOMES))
    return Counted(named[list(COLUMNS)], told, ordered(named))


def questions(stored: StoredDraws, short: float) -> list[DoubtfulOutcome]:
    """A call for each promise that some runs meet and others do not, and the budget, if the outlay is not the same in all."""
    found = []
    for name, margins in stored.margins.items():
        known = margins[np.isfinite(margins)]
        met = float((known >= 0.0).mean()) if known.size else 0.0
        if 0.0 < met < 1.0:
            found.append(_question(name, margins, call_decision(met), met))
    if np.unique(stored.outlay).size > 1:
        found.append(_question(OUTLAY, stored.outlay, budget_decision(stored.outlay, short), float("nan")))
    return found


def _question(outcome: str, values: Floats, decision: Decision, met: float) -> DoubtfulOutcome:
    scored = scores(values)
    kept = np.flatnonzero(np.isfinite(scored).any(axis=1))
    means = np.nanmean(scored[kept], axis=1)
    return DoubtfulOutcome(outcome, decision, means - means.mean(), kept, luck_share(scored), met)


def _valued(question: DoubtfulOutcome, of_noise: Noise, places: Mapping[str, Floats]) -> pd.DataFrame:
    """number, outcome, value, low, high, noise, chance, explained, stands_out of every number for one outcome."""
    mine = {name: place[question.kept] for name, place in places.items()}
    found = {name: worth(place, question.means, question.decision, of_noise) for name, place in mine.items()}
    true = dict(zip(found, found_true([each.chance for each in found.values()]), strict=True))
    telling = sorted(found, key=lambda name: (found[name].chance, -found[name].value))[:TELLING]
    for name in dict.fromkeys([*telling, *(name for name in found if true[name])]):
        found[name] = worth(mine[name], question.means, question.decision, of_noise, SEED)
    rows = [
        (name, question.outcome, each.value, each.low, each.high, of_noise.floor, each.chance, each.explained,
         bool(true[name] and each.value > max(of_noise.floor - of_noise.mean, 0.0)))
        for name, each in found.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS[:9]))


_OUTCOMES = ("outcome", "met", "draws", "loss", "all_known", "luck", "noise", "least_seen")


def _outcome(question: DoubtfulOutcome, of_noise: Noise, numbers: int) -> tuple[object, ...]:
    draws, luck = len(question.kept), question.luck
    known = float("nan") if np.isnan(luck) else all_known(luck, draws, question.decision)
    told = (expected_loss(question.decision), known, luck, of_noise.floor, least_seen(of_noise, numbers))
    return (question.outcome, question.met, draws, *told)


def _named(number: UnknownNumber) -> dict[str, str]:
    held = number.department
    return {
        "number": number.name,
        "title_zh": number.title.zh,
        "title_en": number.title.en,
        "department_zh": held.zh if held else "",
        "department_en": held.en if held else "",
        "code": number.code,
    }


def ordered(table: pd.DataFrame) -> list[str]:
    """Numbers that stand out, by the better of two places: wrong calls avoided over all promises, and yuan of the outlay."""
    true = table[table["stands_out"].astype(bool)]
    sums = {
        "calls": true[true["outcome"] != OUTLAY].groupby("number")["value"].sum(),
        "yuan": true[true["outcome"] == OUTLAY].groupby("number")["value"].sum(),
    }
    places = pd.DataFrame({name: each.rank(ascending=False, method="first") for name, each in sums.items()})
    places["best"] = places.min(axis=1)
    return [str(name) for name in places.sort_values(["best", "calls", "yuan"]).index]
