"""Who of a category's many owners is worked out this month: goods that end, households that dissolve, those who may look."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import Entering, LookingLuck, Screen
from sim.behaviour.call_up import BLOCK, LuckBounds, bound_all, bound_some, by_month, forced, sift, stream
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.layers import Layers
from sim.behaviour.value import Ints
from sim.codes import EMPTY

HALF = 16
NOBODY = np.empty(0, dtype=np.int64)


class Found(NamedTuple):
    """Slots that need working out, why, and 32 bits of luck for each; and slots whose owners enter or leave the market."""

    slots: Ints
    reasons: NDArray[np.int8]
    lucks: NDArray[np.uint32]
    turned: Ints

    def first(self, count: int, turns: int) -> Found:
        """The first so many of them."""
        return Found(self.slots[:count], self.reasons[:count], self.lucks[:count], self.turned[:turns])


class Room(NamedTuple):
    """Room that every month rewrites: for what is found, and for candidates."""

    found: Found
    candidates: Ints


def room_for(slots: int) -> Room:
    """Room for every slot, and one more, where a slot is written down before it is known whether it counts."""
    size = slots + 1
    found = Found(np.empty(size, np.int64), np.empty(size, np.int8), np.empty(size, np.uint32), np.empty(size, np.int64))
    return Room(found, np.empty(padded(slots) + 8, np.int64))


def padded(slots: int) -> int:
    """Slots in whole blocks."""
    return -(-slots // BLOCK) * BLOCK


class DueDates:
    """Slots by the month of a date of their goods."""

    def __init__(self, variant: NDArray[np.int8], dates: NDArray[np.int16], months: range) -> None:
        self._first = months.start
        self._starts, self._slots = by_month(variant, dates, months.start, len(months))
        self._later: dict[int, list[Ints]] = {}

    def of(self, month: int) -> Ints:
        """Slots of a month in the order of memory, once each; a good may have gone since it was noted."""
        at = month - self._first
        slots = np.concatenate([self._slots[self._starts[at] : self._starts[at + 1]], *self._later.pop(month, [])])
        slots.sort()
        return np.asarray(slots[np.diff(slots, prepend=-1) > 0], dtype=np.int64)

    def note(self, slots: Ints, dates: NDArray[np.int16]) -> None:
        """Enter goods whose date lies within the run."""
        soon = dates <= self._first + self._starts.size - 2
        entered, due = slots[soon], dates[soon].astype(np.int64)
        order = np.argsort(due, kind="stable")
        starts = np.flatnonzero(np.diff(due[order], prepend=-1))
        for n, at in enumerate(starts.tolist()):
            upto = starts[n + 1] if n + 1 < starts.size else order.size
            self._later.setdefault(int(due[order[at]]), []).append(entered[order[at:upto]])


class Agenda:
    """Calendars of what begins to fail and what ends, and a bound on the luck of every slot."""

    def __init__(self, layers: Layers, goods: GoodColumns, leaving: dict[int, Ints], variants: int, months: range) -> None:
        self.layers, self._variants, self._leaving = layers, variants, leaving
        self._ending = DueDates(goods.variant, goods.end, months)
        self._failing = DueDates(goods.variant, goods.failing, months)
        self._bounds = np.zeros(padded(goods.variant.size), dtype=np.uint16)
        self._until = months.start
        self._reviewed: LuckBounds | None = None

    def review(self, until: int, goods: GoodColumns, screen: Screen, most: Entering) -> None:
        """Renew the bounds, which then hold up to the month ``until``; ``most``: highest chances to enter until then."""
        self._until, self._reviewed = until, bounds_of(screen, most)
        bound_all(until, goods, self._reviewed, self._variants, self._bounds)

    def find(
        self, month: int, base: np.uint32, keys: LookingLuck, goods: GoodColumns, owners: OwnerColumns, means: NDArray[np.int8],
        screen: Screen, entry: Entering, room: Room,
    ) -> Found:  # fmt: skip
        """This month's slots in the order of memory, written to ``room``; luck of rows keyed by ``base``.

        ``means``: class of every owner, as ``screen`` tells them apart.
        """
        candidates, out = room.candidates, room.found
        listed = out.slots, out.reasons, out.lucks
        leaving = self._slots_of(self._leaving.get(month, NOBODY))
        found, turns = forced(month, goods, owners, self._ending.of(month), leaving, *listed), 0
        begins = self._failing.of(month)
        passed = stream(base, self._bounds, candidates)
        while passed and candidates[passed - 1] >= goods.variant.size:
            passed -= 1
        for count, these, fails in ((passed, candidates, False), (begins.size, begins, True)):
            found, turns = sift(
                month, base, keys, goods, owners, means, screen, entry, self._variants, fails, these, count, found, turns,
                *listed, out.turned,
            )  # fmt: skip
        seen = out.first(found, turns)
        in_order = by_slot(seen.slots)  # neighbours in memory are worked out one after the other
        for column in (seen.slots, seen.reasons, seen.lucks):
            column[:] = column[in_order]
        return seen

    def note(self, acted: Ints, changed: Ints, goods: GoodColumns) -> None:
        """After a month's settling: enter the dates of new goods, and bound slots whose state has changed anew."""
        held = acted[goods.variant[acted] != EMPTY]
        self._ending.note(held, goods.end[held])
        self._failing.note(held, goods.failing[held])
        assert self._reviewed is not None
        bound_some(changed, self._until, goods, self._reviewed, self._variants, self._bounds)

    def _slots_of(self, households: Ints) -> Ints:
        found = self.layers.place[:, households].ravel().astype(np.int64)
        return found[found >= 0]


def bounds_of(screen: Screen, most: Entering) -> LuckBounds:
    """Upper halves of the highest chances over beliefs and classes of owners, and over a vintage and the next."""
    buy = screen.keep.max(axis=(0, 1)).astype(np.uint64) + np.uint64(most.lost)
    buy_first = screen.first.max(axis=(0, 1, 2)).astype(np.uint64) + np.uint64(most.lost)
    enter = most.held.max(axis=0)
    np.maximum(enter[:-1], enter[1:], out=enter[:-1])
    for table in (buy, enter):
        np.maximum.accumulate(table, axis=1, out=table)  # a good only gets worse
    return LuckBounds(halves(enter), halves(most.first.max(axis=0)), halves(buy), halves(buy_first))


def halves(thresholds: NDArray[np.uint32] | NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Upper halves of 32-bit thresholds."""
    return np.asarray(np.minimum(thresholds >> HALF, 65535), dtype=np.uint16)


def by_slot(slots: Ints) -> Ints:
    """Order of slots by number, each with its place below it in one word, so that the words themselves can be sorted."""
    words = (slots << 32) | np.arange(slots.size)
    words.sort()
    return np.asarray(words & 0xFFFFFFFF, dtype=np.int64)
