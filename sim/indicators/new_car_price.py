"""Mean price paid for a new passenger car, purchase tax included."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, automobiles
from sim.model.history import History


def measure(history: History) -> Measured:
    """Yuan; by category."""
    out = {}
    for name, months in ((n, history.months[n]) for n in automobiles(history)):
        paid = np.array([m.tally.paid[0] for m in months])
        sold = np.array([m.tally.new_sales.sum() for m in months])
        out[name] = paid / np.where(sold > 0, sold, np.nan)
    return out
