"""Money set aside, day by day, as a cashier would keep it: a diary of what comes and goes, and how much each period has had."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reference.law.people import fen, on

Month = tuple[int, int]
PAID, REFUSED, WAITS = "paid", "refused", "waits"
DAY = dt.timedelta(days=1)


@dataclass
class Heap:
    """Money of one tranche: what comes on which date, and what is here. It goes back at the end of the last month."""

    last: Month
    comes: list[tuple[dt.date, int]]
    total: int
    here: int = 0


def _firsts(first: dt.date, last: dt.date, every: str) -> list[dt.date]:
    """The first date, and those on which a later month begins; a tranche that is not parcelled out has the first alone."""
    out = [first]
    while every == "month" and (nxt := (out[-1].replace(day=28) + 4 * DAY).replace(day=1)) <= last:
        out.append(nxt)
    return out


def _cut(total: int, shares: list[Fraction]) -> list[int]:
    """Parts of a total that sum to it, the sums so far rounded."""
    parts, upto, done = [], Fraction(0), 0
    for share in shares:
        upto += share
        parts.append(int(total * upto + Fraction(1, 2)) - done)
        done += parts[-1]
    return parts


def _heap(said: dict[str, Any]) -> Heap:
    start, end = on(str(said["window"]["start"])), on(str(said["window"]["end"]))
    total, every = fen(Fraction(str(said["amount"]["value"]))), said.get("release", "whole")
    given = list(said.get("instalments", {}).values())
    dates = [on(str(p["start"])) + round(p.get("delay_days", {"value": 0})["value"]) * DAY for p in given]
    dates = dates or [start.replace(day=1)]
    parts = _cut(total, [Fraction(str(part["share"])) for part in given] or [Fraction(1)])
    comes = []
    for n, (date, part) in enumerate(zip(dates, parts, strict=True)):
        days = _firsts(date, dates[n + 1] - DAY if n + 1 < len(dates) else end, every)
        comes += [(day, part * (k + 1) // len(days) - part * k // len(days)) for k, day in enumerate(days)]
    return Heap((end.year, end.month), comes, total)


@dataclass
class Limit:
    """A cap: how much each day may have, and what it has had or was left by the day before."""

    first: dt.date
    last: dt.date
    daily: int
    used: dict[dt.date, int] = field(default_factory=dict)


class Purse:
    """A pot as its file describes it; claims come day by day."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.heaps = sorted((_heap(each) for each in said["tranches"].values()), key=lambda heap: heap.last)
        self.queue = said["when_dry"] == "queue"
        self.limits = [_limit(each) for each in said.get("caps", {}).values()]
        self.stops = [_stop(each) for each in said.get("stops", {}).values()]
        self.diary: dict[dt.date, int] = {}
        """What can be had up to each date of the month, net of what is promised."""

    def open(self, month: Month) -> None:
        """Write down what is due in this month; what is left of a period that has ended lapses."""
        days = [dt.date(*month, day + 1) for day in range(calendar.monthrange(*month)[1])]
        before = 0
        for heap in self.heaps:
            if month > heap.last:
                heap.here = 0
            before += heap.here
            heap.here += sum(part for date, part in heap.comes if (date.year, date.month) == month)
        due = [item for heap in self.heaps for item in heap.comes if item[0] >= days[0]]
        self.diary = {day: before + sum(part for date, part in due if date <= day) for day in days}
        self.by_day = len(set(self.diary.values())) > 1 or any(
            limit.first <= day <= limit.last for limit in self.limits for day in days
        )

    @property
    def money(self) -> int:
        return sum(heap.here for heap in self.heaps)

    def ask(self, amount: int, date: dt.date) -> str:
        """Pay on that day, from the period that ends first; or refuse, or let wait."""
        if any(first <= date <= last for first, last in self.stops):
            return REFUSED
        days = sorted(self.diary)
        dates = [day for day in days if day >= date] if self.by_day else days[-1:]
        paid = next((day for day in (dates if self.queue else dates[:1]) if self._pay(amount, day)), None)
        if paid is None:
            return WAITS if self.queue else REFUSED
        for heap in self.heaps:
            part = min(heap.here, amount)
            heap.here -= part
            amount -= part
        return PAID

    def _pay(self, amount: int, day: dt.date) -> bool:
        later = [each for each in self.diary if each >= day]
        if min(self.diary[each] for each in later) < amount:
            return False
        limit = next((each for each in self.limits if each.first <= day <= each.last), None)
        if limit is not None:
            left = limit.daily - limit.used.get(day, 0)
            if left < amount:
                if day + DAY in self.diary and day + DAY <= limit.last:
                    limit.used[day] = limit.used.get(day, 0) + left
                    limit.used[day + DAY] = limit.used.get(day + DAY, 0) - left
                return False
            limit.used[day] = limit.used.get(day, 0) + amount
        for each in later:
            self.diary[each] -= amount
        return True


def _limit(said: dict[str, Any]) -> Limit:
    assert said["per"] == "day", "no shipped pot has another cap"
    window = said["window"]
    return Limit(on(str(window["start"])), on(str(window["end"])), fen(Fraction(str(said["amount"]["value"]))))


def _stop(said: dict[str, Any]) -> tuple[dt.date, dt.date]:
    shifts = [round(said.get(f"{side}_shift_days", {"value": 0})["value"]) * DAY for side in ("start", "end")]
    return on(str(said["window"]["start"])) + shifts[0], on(str(said["window"]["end"])) + shifts[1]
