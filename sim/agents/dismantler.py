"""A licensed dismantler: offers a price by weight, takes in what its yard can, and expands when it is full."""

from __future__ import annotations

from typing import Any

import mesa

FULL = 0.95
"""Use of capacity above which a dismantler invests."""
OFFER_REACTION = 0.03
"""Relative cut of the offer when the yard is full, rise when half of it is idle, a month (assumption, grade C)."""
LOWEST_OFFER, HIGHEST_OFFER = 0.6, 1.3


class Dismantler(mesa.Agent):
    """``capacity``: goods a month; ``offer``: relative to the usual price by weight."""

    def __init__(self, model: Any, capacity: float, growth_per_year: float) -> None:
        super().__init__(model)
        self.capacity = capacity
        self.offer = 1.0
        self._growth = growth_per_year / 12.0
        self.used = 0.0
        self._room = 0.0

    def take(self, waiting: int, gain: float) -> int:
        """Dismantle up to this month's capacity of the goods waiting; returns how many.

        A fraction of a good that capacity leaves over is kept for the next month, at most one.
        """
        self._room = min(self._room, 1.0) + self.capacity * (1.0 + gain)
        taken = min(waiting, int(self._room))
        self._room -= taken
        self.used = taken / max(self.capacity * (1.0 + gain), 1e-9)
        return taken

    def plan(self) -> None:
        """Expand when full; bid less when full and more when idle, around the usual price."""
        if self.used >= FULL:
            self.capacity *= 1.0 + self._growth
        pressure = (0.75 - self.used) * OFFER_REACTION
        offer = self.offer * (1.0 + pressure) + 0.1 * (1.0 - self.offer)
        self.offer = min(max(offer, LOWEST_OFFER), HIGHEST_OFFER)
