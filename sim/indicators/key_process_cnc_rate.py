"""Share of the machine tools of key processes that are numerically controlled (关键工序数控化率)."""

from __future__ import annotations

from sim.indicators._shared import Measured, label_share
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share of the goods in use at the month's end."""
    return {"": label_share(history, "machine_tool", "cnc")}
