"""New registrations of automobiles, by category and powertrain; gamed ones included, for the register counts them."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, automobiles, by_category, by_powertrain
from sim.model.history import History


def measure(history: History) -> Measured:
    """Vehicles a month."""
    sold = {
        name: np.array([m.tally.new_sales.sum(axis=1) + m.tally.gamed for m in months])
        for name, months in ((n, history.months[n]) for n in automobiles(history))
    }
    return by_category(history, {n: v.sum(axis=1) for n, v in sold.items()}) | by_powertrain(history, sold)
