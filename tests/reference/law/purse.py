"""Money set aside, month by month, as a cashier would keep it: one heap of fen for each period."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reference.law.people import fen, on

Month = tuple[int, int]
PAID, REFUSED, WAITS = "paid", "refused", "waits"


@dataclass
class Heap:
    """Money of one period; ``months`` of it, and how many parts were laid out so far."""

    first: Month
    last: Month
    total: int
    parts: int
    laid_out: int = 0
    here: int = 0


def _months(first: Month, last: Month) -> int:
    return (last[0] - first[0]) * 12 + last[1] - first[1] + 1


def _heap(said: dict[str, Any]) -> Heap:
    start, end = on(str(said["window"]["start"])), on(str(said["window"]["end"]))
    first, last = (start.year, start.month), (end.year, end.month)
    parts = _months(first, last) if said.get("release") == "month" else 1
    return Heap(first, last, fen(Fraction(str(said["amount"]["value"]))), parts)


class Purse:
    """A pot as its file describes it."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.heaps = sorted((_heap(each) for each in said["tranches"].values()), key=lambda heap: heap.last)
        self.queue = said["when_dry"] == "queue"

    def open(self, month: Month) -> None:
        """Lay out what is due by this month; what is left of a period that has ended lapses."""
        for heap in self.heaps:
            if month > heap.last:
                heap.here = 0
            elif month >= heap.first:
                due = heap.total * min(_months(heap.first, month), heap.parts) // heap.parts
                heap.here += due - heap.laid_out
                heap.laid_out = due

    @property
    def money(self) -> int:
        return sum(heap.here for heap in self.heaps)

    def ask(self, amount: int) -> str:
        """Pay, from the period that ends first; or refuse, or let wait."""
        if amount > self.money:
            return WAITS if self.queue else REFUSED
        for heap in self.heaps:
            part = min(heap.here, amount)
            heap.here -= part
            amount -= part
        return PAID
