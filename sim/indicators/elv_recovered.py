"""End-of-life automobiles taken in and dismantled by licensed dismantlers (报废汽车规范回收拆解量)."""

from __future__ import annotations

from sim.codes import DISMANTLED, YARD
from sim.indicators._shared import Measured, automobiles, by_category
from sim.model.history import History


def measure(history: History) -> Measured:
    """Vehicles a month, formal channel only."""
    return by_category(history, {name: history.flow(name, YARD, DISMANTLED) for name in automobiles(history)})
