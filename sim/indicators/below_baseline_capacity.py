"""Share of the process lines of key industries below the energy baseline (能效基准水平); lines stand for capacity."""

from __future__ import annotations

from sim.indicators._shared import Measured, label_share
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share of the goods in use at the month's end."""
    return {"": label_share(history, "process_line", "below_baseline")}
