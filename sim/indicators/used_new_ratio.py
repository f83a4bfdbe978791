"""Used transactions over new registrations of the last twelve months: all automobiles, and passenger cars alone."""

from __future__ import annotations

import numpy as np

from sim.indicators import new_registrations, used_car_transactions
from sim.indicators._shared import Measured, trailing_year
from sim.model.history import History


def measure(history: History) -> Measured:
    """Ratio of two trailing years; not a number before the first year is complete, none without automobiles."""
    used, new = used_car_transactions.measure(history), new_registrations.measure(history)
    out = {}
    for group, key in (("", ""), ("all", ""), ("passenger", "car")):
        if key not in new:
            continue
        denominator = trailing_year(new[key])
        out[group] = trailing_year(used[key]) / np.where(denominator > 0, denominator, np.nan)
    return out
