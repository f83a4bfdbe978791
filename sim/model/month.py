"""The month of one category as a value: every stage takes what the stages before it have found, and returns it with its own.

A stage can be called only with what it needs, because each has a type of its own: announced, priced, offered, considered,
decided, settled, cleared. What lasts longer than a month is kept in ``state.State``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import Entering, Screen
from sim.behaviour.offers import Decisions, Keys, Offers
from sim.behaviour.value import Ints
from sim.markets.prices import LocalTerms, Prices
from sim.markets.settlement_state import Tally
from sim.owners.agenda import Found
from sim.owners.circumstances import Circumstances
from sim.owners.offer_table import Table
from sim.owners.outlook import Expectations
from sim.policy.in_force import Rules

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Informed:
    """Rules of the month, and whether owners have to think again."""

    number: int
    """Month number."""
    rules: Rules
    news: bool
    """Whether values have to be solved again: what is known has changed, or prices are reviewed."""
    reviewed: int
    """Month of the prices that expectations stand on; reviewed at fixed times, whatever happens in between."""
    funded: Floats
    """Share of the claims on each measure that can be expected to find money, from this month on [measures, months]."""

    @property
    def due(self) -> bool:
        """Whether prices are reviewed this month."""
        return self.reviewed == self.number


@dataclass(frozen=True)
class Priced(Informed):
    """... with what everything costs."""

    terms: LocalTerms
    reviewed_terms: LocalTerms
    """Those of the last review; the same for goods whose prices stand between reviews."""
    prices: Prices


@dataclass(frozen=True)
class Offered(Priced):
    """... with what owners reckon with, expect and are offered."""

    circumstances: Circumstances
    expected: Expectations
    table: Table


@dataclass(frozen=True)
class Considered(Offered):
    """... with those who are to be worked out."""

    is_open: Bools
    """Whether the pot of each entitlement can pay, or lets claims wait [M]."""
    reckoned: Bools
    """Entitlements that the bounds reckon with [M]: those that were open when the bounds were found."""
    screen: Screen
    entry: Entering
    renewed: bool
    """Whether the bounds are this month's."""
    found: Found


@dataclass(frozen=True)
class Decided(Considered):
    """... with what they do."""

    offers: Offers
    keys: Keys
    decisions: Decisions

    def standing(self) -> Standing:
        """What the next month takes over where nothing is due."""
        return Standing(
            self.rules, self.reviewed, self.reviewed_terms, self.prices, self.circumstances, self.expected, self.table,
            self.reckoned, self.screen, self.offers,
        )  # fmt: skip


@dataclass(frozen=True)
class Settled(Decided):
    """... with what came of it; clearing and collecting book into the same tally."""

    tally: Tally


@dataclass(frozen=True)
class Cleared(Settled):
    """... with the used goods that went to other regions."""

    sent: Ints
    """[cells]."""


@dataclass(frozen=True)
class Standing:
    """What stands from month to month until it is reviewed."""

    rules: Rules
    reviewed: int
    reviewed_terms: LocalTerms
    prices: Prices
    circumstances: Circumstances
    expected: Expectations
    table: Table
    reckoned: Bools
    screen: Screen
    offers: Offers
