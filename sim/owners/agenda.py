"""Who of a category's many owners is worked out this month: goods that end, households that dissolve, those who may look."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import Screen
from sim.behaviour.call_up import by_month, call_up, classify
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.shuffle import Layers, shuffle
from sim.behaviour.value import Ints
from sim.codes import EMPTY

WALK, ASK = 1.4, 1.0
"""Cost of following one rank of the shuffle, and of asking one slot for its rank (measured; they move time, not results)."""
UNKNOWN = 32
"""Class of a slot that has changed since the last review: it may look as often as it likes."""
CLASSES = 34
NOBODY = np.empty(0, dtype=np.int64)


class Found(NamedTuple):
    """Slots that need working out, why, and 32 bits of luck for each; views of room that every month rewrites."""

    slots: Ints
    reasons: NDArray[np.int8]
    lucks: NDArray[np.uint32]

    def first(self, count: int) -> Found:
        """The first so many of them."""
        return Found(self.slots[:count], self.reasons[:count], self.lucks[:count])


class Reach(NamedTuple):
    """Which slots are asked each month: the first ranks of a shuffle, and some that are listed; moves time, not results."""

    ranks: int
    listed: Ints


def room_for(slots: int) -> Found:
    """Room for every slot, and one more, where a slot is written down before it is known whether it counts."""
    return Found(np.empty(slots + 1, np.int64), np.empty(slots + 1, np.int8), np.empty(slots + 1, np.uint32))


class Agenda:
    """A calendar of what ends, and a list of the slots that look more often than the rest."""

    def __init__(self, layers: Layers, goods: GoodColumns, leaving: dict[int, Ints], variants: int, months: range) -> None:
        self.layers, self.first, self._variants, self._leaving = layers, months.start, variants, leaving
        self._starts, self._ending = by_month(goods.variant, goods.end, months.start, len(months))
        self._later: dict[int, list[Ints]] = {}
        self.reach = Reach(0, NOBODY)
        self._empties, self._young = False, False
        self._in_list = np.zeros(goods.variant.size, dtype=np.bool_)
        self._classes = np.full(goods.variant.size, UNKNOWN, dtype=np.int8)

    def review(self, until: int, goods: GoodColumns, screen: Screen) -> None:
        """Find the bound that makes a month cheapest, and list the slots beyond it; conditions as they are in ``until``."""
        size, first = 1 << self.layers.width, screen.first.max()
        counts = np.zeros(CLASSES, dtype=np.int64)
        classify(until, goods, screen.keep, screen.first, self._variants, self._classes, counts)
        beyond = counts[::-1].cumsum()[::-1]
        walks = np.ceil(np.ldexp(1.0, np.arange(CLASSES - 1)) * (size / 2.0**32)) * self.layers.first.size
        bound = int(np.argmin(WALK * walks + ASK * beyond[1:]))
        self._in_list = self._classes > bound
        self.reach = Reach(int(np.ceil(2.0**bound * (size / 2.0**32))), np.flatnonzero(self._in_list))
        self._empties = int(first) > 1 << bound
        self._young = int(screen.keep[:, int(goods.vintage.max()) :].max()) > 1 << bound

    def find(self, month: int, base: np.uint32, goods: GoodColumns, owners: OwnerColumns, screen: Screen, room: Found) -> Found:
        """This month's slots in the order of memory, written to ``room``; luck keyed by ``base``."""
        at = month - self.first
        ended = np.concatenate([self._ending[self._starts[at] : self._starts[at + 1]], *self._later.get(month, [])])
        ended.sort()
        ended = ended[np.diff(ended, prepend=-1) > 0]
        count = int(
            call_up(
                month, self.layers, shuffle(base, self.layers.width, self.layers.first.size), goods, owners, screen,
                self._variants, self._classes, self.reach.ranks, self.reach.listed, ended,
                self._slots_of(self._leaving.get(month, NOBODY)), *room,
            )
        )  # fmt: skip
        found = room.first(count)
        in_order = by_slot(found.slots)  # neighbours in memory are worked out one after the other
        for column in found:
            column[:] = column[in_order]
        return found

    def note(self, month: int, slots: Ints, goods: GoodColumns) -> None:
        """After a month's settling: enter when new goods end, and list slots whose new state may look more often."""
        self._later.pop(month, None)
        self._classes[slots] = UNKNOWN
        held = goods.variant[slots] != EMPTY
        self._enter(slots[held], goods.end[slots[held]].astype(np.int64))
        if self._empties or self._young:
            changed = slots[np.where(held, self._young, self._empties)]
            changed = changed[~self._in_list[changed]]
            self.reach = self.reach._replace(listed=np.concatenate([self.reach.listed, changed]))
            self._in_list[changed] = True

    def _enter(self, slots: Ints, ends: Ints) -> None:
        """Note the months within the run in which these goods end."""
        soon = ends <= self.first + self._starts.size - 2
        entered, due = slots[soon], ends[soon]
        order = np.argsort(due, kind="stable")
        starts = np.flatnonzero(np.diff(due[order], prepend=-1))
        for n, at in enumerate(starts.tolist()):
            upto = starts[n + 1] if n + 1 < starts.size else order.size
            self._later.setdefault(int(due[order[at]]), []).append(entered[order[at:upto]])

    def _slots_of(self, households: Ints) -> Ints:
        found = self.layers.place[:, households].ravel().astype(np.int64)
        return found[found >= 0]


def by_slot(slots: Ints) -> Ints:
    """Order of slots by number, each with its place below it in one word, so that the words themselves can be sorted."""
    words = (slots << 32) | np.arange(slots.size)
    words.sort()
    return np.asarray(words & 0xFFFFFFFF, dtype=np.int64)
