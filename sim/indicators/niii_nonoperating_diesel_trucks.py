"""Non-operating diesel trucks of National III and below that are still registered."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured
from sim.model.history import History


def measure(history: History) -> Measured:
    """Vehicles at the month's end."""
    counts = [np.array([m.stocks.old_idle_diesel for m in months]) for months in history.months.values()]
    return {"": np.sum(counts, axis=0) / history.scale}
