"""Giving up goods that were kept idle, and taking old goods apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Floats, Ints
from sim.codes import DISMANTLED, IDLE, INFORMAL_TRADE, YARD
from sim.markets.settlement_state import Idle, Tally
from sim.numerics.compile import kernel
from sim.numerics.luck import derived, uniform


@kernel
def give_up_idle(
    idle: Idle, yard: Ints, key: np.uint32, chance: float, formal_share: Floats, nev: NDArray[np.bool_], tally: Tally
) -> None:
    """Owners of idle goods give some of them up, formally with ``formal_share`` [V]; the rest are kept in place."""
    kept = 0
    for n in range(idle.held[0]):
        v, origin = int(idle.variant[n]), int(idle.origin[n])
        if uniform(key, origin) >= chance:
            idle.variant[kept] = idle.variant[n]
            idle.emission[kept] = idle.emission[n]
            idle.use[kept] = idle.use[n]
            idle.origin[kept] = idle.origin[n]
            kept += 1
            continue
        place = INFORMAL_TRADE
        if uniform(derived(key, 1), origin) < formal_share[v]:
            place = YARD
            yard[v] += 1
        tally.moved[IDLE, place] += 1
        tally.moved_nev[IDLE, place] += 1 if nev[v] else 0
    idle.held[0] = kept


def dismantle(yard: Ints, taken: int, nev: NDArray[np.bool_], tally: Tally) -> None:
    """Take goods out of the yard in proportion to what waits there."""
    if not taken:
        return
    upto = np.cumsum(yard) * taken // yard.sum()
    out = np.diff(upto, prepend=0)
    yard -= out
    tally.moved[YARD, DISMANTLED] += taken
    tally.moved_nev[YARD, DISMANTLED] += int(out[nev].sum())
