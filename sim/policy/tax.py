"""Purchase tax on new goods (车辆购置税), and what reductions and credits save of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.policy.tables import Floats, Ints
from sim.units import VAT_DIVISOR, all_fen


class Tax(NamedTuple):
    """Tax on the price without VAT; below zero where it is saved elsewhere."""

    rates: Floats
    """[V]."""
    full_rate: float
    max_saving: float
    """Most that a reduction may save, yuan; inf: no limit."""
    measure: int = -1
    """Index into ``Calendar.measures``."""
    version: int = -1
    """Index into ``Calendar.versions``."""

    def due(self, prices: Floats) -> Floats:
        """Tax of each variant, yuan [V] (车辆购置税法; 财政部 税务总局 工业和信息化部公告2023年第10号)."""
        base = prices / VAT_DIVISOR
        return np.maximum(self.rates * base, self.full_rate * base - self.max_saving)

    def relief(self, prices: Floats) -> Floats:
        """What the reduction saves against the full rate, yuan [V]."""
        return np.maximum(self.full_rate * prices / VAT_DIVISOR - self.due(prices), 0.0)

    def relief_fen(self, prices: Floats) -> Ints:
        """The same as it is booked, whole fen [V]."""
        return all_fen(self.relief(prices))
