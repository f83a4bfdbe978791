"""Interest that the treasury pays on loans for new goods (贴息): the terms in force, and what they come to."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.numerics.compile import leaf
from sim.units import fen

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
whole_fen = leaf(fen)


class Interest(NamedTuple):
    """Interest subsidies in force, one row each; a loan earns the sum of all that its borrower may have."""

    measure: Ints
    """Index into ``Calendar.measures`` [I]."""
    version: Ints
    """Index into ``Calendar.versions`` [I]."""
    share: Floats
    """Of the principal, a year [I]."""
    most: Floats
    """Yuan a year [I]; inf: no limit."""
    owner_ok: Ints
    """Whose loans it is paid on, by kind of owner [I, 3]."""

    def by_owner(self) -> tuple[Floats, Floats]:
        """``share`` and ``most`` as each kind of owner has them [3, I]; both 0 where a row is not for them."""
        own = np.ascontiguousarray(self.owner_ok.T, dtype=bool)
        return np.where(own, self.share, 0.0), np.where(own, self.most, 0.0)


def most_a_year(share: float, principal_max: float | None, cap_per_year: float | None) -> float:
    """Yuan that a year's interest cannot exceed: that on the highest principal, and the cap."""
    on_principal = math.inf if principal_max is None else share * principal_max
    return min(on_principal, math.inf if cap_per_year is None else cap_per_year)


@leaf
def interest_paid(share: float, most: float, principal: float) -> float:
    """Interest that one subsidy pays a borrower in a year, yuan."""
    return min(share * principal, most)


@leaf
def interest_fen(share: float, most: float, principal: float) -> int:
    """The same as it is booked, whole fen."""
    return whole_fen(interest_paid(share, most, principal))


@leaf
def all_interest(share: Floats, most: Floats, principal: float) -> float:
    """Interest that all subsidies pay a borrower in a year, yuan; ``share`` and ``most`` [I]."""
    total = 0.0
    for i in range(share.size):
        total += interest_paid(share[i], most[i], principal)
    return total
