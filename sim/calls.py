"""Who of a category's many owners is worked out this month: goods that end, households that dissolve, those who may look."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import Screen
from sim.behaviour.call_up import by_month, call_up, classify, shuffle
from sim.behaviour.columns import EMPTY, GoodColumns, OwnerColumns
from sim.behaviour.value import Ints
from sim.population.district import District
from sim.population.holdings import Stock

WALK, ASK = 1.4, 1.0
"""Cost of following one rank of the shuffle, and of asking one slot for its rank (measured; they move time, not results)."""
UNKNOWN = 32
"""Class of a slot that has changed since the last review: it may look as often as it likes."""
NOBODY = np.empty(0, dtype=np.int64)


class Calls:
    """A calendar of what ends, and a list of the slots that look more often than the rest."""

    def __init__(self, stock: Stock, district: District, first: int, months: int) -> None:
        assert stock.layers is not None
        self.layers, self.first = stock.layers, first
        self._starts, self._ending = by_month(stock.goods.variant, stock.goods.end, first, months)
        self._later: dict[int, list[Ints]] = {}
        self._leaving = district.leaving
        self._listed, self._ranks = NOBODY, 0
        self._empties, self._young = False, False
        self._in_list = np.zeros(stock.goods.variant.size, dtype=np.bool_)
        self._classes = np.full(stock.goods.variant.size, UNKNOWN, dtype=np.int8)

    def review(self, until: int, goods: GoodColumns, screen: Screen, variants: int) -> None:
        """Find the bound that makes a month cheapest, and list the slots beyond it; conditions as they are in ``until``."""
        size, first = 1 << self.layers.width, screen.first.max()
        counts = np.zeros(34, dtype=np.int64)
        classify(until, goods, screen.keep, screen.first, variants, self._classes, counts)
        beyond = counts[::-1].cumsum()[::-1]
        walks = np.ceil(2.0 ** np.arange(33) * (size / 2.0**32)) * self.layers.first.size
        bound = int(np.argmin(WALK * walks + ASK * beyond[1:]))
        self._ranks = int(np.ceil(2.0**bound * (size / 2.0**32)))
        self._in_list = self._classes > bound
        self._listed = np.flatnonzero(self._in_list)
        self._empties = int(first) > 1 << bound
        self._young = int(screen.keep[:, int(goods.vintage.max()) :].max()) > 1 << bound

    def find(
        self,
        month: int,
        base: np.uint32,
        goods: GoodColumns,
        owners: OwnerColumns,
        screen: Screen,
        variants: int,
        room: tuple[Ints, NDArray[np.int8], NDArray[np.uint32]],
    ) -> int:
        """Write this month's slots, reasons and luck to ``room``; returns their number."""
        at = month - self.first
        ended = np.concatenate([self._ending[self._starts[at] : self._starts[at + 1]], *self._later.pop(month, [])])
        ended.sort()
        ended = ended[np.diff(ended, prepend=-1) > 0]
        found = int(
            call_up(
                month, self.layers, shuffle(base, self.layers.width, self.layers.first.size), goods, owners, screen, variants,
                self._classes, self._ranks, self._listed, ended,
                self._slots_of(self._leaving.get(month, NOBODY)), *room,
            )
        )  # fmt: skip
        in_order = by_slot(room[0][:found])  # neighbours in memory are worked out one after the other
        for column in room:
            column[:found] = column[:found][in_order]
        return found

    def note(self, slots: Ints, goods: GoodColumns) -> None:
        """After settling: enter when new goods end, and list the slots whose new state may look more often than the bound."""
        last = self.first + self._starts.size - 2
        self._classes[slots] = UNKNOWN
        held = goods.variant[slots] != EMPTY
        ends = goods.end[slots].astype(np.int64)
        soon = held & (ends <= last)
        entered, due = slots[soon], ends[soon]
        order = np.argsort(due, kind="stable")
        starts = np.flatnonzero(np.diff(due[order], prepend=-1))
        for n, at in enumerate(starts.tolist()):
            month = int(due[order[at]])
            upto = starts[n + 1] if n + 1 < starts.size else order.size
            self._later.setdefault(month, []).append(entered[order[at:upto]])
        if self._empties or self._young:
            changed = slots[np.where(held, self._young, self._empties)]
            changed = changed[~self._in_list[changed]]
            self._listed = np.concatenate([self._listed, changed])
            self._in_list[changed] = True

    def _slots_of(self, households: Ints) -> Ints:
        found = self.layers.place[:, households].ravel().astype(np.int64)
        return found[found >= 0]


def by_slot(slots: Ints) -> Ints:
    """Order of slots by number, each with its place below it in one word, so that the words themselves can be sorted."""
    words = (slots << 32) | np.arange(slots.size)
    words.sort()
    return np.asarray(words & 0xFFFFFFFF, dtype=np.int64)
