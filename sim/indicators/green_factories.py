"""Model firms of green manufacturing (绿色制造示范企业) named since the plan began."""

from __future__ import annotations

import numpy as np

from sim.clock import month_number
from sim.indicators._shared import PLAN_STARTS, Measured
from sim.model.history import History


def measure(history: History) -> Measured:
    """Firms since the start of 2024."""
    name = "green_factory"
    if name not in history.months:
        return {}
    named = np.array([m.tally.first_buyers.sum() for m in history.months[name]])
    named[: max(month_number(PLAN_STARTS) - history.first, 0)] = 0
    return {"": named.cumsum() / history.scale}
