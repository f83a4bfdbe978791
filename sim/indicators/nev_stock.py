"""Registered new-energy vehicles at the month's end: owned, for sale, kept idle; other fleets are a constant (grade C)."""

from __future__ import annotations

import numpy as np

from sim.history import History
from sim.indicators._shared import Measured, by_category


def measure(history: History) -> Measured:
    """Vehicles."""
    counts = {}
    for name, months in history.months.items():
        nev = history.powertrain[name] > 0
        counts[name] = np.array([int((m.stocks.owned + m.stocks.lot + m.stocks.idle)[nev].sum()) for m in months])
    measured = by_category(history, counts)
    other = np.full(history.length, history.other_nev)
    measured["other_fleets"] = other
    measured[""] = measured[""] + other
    return measured
