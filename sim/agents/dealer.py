"""A new-car dealer: sets its discount by how its stock moves, and keeps part of a subsidy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.schema.market import Market

Floats = NDArray[np.float64]
SMOOTHING = 0.25
"""Weight of the last month in what a dealer expects to sell (assumption, grade C)."""
DRAW_BACK = 0.1
"""Share of a departure from the usual discount that competition takes back in a month (assumption, grade C)."""
STOCK_MONTHS = 1.5
"""Months of expected sales that dealers hold: the warning line of the China Automobile Dealers Association."""


class Dealer(mesa.Agent):
    """Sells some of the variants; ``brand`` [V] is the share of each variant's local sales that it makes."""

    def __init__(self, model: Any, market: Market, brand: Floats) -> None:
        super().__init__(model)
        self.brand = brand
        self.discount = self._usual = market.discount_start.value
        self._low, self._high = market.discount_min.value, market.discount_max.value
        self._reaction = market.discount_reaction.value
        self.expected = 0.0
        self.stock = 0.0

    def sell(self, sold: float, season: float) -> None:
        """Book a month's sales, order what next month is expected to need, and set next month's discount.

        Discount moves by reaction x relative excess stock; with sales as expected the stock is on target and it stays.
        """
        deseasoned = sold / season
        if self.expected == 0.0:
            self.expected = deseasoned
            self.stock = STOCK_MONTHS * deseasoned
        ordered = self.expected * season
        self.stock += ordered - sold
        self.expected += SMOOTHING * (deseasoned - self.expected)
        target = max(STOCK_MONTHS * self.expected, 1e-9)
        excess = min(max((self.stock - target) / target, -1.0), 1.0)
        moved = self.discount + self._reaction * excess + DRAW_BACK * (self._usual - self.discount)
        self.discount = min(max(moved, self._low), self._high)
        self.stock += SMOOTHING * (target - self.stock)
