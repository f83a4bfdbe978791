"""Where what happened lies outside what the runs hold possible: which series, by how much, what would have to be different."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import Both, both
from sim.report.numerals import number, percent
from sim.report.words import Words
from sim.runs.draws import place, together, uncertain_paths
from sim.settings import Settings
from sim.studies.calibrate.emulating import learn
from sim.studies.count.unknown_numbers import unknowns_of
from sim.studies.nowcast.observable import CLAIMS
from sim.studies.nowcast.revising import Revision
from sim.studies.nowcast.run_cube import Key, is_share
from sim.studies.nowcast.smoothing import SMALL, Floats

FAR = 2.5
"""Standard deviations from the runs, errors of levels and measurement included, from which a series is told."""
BEYOND = 5.0
"""The same, from which no run has anything to say of the district, and nothing is forecast."""
TELLING, SHOWN = 0.1, 3
"""Least part of the variance of unseen runs that inputs must explain to be named, and how many are."""
SEED = 1


@dataclass(frozen=True)
class Misfit:
    """One series and year that lies far off."""

    key: Key
    year: str
    deviations: float
    """Of the actual from the middle of the runs, in standard deviations."""
    gap: float
    """Actual over the middle of the runs, less one; of a share the difference."""
    reach: tuple[tuple[Both, float], ...]
    """Inputs that move it most, and by how much over their whole range, in the unit of ``gap``."""


def deviations(found: Revision) -> Floats:
    """Of each observed stretch, in standard deviations of what the runs and the errors hold possible [S]."""
    seen = found.window
    variance = seen.runs.var(axis=0, ddof=1) + (seen.levels**2).sum(axis=1) + seen.noise**2
    return np.asarray((seen.actual - seen.runs.mean(axis=0)) / np.sqrt(variance + SMALL))


def misfits(found: Revision, settings: Settings, typed: Sequence[str] = ()) -> list[Misfit]:
    """The worst year of each series that lies ``FAR`` off, the farthest series first; ``typed``: words behind the settings."""
    far = deviations(found)
    worst: dict[Key, int] = {}
    for n, stretch in enumerate(found.observed):
        if abs(far[n]) >= FAR and abs(far[n]) > abs(far[worst.get(stretch.key, n)]) - SMALL:
            worst[stretch.key] = n
    order = sorted(worst.values(), key=lambda n: -abs(far[n]))
    titles = {each.name: each.title for each in unknowns_of(settings, typed)} if order else {}
    return [_misfit(found, settings, n, float(far[n]), titles) for n in order]


def _misfit(found: Revision, settings: Settings, n: int, far: float, titles: Mapping[str, Both]) -> Misfit:
    stretch, seen = found.observed[n], found.window
    off = float(seen.actual[n] - np.median(seen.runs[:, n]))
    gap = off if is_share(stretch.key[0]) else float(np.expm1(off))
    reach = tuple((titles.get(name, both(name)), value) for name, value in _reach(found, settings, n))
    return Misfit(stretch.key, stretch.year, far, gap, reach)


def _reach(found: Revision, settings: Settings, n: int) -> tuple[tuple[str, float], ...]:
    """The inputs of the draws that move a statistic most; none where too little of it can be told from them."""
    draws, names = np.unique(found.before.draws), sorted({together(path) for path in uncertain_paths(settings)})
    total = settings.ensemble.draws
    places = np.array([[place(settings, name, int(draw), total) for name in names] for draw in draws])
    said = np.array([found.window.runs[found.before.draws == draw, n].mean() for draw in draws])
    (emulator,) = learn(places, said[:, None], SEED)
    if emulator.explained_variance < TELLING:
        return ()
    reach = emulator.reach()
    order = [int(k) for k in np.argsort(-reach)[:SHOWN] if reach[k] > SMALL]
    share = is_share(found.observed[n].key[0])
    return tuple((names[k], float(reach[k] if share else np.expm1(reach[k]))) for k in order)


SAID = {
    "zh": {
        "far": "{series}（{year}年）：实际比模型中位数{sign}{gap}，相当于{sd}个标准差（正常在±2以内）。{different}",
        "more": "高", "less": "低", "points": "{value:.1f}个百分点",
        "inputs": "要使模型达到实际，影响最大的几项输入须超出取值范围：{listed}，括号内为各项单独由下限调至上限所能带来的变化；"
        "否则须改正本区总量（python -m sim local template）。",
        "input": "{name}（{value}）",
        "none": "没有哪一项输入能解释这一差距：须改正本区总量（python -m sim local template），或模型缺少起作用的机制。",
    },
    "en": {
        "far": "{series} ({year}): what happened lies {gap} {sign} the median of the runs, {sd} standard deviations (within 2 "
        "is usual). {different}",
        "more": "above", "less": "below", "points": "{value:.1f} points",
        "inputs": "For the model to reach it, the inputs that move it most would have to leave their ranges: {listed} is how "
        "far each alone moves it from end to end; else the levels of the district are wrong (python -m sim local template).",
        "input": "{name} ({value})",
        "none": "No input accounts for such a gap: the levels of the district are wrong (python -m sim local template), or the "
        "model lacks something that is at work.",
    },
}  # fmt: skip


def told(found: Iterable[Misfit], words: Words) -> list[str]:
    """Each of them in a sentence or two."""
    return [_told(each, words) for each in found]


def _told(each: Misfit, words: Words) -> str:
    said = SAID[words.language]
    parts = [said["input"].format(name=name.of(words.language), value=_size(each, value, words)) for name, value in each.reach]
    listed = words.phrase("enumeration").join(parts)
    return said["far"].format(
        series=series_title(each.key, words),
        year=each.year,
        sign=said["more" if each.gap > 0.0 else "less"],
        gap=_size(each, abs(each.gap), words),
        sd=number(abs(each.deviations), 1),
        different=said["inputs"].format(listed=listed) if parts else said["none"],
    )


def _size(each: Misfit, value: float, words: Words) -> str:
    """A gap in per cent, of a share in points."""
    if is_share(each.key[0]):
        return SAID[words.language]["points"].format(value=100.0 * value)
    return f"{100.0 * value:.0f}%" if value >= 1.0 else percent(value)


CLAIMS_OF = {"zh": "申领量", "en": "Claims"}


def series_title(key: Key, words: Words) -> str:
    """A series as people call it."""
    indicator, group = key
    title = CLAIMS_OF[words.language] if indicator == CLAIMS else words.indicator(indicator)
    if not group:
        return title
    return words.phrase("of_group", name=title, group=words.measure(group) if indicator == CLAIMS else words.group(group))
