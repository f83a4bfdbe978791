"""What a finance officer may change in the workbook of the budget: amounts, money, caps, who pays; a row for each number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sim.errors import Both
from sim.policy.measure import PAYERS
from sim.policy.pot import LENGTH, Pot
from sim.report.lever_words import DAY, YUAN
from sim.report.numerals import number
from sim.report.words import Words
from sim.schema.bricks import Title
from sim.settings import Settings
from sim.studies.levers.listing import LeverEntry, levers_of

Kind = Literal["yuan", "number", "share", "date", "period"]
Sheet = Literal["amounts", "money", "payers"]
MOST = 1e12
"""Yuan; more than any district has."""
ADDED, CAPPED = "added", "capped"
"""Names of the tranche and the cap that a plan may add to each pot."""
NONE, SHARE, PERIOD = Both("无", "none"), Both("比例", "share"), Both("周期", "period")
YUAN_WORDS = Both(YUAN.zh, YUAN.en)


class PlanRow(NamedTuple):
    """A number, date or period that may be changed."""

    code: str
    """Key of the settings, or of what is added to them."""
    sheet: Sheet
    thing: Both
    meaning: Both
    unit: Both
    kind: Kind
    told: Both
    """What is in force."""
    known: float
    """The same as a number; not a number where it is none."""
    dates: str
    low: float
    high: float
    first: str
    """First day that may be given, of a date."""
    last: str

    @property
    def allowed(self) -> Both:
        """What may be filled in."""
        if self.kind == "period":
            return Both("、".join(LENGTH), ", ".join(LENGTH))
        if self.kind == "date":
            return Both(f"{self.first} 至 {self.last} 的日期", f"a day from {self.first} to {self.last}")
        if self.high == MOST:
            return Both(f"不小于 {self.low:g} 的数（{self.unit.zh}）", f"a number of {self.low:g} or more ({self.unit.en})")
        low, high = (number(end, 0 if float(end).is_integer() else 3) for end in (self.low, self.high))
        return Both(f"{low} 至 {high} 的数（{self.unit.zh}）", f"a number from {low} to {high} ({self.unit.en})")


def plan_rows(settings: Settings) -> list[PlanRow]:
    """Every row in the order of the sheets; only what can still be changed (from ``clock.levers_from`` on)."""
    return [*_levers(settings), *_pots(settings), *_payers(settings)]


def _both(title: Title) -> Both:
    return Both(title.zh, title.en)


def _span(settings: Settings) -> tuple[str, str]:
    """First and last day on which a plan may do something."""
    last = dt.date.fromisoformat(settings.clock.end + "-01").replace(day=28) + dt.timedelta(days=4)
    return settings.clock.levers_from + "-01", str(last.replace(day=1) - dt.timedelta(days=1))


def payable(settings: Settings) -> list[str]:
    """Measures for which somebody pays; tax that is forgone is no outlay."""
    return [name for name, measure in settings.policy.items() if measure.payers and not measure.forgoes_revenue]


def _levers(settings: Settings) -> Iterator[PlanRow]:
    """Levers of what is paid for, and the last day of each measure."""
    paid = {f"policy.{name}" for name in payable(settings)}
    for entry in levers_of(settings):
        lever = entry.key.rpartition(".")[2]
        if entry.owner in paid and (not entry.common or lever == "until"):
            yield _lever(settings, entry)


def _lever(settings: Settings, entry: LeverEntry) -> PlanRow:
    unit = entry.words.unit
    kind: Kind = "yuan" if unit is YUAN else "date" if unit is DAY else "number"
    dates = "" if entry.dates is None else f"{entry.dates.start} – {entry.dates.end or ''}".strip(" –")
    low, high = entry.range.low, entry.range.high
    return PlanRow(
        entry.key, "amounts", _both(entry.thing), _both(entry.words.meaning), _both(unit), kind, entry.told,
        float("nan") if entry.number is None else entry.number, dates, 0.0 if low is None else low,
        MOST if high is None else high, *_span(settings),
    )  # fmt: skip


def _pots(settings: Settings) -> Iterator[PlanRow]:
    factors = {entry.owner: entry for entry in levers_of(settings) if entry.key.endswith(".amount_factor")}
    for name, pot in settings.pots.items():
        yield _lever(settings, factors[f"pots.{name}"])._replace(sheet="money")
        yield from _tranches(settings, name, pot)
        yield from _additions(settings, name, pot)


def _tranches(settings: Settings, name: str, pot: Pot) -> Iterator[PlanRow]:
    """Money and caps that begin after the present; what has begun is handed out."""
    first, last = _span(settings)
    for group, things, meaning in (
        ("tranches", pot.tranches, Both("资金规模（{}）", "money of {}")),
        ("caps", pot.caps, Both("限额（{}）", "cap of {}")),
    ):
        for key, each in things.items():
            if str(each.span.start) < first:
                continue
            value, days = each.amount.value, f"{each.span.start} – {each.span.end}"
            said = Both(meaning.zh.format(key.lstrip("y")), meaning.en.format(key.lstrip("y")))
            told = Both(number(value), number(value))
            yield PlanRow(
                f"pots.{name}.{group}.{key}.amount", "money", _both(pot.title), said, YUAN_WORDS, "yuan", told, value, days,
                0.0, MOST, first, last,
            )  # fmt: skip


def _additions(settings: Settings, name: str, pot: Pot) -> Iterator[PlanRow]:
    """Money raised later, and a limit, each with its days: to be filled in whole or not at all."""
    start, end = Both("起", "first day"), Both("止", "last day")
    more, cap = Both("追加资金", "more money"), Both("新设限额", "a new cap")
    cells: list[tuple[str, Both, Both, Kind]] = [
        (f"tranches.{ADDED}.amount", more, Both("金额", "amount"), "yuan"),
        (f"tranches.{ADDED}.window.start", more, start, "date"),
        (f"tranches.{ADDED}.window.end", more, end, "date"),
        (f"caps.{CAPPED}.amount", cap, Both("每周期金额", "amount a period"), "yuan"),
        (f"caps.{CAPPED}.per", cap, Both("周期", "period"), "period"),
        (f"caps.{CAPPED}.window.start", cap, start, "date"),
        (f"caps.{CAPPED}.window.end", cap, end, "date"),
    ]
    units = {"yuan": YUAN_WORDS, "date": _both(DAY), "period": PERIOD}
    for key, what, part, kind in cells:
        said = Both(f"{what.zh}（{part.zh}）", f"{what.en} ({part.en})")
        yield PlanRow(
            f"pots.{name}.{key}", "money", _both(pot.title), said, units[kind], kind, NONE, float("nan"), "", 0.0, MOST,
            *_span(settings),
        )  # fmt: skip


def _payers(settings: Settings) -> Iterator[PlanRow]:
    first, last = _span(settings)
    words = {language: Words(language) for language in ("zh", "en")}
    for name in payable(settings):
        measure = settings.policy[name]
        for payer in PAYERS:
            share = float(measure.payers.get(payer, 0.0))
            zh, en = (words[language].group(payer) for language in ("zh", "en"))
            said = Both(f"分担比例：{zh}", f"share of the payers: {en}")
            yield PlanRow(
                f"policy.{name}.payers.{payer}", "payers", _both(measure.title), said, SHARE, "share",
                Both(f"{share:g}", f"{share:g}"), share, "", 0.0, 1.0, first, last,
            )  # fmt: skip
