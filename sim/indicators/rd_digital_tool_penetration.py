"""Share of industrial firms above designated size that use digital design tools (数字化研发设计工具普及率)."""

from __future__ import annotations

from sim.indicators._shared import Measured, owned
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share: every firm has one place, filled or empty."""
    name = "design_software"
    if name not in history.months:
        return {}
    return {"": owned(history, name).sum(axis=1) / history.slots[name]}
