"""Local over national used price, by powertrain of passenger cars, mean of the age bands."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured
from sim.model.history import History
from sim.schema.product import POWERTRAINS


def measure(history: History) -> Measured:
    """Ratio; nothing without passenger cars."""
    rows = history.months.get("car", [])
    if not rows:
        return {}
    return {p: np.array([m.used_index[n].mean() for m in rows]) for n, p in enumerate(POWERTRAINS)}
