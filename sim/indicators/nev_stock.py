"""Registered new-energy vehicles at the month's end, of all categories of automobiles: owned, for sale, kept idle."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, automobiles, by_category
from sim.model.history import History


def measure(history: History) -> Measured:
    """Vehicles."""
    counts = {}
    for name, months in ((n, history.months[n]) for n in automobiles(history)):
        nev = history.powertrain[name] > 0
        counts[name] = np.array([int((m.stocks.owned + m.stocks.lot + m.stocks.idle)[nev].sum()) for m in months])
    return by_category(history, counts)
