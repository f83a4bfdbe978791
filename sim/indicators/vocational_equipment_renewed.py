"""Teaching equipment of vocational schools renewed since the plan began: all, and the urgent part (职业院校教学设备更新)."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured, owned, share, watched
from sim.model.history import History

REFERENCE = 12
"""Month at whose end the urgent equipment is counted: the end of the first year."""


def measure(history: History) -> Measured:
    """Shares: of the sets in use, and of those that were older than eight years at the start of 2024.

    The second is not a number before that day: what grows old until then is not renewed the less for it.
    """
    name = "vocational_equipment"
    if name not in history.months:
        return {}
    left = watched(history, name)
    start = min(REFERENCE, left.shape[0]) - 1
    urgent = 1.0 - share(left[:, 0], np.full(left.shape[0], left[start, 0]))
    urgent[:start] = np.nan
    return {"": 1.0 - share(left[:, 1], owned(history, name).sum(axis=1)), "urgent": urgent}
