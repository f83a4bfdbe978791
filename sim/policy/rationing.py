"""What of the pots' money can be claimed on each day of a month: releases, caps, stops and draws. Whole fen.

Days are counted from 0, the first of the month; every month has room for ``DAYS``, and days that it does not have stand for
its last. Axis P: pots.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.numerics.compile import kernel, leaf
from sim.policy.tables import Ints

DAYS = 31
CLOSED = -1
NO_CAP = DAYS
"""Place of the cap that never binds."""
UNLIMITED = 2**62
"""Fen available in an uncapped pot, and under no cap."""
PAID, CAP_REACHED, NO_MONEY = 0, 1, 2
"""What claims of a day have found."""


class Ration(NamedTuple):
    """Money of pots on the days of a month."""

    free: Ints
    """Released up to each day, less what was spent up to it [P, DAYS]; a claim needs it on its day and all later ones."""
    quota: Ints
    """What is left of each period's cap [P, DAYS + 1]."""
    period: Ints
    """Place of each day's cap in ``quota`` [P, DAYS]."""
    turn: Ints
    """Day on which claims of each day are served [P, DAYS]; ``CLOSED``: none are taken."""

    def copy(self) -> Ration:
        """The same, to be drawn on apart."""
        return Ration(self.free.copy(), self.quota.copy(), self.period, self.turn)


def plain_ration(left: Ints) -> Ration:
    """All money of a month is there for all of its claims: no caps, no stops [P]."""
    count = left.size
    quota = np.zeros((count, DAYS + 1), dtype=np.int64)
    quota[:, NO_CAP] = UNLIMITED
    return Ration(
        np.repeat(left[:, np.newaxis], DAYS, axis=1),
        quota,
        np.full((count, DAYS), NO_CAP, dtype=np.int64),
        np.full((count, DAYS), DAYS - 1, dtype=np.int64),
    )


@leaf
def free_from(ration: Ration, pot: int, day: int) -> int:
    """Least that is free on the day or a later one: what a claim of that day can have."""
    least = int(ration.free[pot, day])
    for later in range(day + 1, DAYS):
        least = min(least, int(ration.free[pot, later]))
    return least


@leaf
def take(ration: Ration, pot: int, day: int, fen: int) -> None:
    """Spend on a day."""
    for later in range(day, DAYS):
        ration.free[pot, later] -= fen
    ration.quota[pot, ration.period[pot, day]] -= fen


@leaf
def pass_on(ration: Ration, pot: int, day: int) -> None:
    """Leave to the next period the rest of a cap that a claim does not fit into.

    It is less than one claim of the district; in a small sample a cap can be less than a claim, which then waits for several.
    """
    here = ration.period[pot, day]
    for later in range(day + 1, DAYS):
        then = ration.period[pot, later]
        if then != here:
            if then != NO_CAP:
                ration.quota[pot, then] += ration.quota[pot, here]
                ration.quota[pot, here] = 0
            return


@leaf
def place(ration: Ration, pot: int, day: int, last: int, fen: int) -> int:
    """Spend on the first day from ``day`` to ``last`` that has room; returns it, or ``CLOSED`` if there is none."""
    for at in range(day, last + 1):
        if free_from(ration, pot, at) < fen:
            continue
        if ration.quota[pot, ration.period[pot, at]] < fen:
            pass_on(ration, pot, at)
            continue
        take(ration, pot, at, fen)
        return at
    return CLOSED


@kernel
def drain(ration: Ration, pot: int, fen: int) -> int:
    """Spend up to so many fen, as early in the month as they are there; returns how many."""
    taken = 0
    for day in range(DAYS):
        part = min(fen - taken, free_from(ration, pot, day), int(ration.quota[pot, ration.period[pot, day]]))
        if part > 0:
            take(ration, pot, day, part)
            taken += part
    return taken


def drainable(ration: Ration, pot: int, fen: int) -> int:
    """What ``drain`` would spend."""
    return drain(ration.copy(), pot, fen)


def by_period(ration: Ration, fen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums by period of cap [P, DAYS + 1] of what there is by day [P, DAYS]."""
    pots, places = ration.quota.shape
    into = np.arange(pots)[:, np.newaxis] * places + ration.period
    sums = np.bincount(into.ravel(), fen.ravel(), pots * places)
    return np.asarray(sums.reshape(pots, places), dtype=np.float64)


def suffices(ration: Ration, asked: NDArray[np.float64]) -> bool:
    """Whether all that is asked on each day [P, DAYS] can be paid on that day, in whatever order."""
    return bool((asked.cumsum(axis=1) <= ration.free).all() and (by_period(ration, asked) <= ration.quota).all())


def takes_claims(ration: Ration, waits: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Whether a claim could be paid, or wait, on any day of the month [P]."""
    least = np.minimum.accumulate(ration.free[:, ::-1], axis=1)[:, ::-1]
    room = (least > 0) & (np.take_along_axis(ration.quota, ration.period, axis=1) > 0)
    served = np.take_along_axis(room, np.maximum(ration.turn, 0), axis=1) | (waits[:, np.newaxis] > 0)
    return np.asarray((served & (ration.turn != CLOSED)).any(axis=1))
