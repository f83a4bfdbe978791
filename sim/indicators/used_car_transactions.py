"""Registered transfers of used automobiles: sold from the district's lots to local owners or to other regions."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, automobiles, by_category
from sim.model.history import History


def measure(history: History) -> Measured:
    """Vehicles a month."""
    counts = {
        name: np.array([int(m.tally.bought.sum() + m.sent.sum()) for m in months])
        for name, months in ((n, history.months[n]) for n in automobiles(history))
    }
    return by_category(history, counts)
