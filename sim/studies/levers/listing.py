"""Every lever of the measures and pots in force: its key, meaning, unit, what it stands at, dates, range, an example."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BaseModel, TypeAdapter

from sim.errors import Both, Language
from sim.policy.instruments import Measure
from sim.policy.pot import Pot
from sim.report.lever_words import AMOUNT, DAY, EVERY_MEASURE, EVERY_POT, SWITCH, YUAN, LeverWords, words_of
from sim.schema.bricks import Title
from sim.settings import Settings
from sim.studies.levers.terms import Dates, acts, dates_of, money_of, span_of, term, version_on
from sim.studies.solve.levers import Bounds, usual_levers

if TYPE_CHECKING:
    import pandas as pd

UNSET = Both("未设", "not set")
NOT_IN_FORCE = Both("当日未执行", "not in force that day")
YES, NO = Both("是", "yes"), Both("否", "no")


class Range(NamedTuple):
    """What the settings accept; None: no limit, or no number."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class LeverEntry:
    """One lever as it stands in the settings."""

    key: str
    owner: str
    """Key of the measure or pot that it belongs to."""
    thing: Title
    words: LeverWords
    value: object
    """As the settings have it; None: the terms as enacted."""
    default: object
    number: float | None
    """The number in force, where the lever takes one."""
    told: Both
    """What is in force, in words."""
    dates: Dates | None
    """When that holds; None: not in force on the day."""
    range: Range
    bounds: Bounds | None
    """How far it could be decided, where ``configs/levers/`` says so."""
    common: bool = False
    """Whether every measure or pot has it."""
    since: dt.date | None = None
    """Day from which it has to act to move anything, where what it turns has ended before levers act."""

    @property
    def moved(self) -> bool:
        """Whether it departs from what was enacted."""
        return self.value != self.default

    @property
    def example(self) -> str:
        """What to type for a value that is allowed."""
        typed = f"{self.key}={_example(self)}"
        return f"{typed} {self.owner}.levers_from={self.since}" if self.since else typed


def levers_of(settings: Settings) -> list[LeverEntry]:
    """Every lever, measure by measure, then pot by pot; what is in force is told for the first day that levers act on."""
    day = dt.date.fromisoformat(settings.clock.levers_from + "-01")
    bounds = {key: each for file in usual_levers() for key, each in file.levers.items()}
    measures = (_of_measure(name, measure, day, bounds) for name, measure in settings.policy.items())
    pots = (_of_pot(name, pot, day, bounds) for name, pot in settings.pots.items())
    return [entry for group in (*measures, *pots) for entry in group]


def found_by(entries: Sequence[LeverEntry], words: Sequence[str]) -> list[LeverEntry]:
    """Those in which every word occurs, in the key, the title or the meaning of either language."""
    wanted = [word.casefold() for word in words]
    return [entry for entry in entries if all(word in _text(entry) for word in wanted)]


def _text(entry: LeverEntry) -> str:
    titles = (entry.thing, entry.words.meaning)
    return " ".join([entry.key, *(text for title in titles for text in (title.zh, title.en))]).casefold()


def _of_measure(name: str, measure: Measure, day: dt.date, bounds: Mapping[str, Bounds]) -> Iterator[LeverEntry]:
    version, owner = version_on(measure, day), f"policy.{name}"
    dates = None if version is None else dates_of(measure, version)
    whole = span_of(measure.versions.values())
    since = whole.start if measure.last_day < measure.levers_from else None
    for lever in measure.levers:
        if not any(acts(each, lever) for each in measure.versions.values()):
            continue
        default, value = type(measure).model_fields[lever].default, getattr(measure, lever)
        law = term(version, lever)
        number = value if value is not None else None if law is None else law.value
        told = _plain(value) if value != default or law is None else law.told
        told = NOT_IN_FORCE if version is None else told
        key = f"{owner}.{lever}"
        yield LeverEntry(
            key, owner, measure.title, _words(measure, lever), value, default, number, told, dates,
            range_of(type(measure), lever), bounds.get(key), since=since,
        )  # fmt: skip
    for lever, words in EVERY_MEASURE.items():
        default, value = type(measure).model_fields[lever].default, getattr(measure, lever)
        told = _day(value or whole.end) if lever == "until" else _plain(value)
        yield LeverEntry(
            f"{owner}.{lever}", owner, measure.title, words, value, default, None, told, whole, Range(None, None), None, True
        )


