"""Mechanisation of ploughing, sowing and harvest of crops (农作物耕种收综合机械化率)."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Floats, Measured, owned, share
from sim.model.history import History

WORK = (("tractor", "ploughing", 0.4), ("planter", "sowing", 0.3), ("combine", "harvest", 0.3))
"""Machines, work and weight (NY/T 1408: 0.4 ploughing, 0.3 sowing, 0.3 harvest)."""
REFERENCE = 12
"""Month whose capacity stands for the rates of the baseline: the end of the first year."""


def measure(history: History) -> Measured:
    """Rate; by kind of work."""
    if not all(name in history.months for name, _, _ in WORK):
        return {}
    rates = {group: _rate(history, name, group) for name, group, _ in WORK}
    return {"": np.sum([weight * rates[group] for _, group, weight in WORK], axis=0), **rates}


def _rate(history: History, name: str, group: str) -> Floats:
    """r x / (1 - r + r x): the odds of a field being worked by machine grow with the capacity x of the machines in use."""
    each = np.array([v.level for v in history.products[name].variants.values()])
    capacity = (owned(history, name) * each).sum(axis=1)
    relative = share(capacity, np.full(capacity.size, capacity[min(REFERENCE, capacity.size) - 1]))
    rate = history.baseline[f"mechanisation_{group}"]
    return np.asarray(rate * relative / (1.0 - rate + rate * relative))
