"""What owners can expect of money that runs short: the share of claims that will find some, by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import first_day
from sim.policy.calendar import HEARD_BY
from sim.policy.releases import Releases
from sim.policy.tables import Ints

Floats = NDArray[np.float64]


class TrancheLeft(NamedTuple):
    """One tranche as the month begins."""

    releases: Releases
    held: int
    """Fen that were released and not spent."""
    last: int
    """Last month of the tranche."""


def funded_ahead(tranches: Sequence[TrancheLeft], month: int, pace: float, ahead: int) -> Floats:
    """Share of claims that will find money, in ``month`` and those after it [ahead], as known in it; ``pace``: fen a day."""
    starts = np.array([first_day(each) for each in range(month, month + ahead + 1)])
    known_by, coming = starts[0] + HEARD_BY, np.zeros((len(tranches), ahead))
    for row, (days, amounts, known) in zip(coming, (tranche.releases for tranche in tranches), strict=True):
        due = (days >= starts[1]) & (days < starts[-1]) & (known < known_by)
        np.add.at(row, np.searchsorted(starts, days[due], side="right") - 1, amounts[due])
    told = np.array([(tranche.releases.known < known_by).any() for tranche in tranches], dtype=np.bool_)
    held = np.array([tranche.held for tranche in tranches], dtype=np.float64)
    last = np.array([tranche.last - month for tranche in tranches], dtype=np.int64)
    return funded_shares(pace * np.diff(starts), held[told], coming[told], last[told])


def funded_shares(asked: Floats, held: Floats, coming: Floats, last: Ints) -> Floats:
    """Share of the fen asked for in each month that will be paid [T], if claims go on as they came.

    ``asked`` [T]: fen by month, the first of which is the present one. ``held`` [N]: what each tranche has now; ``coming``
    [N, T]: what it is known to get, by month; ``last`` [N]: place of its last month, after which the rest lapses. Tranches
    that end first are spent first. In months after the last known tranche nothing is expected to be short.
    """
    left, share = held.copy(), np.ones(asked.size)
    order = np.argsort(last, kind="stable")
    for t in range(min(asked.size, int(last.max(initial=-1)) + 1)):
        left[last < t] = 0.0
        left += coming[:, t]
        due = asked[t]
        for n in order:
            paid = min(left[n], due)
            left[n] -= paid
            due -= paid
        share[t] = 1.0 - due / asked[t] if asked[t] > 0.0 else 1.0
    return share
