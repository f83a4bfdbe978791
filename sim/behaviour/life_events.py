"""Life events: a child, a new job, a move. They make a household look at what it owns."""

from __future__ import annotations

import numpy as np

from sim.behaviour.columns import OwnerColumns
from sim.codes import NEVER
from sim.numerics.arithmetic import log
from sim.numerics.compile import kernel
from sim.numerics.luck import uniform


@kernel
def schedule_events(owners: OwnerColumns, month: int, key: np.uint32, rate: float) -> None:
    """Give everyone whose life event was this month the date of the next one."""
    for o in range(owners.event_month.size):
        if owners.event_month[o] == month:
            wait = int(min(-log(uniform(key, o)) / max(rate, 1e-9), 20_000.0))
            owners.event_month[o] = min(month + 1 + wait, NEVER)
