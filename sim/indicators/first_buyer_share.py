"""Share of new goods bought by owners who had none in that slot before."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, automobiles
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share, by category."""
    out = {}
    for name, months in ((n, history.months[n]) for n in automobiles(history)):
        first = np.array([m.tally.first_buyers.sum() for m in months])
        sold = np.array([m.tally.new_sales.sum() for m in months])
        out[name] = first / np.where(sold > 0, sold, np.nan)
    return out
