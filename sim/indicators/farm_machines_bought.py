"""New farm machines bought (更新购置农业机械)."""

from __future__ import annotations

from sim.indicators._shared import Measured, bought, by_category, machines
from sim.model.history import History


def measure(history: History) -> Measured:
    """Machines a month."""
    return by_category(history, bought(history, machines(history, "farming")))
