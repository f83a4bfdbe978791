"""Share of new goods bought on credit."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, automobiles
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share, by category."""
    out = {}
    for name, months in ((n, history.months[n]) for n in automobiles(history)):
        loans = np.array([m.tally.loans[0] for m in months])
        sold = np.array([m.tally.new_sales.sum() for m in months])
        out[name] = loans / np.where(sold > 0, sold, np.nan)
    return out
