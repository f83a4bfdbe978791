"""What a run writes down each month: counts by category, before any re-weighting or labelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.codes import COUNTED
from sim.markets.settlement_state import Tally
from sim.schema.product import Product

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stocks:
    """Goods in each place at the end of a month."""

    owned: Ints
    """By variant [V]."""
    lot: Ints
    idle: Ints
    yard: Ints
    old_idle_diesel: int
    """Diesel goods of National III and below in non-operating use, owned or kept idle."""
    watched: tuple[int, ...] = ()
    """Counts that the category's file asks for."""

    @cached_property
    def counts(self) -> dict[str, int]:
        """Goods in each place, whatever they are."""
        return {place: sum(getattr(self, place).tolist()) for place in COUNTED}


@dataclass(frozen=True)
class MonthRecord:
    """What is kept of one month of one category."""

    tally: Tally
    stocks: Stocks
    sent: Ints
    """Used goods sold to other regions, by cell."""
    new_price: Floats
    """Retail price after discount [V]."""
    used_index: Floats


@dataclass
class History:
    """All months of a run."""

    first: int
    """Month number of the first entry."""
    scale: float
    products: Mapping[str, Product]
    baseline: Mapping[str, float]
    """The region's numbers."""
    slots: dict[str, int]
    """Places for goods, filled or empty, by category."""
    bands: dict[str, int]
    powertrain: dict[str, Ints]
    """Powertrain of each variant, by category."""
    start: dict[str, Stocks]
    months: dict[str, list[MonthRecord]] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Months written so far."""
        return min((len(rows) for rows in self.months.values()), default=0)

    def flow(self, product: str, source: int, target: int, nev: bool = False) -> Ints:
        """Goods that moved from one place to another, by month."""
        rows = self.months[product]
        return np.array([(m.tally.moved_nev if nev else m.tally.moved)[source, target] for m in rows], dtype=np.int64)
