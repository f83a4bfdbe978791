"""Share of the sewage treatment lines that are upgraded (提标改造率)."""

from __future__ import annotations

from sim.indicators._shared import Measured, label_share
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share of the goods in use at the month's end."""
    return {"": label_share(history, "sewage_line", "upgraded")}
