"""Share of new-energy vehicles among the buses bought in the last twelve months (新增和更新公交车辆新能源占比)."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, share, trailing_year
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share; not a number before the first year is complete."""
    name = "bus"
    if name not in history.months:
        return {}
    new = np.array([m.tally.new_sales.sum(axis=1) for m in history.months[name]])
    nev = new[:, history.powertrain[name] > 0].sum(axis=1)
    return {"": share(trailing_year(nev), trailing_year(new.sum(axis=1)))}
