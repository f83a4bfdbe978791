"""Registered transfers of used automobiles: sold from the district's lots to local owners or to other regions."""

from __future__ import annotations

import numpy as np

from sim.history import History
from sim.indicators._shared import Measured, by_category


def measure(history: History) -> Measured:
    """Vehicles a month."""
    counts = {
        name: np.array([int(m.tally.bought.sum() + m.sent.sum()) for m in months]) for name, months in history.months.items()
    }
    return by_category(history, counts)
