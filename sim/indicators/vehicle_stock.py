"""Registered automobiles at the month's end: owned, for sale, kept idle."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, automobiles, by_category
from sim.model.history import History


def measure(history: History) -> Measured:
    """Vehicles."""
    counts = {
        name: np.array([int((m.stocks.owned + m.stocks.lot + m.stocks.idle).sum()) for m in months])
        for name, months in ((n, history.months[n]) for n in automobiles(history))
    }
    return by_category(history, counts)
