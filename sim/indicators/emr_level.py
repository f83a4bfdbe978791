"""Mean level of the electronic medical records of hospitals of the second grade and above (电子病历系统应用水平平均级别)."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, owned, share
from sim.model.history import History


def measure(history: History) -> Measured:
    """Level."""
    name = "emr_system"
    if name not in history.months:
        return {}
    level = np.array([v.level for v in history.products[name].variants.values()])
    counts = owned(history, name)
    return {"": share((counts * level).sum(axis=1), counts.sum(axis=1))}
