"""Interest that the treasury pays on loans for new goods (贴息): what the terms in force come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.numerics.compile import leaf
from sim.units import fen

if TYPE_CHECKING:
    from sim.policy.tables import Floats

whole_fen = leaf(fen)


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
