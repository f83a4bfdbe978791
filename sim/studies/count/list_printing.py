"""Print what to count first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, isnan
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from sim.report.numerals import number, percent
from sim.report.terminal import print_note, show_table
from sim.report.terminal_tables import print_stamp
from sim.report.words import Words
from sim.settings import Settings
from sim.studies.count.counting_list import Counted
from sim.studies.count.listed_numbers import ListedNumber
from sim.studies.count.stored_draws import OUTLAY, StoredDraws

WAN = 1e4
FEW = 100.0
"""Below it a number has a decimal."""
WEAK = 0.05
"""Share of the variance for which it is said how many draws would show a number that explains it."""
SAID = {
    "zh": {
        "doubt": "现在有多大把握", "outcome": "承诺或支出", "chance": "达标概率", "loss": "判错或偏差", "all": "全部查清可减",
        "luck": "随机部分", "outlay": "财政支出（预算）",
        "yuan": "{value}万元", "points": "{value}点", "first": "先查清这些数字",
        "surveyed": "无法清点，只能调查或观察的数字",
        "head": "{place}. {title}（{held}）", "held": "掌握单位：{name}", "nobody": "无部门掌握",
        "estimate": "现用{value}（{low}—{high}）{unit}，{grade}级", "several": "，各型号不一",
        "calls": "误判减少{value}，关系最大：{promise}（{most}点）", "money": "预算偏差减少{value}", "stop": "；",
        "span": "{value}（{low}—{high}）{unit}",
        "none": "{draws} 次抽样分辨不出任何一个数字：没有一个超出噪声，因此不排名。",
        "none_counted": "超出噪声的数字中没有可以清点的。",
        "more": "单个数字须解释差异的 {seen} 以上才能分辨；要分辨解释 {weak} 的数字，"
        "约需 {draws} 次抽样（ensemble.draws={draws}）。",
        "some": "{asked} 次抽样中用了已存全的 {draws} 次。", "one_seed": "每次抽样只有一个种子，随机部分无从区分。",
        "unjudged": "试算规模太小、不作判断的承诺：{names}", "results": "结果",
        "sure": "各次运行结果相同、没有悬念的承诺不在表内。判错以百分点计；预算多列一元计一元，少列一元计 {short:g} 元。",
    },
    "en": {
        "doubt": "How sure are we today?", "outcome": "promise or outlay", "chance": "P(met)", "loss": "wrong or off",
        "all": "gone if all known", "luck": "luck", "outlay": "public outlay (budget)", "yuan": "{value} x 10,000 yuan",
        "points": "{value} points", "first": "Count these numbers first",
        "surveyed": "Cannot be counted, only surveyed or observed",
        "head": "{place}. {title} ({held})", "held": "held by {name}", "nobody": "held by nobody",
        "estimate": "today {value} ({low} ... {high}) {unit}, grade {grade}", "several": ", differs by kind",
        "calls": "wrong calls avoided: {value}, most for {promise} ({most})", "money": "misplanned money avoided: {value}",
        "stop": "; ", "span": "{value} ({low} ... {high}) {unit}",
        "none": "{draws} draws tell no number apart: none exceeds the noise, so none is ranked.",
        "none_counted": "None of the numbers that exceed the noise can be counted.",
        "more": "One number alone must explain {seen} of the variance to be seen; for numbers that explain {weak} it takes "
        "about {draws} draws (ensemble.draws={draws}).",
        "some": "{draws} of {asked} draws are stored whole, and are used.",
        "one_seed": "With one seed a draw luck cannot be told apart.",
        "unjudged": "Promises for which too few owners are simulated: {names}", "results": "results",
        "sure": "Promises without doubt (the same in all runs) are left out. Wrong calls in percentage points; of the budget a "
        "yuan too many counts as one, a yuan too few as {short:g}.",
    },
}  # fmt: skip
UNITS = {"zh": ("点", "万元"), "en": ("points", "x 10,000 yuan")}


class ShownList(NamedTuple):
    """How the list is shown."""

    show: int
    """Numbers of each kind."""
    short: float
    """What a yuan too few costs, in yuan too many."""
    folder: Path
    """Where the whole of it is."""


def print_counted(
    settings: Settings, stored: StoredDraws, found: Counted, rows: Sequence[ListedNumber], shown: ShownList, console: Console
) -> None:
    """The doubt of today, the list, what can be surveyed only, and what the draws cannot tell."""
    words, said = Words.of(settings), SAID[settings.language]
    print_stamp(words, len(stored.draws) * stored.seeds, console)
    if len(stored.draws) < stored.asked:
        print_note(said["some"].format(draws=len(stored.draws), asked=stored.asked), console)
    _print_doubt(found, words, shown.short, console)
    for note in _notes(stored, found, rows, words):
        print_note(note, console)
    counted = [row for row in rows if row.unknown.department is not None]
    surveyed = [row for row in rows if row.unknown.department is None]
    if rows and not counted:
        print_note(said["none_counted"], console)
    for title, part in (("first", counted), ("surveyed", surveyed)):
        if part:
            console.print(f"\n{said[title]}", style="bold")
        for place, row in enumerate(part[: shown.show], start=1):
            for line in _lines(place, row, words):
                print_note(line, console)
    console.print(f"{said['results']}: {shown.folder}", soft_wrap=True)


def _print_doubt(found: Counted, words: Words, short: float, console: Console) -> None:
    said = SAID[words.language]
    lines = []
    for row in found.outcomes.to_dict("records"):
        name = str(row["outcome"])
        title = said["outlay"] if name == OUTLAY else words.promise(name)
        gone = "-" if isnan(row["all_known"]) else _loss(name, row["all_known"], said)
        lines.append([title, percent(row["met"]), _loss(name, row["loss"], said), gone, percent(row["luck"])])
    if lines:
        show_table(console, said["doubt"], [said[name] for name in ("outcome", "chance", "loss", "all", "luck")], lines)
        print_note(said["sure"].format(short=short), console)


def _loss(outcome: str, value: float, said: Mapping[str, str]) -> str:
    """A loss in the unit of its outcome."""
    if outcome == OUTLAY:
        return said["yuan"].format(value=number(value / WAN))
    return said["points"].format(value=number(100.0 * value, 1))


def _notes(stored: StoredDraws, found: Counted, rows: Sequence[ListedNumber], words: Words) -> list[str]:
    said, draws = SAID[words.language], len(stored.draws)
    notes = [] if rows else [said["none"].format(draws=draws)]
    seen = float(found.outcomes["least_seen"].max()) if len(found.outcomes) else 0.0
    if seen > WEAK:
        needed = ceil(draws * seen / WEAK / 10.0) * 10
        notes.append(said["more"].format(seen=percent(seen), weak=percent(WEAK), draws=needed))
    if stored.seeds == 1:
        notes.append(said["one_seed"])
    if stored.unjudged:
        names = [words.promise(name) for name in stored.unjudged]
        notes.append(said["unjudged"].format(names=("、" if words.language == "zh" else ", ").join(names)))
    return notes


def _lines(place: int, row: ListedNumber, words: Words) -> Iterator[str]:
    """Name and holder; the estimate; what knowing it would bring."""
    said, held, quantity = SAID[words.language], row.unknown.department, row.unknown.quantity
    holder = said["nobody"] if held is None else said["held"].format(name=held.of(words.language))
    yield said["head"].format(place=place, title=row.title.of(words.language), held=holder)
    low, high = quantity.low or 0.0, quantity.high or 0.0
    span = {name: f"{value:,.6g}" for name, value in (("value", quantity.value), ("low", low), ("high", high))}
    unit = row.unknown.unit.of(words.language)
    several = said["several"] if row.unknown.several else ""
    yield "   " + said["estimate"].format(**span, unit=unit, grade=quantity.grade) + several
    calls, money = UNITS[words.language]
    parts = []
    if row.promises:
        name, most = row.promises[0]
        value = _spanned(row.points, 100.0, calls, said)
        parts.append(said["calls"].format(value=value, promise=words.promise(name), most=number(100.0 * most, 1)))
    if row.yuan[0]:
        parts.append(said["money"].format(value=_spanned(row.yuan, 1.0 / WAN, money, said)))
    yield "   " + said["stop"].join(parts)


def _spanned(told: tuple[float, float, float], factor: float, unit: str, said: Mapping[str, str]) -> str:
    value, low, high = (each * factor for each in told)
    decimals = 1 if value < FEW else 0
    texts = {name: number(each, decimals) for name, each in (("value", value), ("low", low), ("high", high))}
    return said["span"].format(**texts, unit=unit)
