"""Old farm machines scrapped in the formal channel (淘汰老旧农业机械)."""

from __future__ import annotations

from sim.indicators._shared import Measured, by_category, machines, recovered
from sim.model.history import History


def measure(history: History) -> Measured:
    """Machines a month."""
    return by_category(history, recovered(history, machines(history, "farming")))
