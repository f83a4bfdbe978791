"""The informal trade: pays more than the scrap price for a good at the end of its life, outside every statistic."""

from __future__ import annotations

from typing import Any

import mesa

REACTION = 0.1
"""Relative change of the premium per unit of relative change in volume, a month (assumption, grade C)."""
LOWEST, HIGHEST = 0.5, 1.5


class Collector(mesa.Agent):
    """``premium``: what it pays above scrap, relative to the usual."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.premium = 1.0
        self._usual = 0.0

    def plan(self, taken: int) -> None:
        """Bid up when volume falls below its own long-run mean, down when it comes by itself; bounded."""
        if self._usual == 0.0:
            self._usual = float(taken)
        gap = (self._usual - taken) / max(self._usual, 1.0)
        self._usual += (taken - self._usual) / 24.0
        moved = self.premium * (1.0 + REACTION * min(max(gap, -1.0), 1.0))
        self.premium = min(max(moved + 0.1 * (1.0 - moved), LOWEST), HIGHEST)
