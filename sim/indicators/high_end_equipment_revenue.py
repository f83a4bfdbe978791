"""Revenue of high-end equipment makers and their share of equipment making (高端装备制造业营业收入及占比)."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, owned, share
from sim.model.history import History


def measure(history: History) -> Measured:
    """Hundred million yuan (亿元) a year at the prices of 2023, and a share."""
    name = "maker_line"
    if name not in history.months:
        return {}
    variants = history.products[name].variants.values()
    revenue = owned(history, name) * np.array([v.level for v in variants]) / history.scale
    high = np.array([v.label == "high_end" for v in variants])
    return {"": revenue[:, high].sum(axis=1) / 100.0, "share": share(revenue[:, high].sum(axis=1), revenue.sum(axis=1))}
