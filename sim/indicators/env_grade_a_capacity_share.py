"""Share of emission control sets of environmental grade A (环保绩效A级); sets stand for capacity."""

from __future__ import annotations

from sim.indicators._shared import Measured, label_share
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share of the goods in use at the month's end."""
    return {"": label_share(history, "emission_control", "grade_a")}
