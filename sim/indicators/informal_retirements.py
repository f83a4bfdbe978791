"""Automobiles that end outside the formal channel: sold to the informal trade for parts or metal."""

from __future__ import annotations

from sim.codes import IDLE, INFORMAL_TRADE, OWNED
from sim.indicators._shared import Measured, automobiles, by_category
from sim.model.history import History


def measure(history: History) -> Measured:
    """Vehicles a month."""
    return by_category(
        history,
        {n: history.flow(n, OWNED, INFORMAL_TRADE) + history.flow(n, IDLE, INFORMAL_TRADE) for n in automobiles(history)},
    )