def _words(measure: Measure, lever: str) -> LeverWords:
    """The words of a lever; an amount is told without fuels where no version grants it by them."""
    plain = lever == "nev_amount" and not any(acts(version, "ice_amount") for version in measure.versions.values())
    return AMOUNT if plain else words_of(measure.instrument, lever)


def _of_pot(name: str, pot: Pot, day: dt.date, bounds: Mapping[str, Bounds]) -> Iterator[LeverEntry]:
    dates, money = money_of(pot, day)
    since = min(tranche.span.start for tranche in pot.tranches.values()) if pot.last_day < pot.levers_from else None
    for lever, words in EVERY_POT.items():
        key, value, default = f"pots.{name}.{lever}", getattr(pot, lever), Pot.model_fields[lever].default
        factor = lever == "amount_factor"
        told = Both(f"{value:g}（{money.zh}）", f"{value:g} ({money.en})") if factor else _plain(value)
        yield LeverEntry(
            key, f"pots.{name}", pot.title, words, value, default, float(value) if factor else None, told, dates,
            range_of(Pot, lever), bounds.get(key), common=not factor, since=since,
        )  # fmt: skip


@cache
def range_of(schema: type[BaseModel], field: str) -> Range:
    """Least and most that the schema accepts for a number."""
    info = schema.model_fields[field]
    kind: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    told = TypeAdapter(kind).json_schema()
    parts = told.get("anyOf", [told])
    found: dict[str, float] = next((part for part in parts if part.get("type") in ("number", "integer")), {})
    return Range(found.get("minimum"), found.get("maximum"))


def _plain(value: object) -> Both:
    if value is None:
        return UNSET
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, dt.date):
        return _day(value)
    return Both(f"{value:g}", f"{value:g}") if isinstance(value, (int, float)) else Both(str(value), str(value))


def _day(day: dt.date | None) -> Both:
    return Both("无期限", "no end") if day is None else Both(str(day), str(day))


def _example(entry: LeverEntry) -> str:
    """A value near what is in force, and within the range."""
    if entry.words.unit is SWITCH:
        return "false" if entry.value else "true"
    if entry.words.unit is DAY:
        return "2026-06-30" if entry.key.endswith("until") else "2026-07-01"
    if entry.words.unit is YUAN:
        return f"{round((entry.number or 10_000.0) * 0.75):d}"
    if entry.bounds is not None:
        return f"{entry.bounds.high:g}"
    if entry.range.high == 1.0:
        return "0.3"
    return "1.5" if entry.default == 1.0 else "1"


def frame(entries: Sequence[LeverEntry], language: Language) -> pd.DataFrame:
    """A row for each lever, for other programs."""
    import pandas as pd  # slow to load, and most often no file is asked for

    zh = language == "zh"

    def pick(title: Title) -> str:
        return title.zh if zh else title.en

    return pd.DataFrame(
        {
            "key": entry.key,
            "measure": pick(entry.thing),
            "meaning": pick(entry.words.meaning),
            "unit": pick(entry.words.unit),
            "value": entry.told.of(language),
            "departs": entry.moved,
            "from": entry.dates.start if entry.dates else None,
            "to": entry.dates.end if entry.dates else None,
            "low": entry.range.low,
            "high": entry.range.high,
            "decided_low": entry.bounds.low if entry.bounds else None,
            "decided_high": entry.bounds.high if entry.bounds else None,
            "decided_by": pick(entry.bounds.decided_by) if entry.bounds else None,
            "example": entry.example,
        }
        for entry in entries
    )
