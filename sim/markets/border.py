"""Trade in used goods across the district's border."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Floats, Ints
from sim.codes import LOT, OUTSIDE
from sim.markets.goods import Making, age_in_band, make_good
from sim.markets.lots import Lots, pop, push
from sim.markets.settlement_state import Tally
from sim.numerics.compile import kernel
from sim.numerics.luck import derived, uniform


@kernel
def round_keyed(amount: float, key: np.uint32, who: int) -> int:
    """A whole number with mean ``amount``: rounded up with the chance of its fraction."""
    whole = int(amount)
    return whole + (1 if uniform(key, who) < amount - whole else 0)


@kernel
def trade_across(
    lots: Lots,
    inflow: Floats,
    outflow: Floats,
    making: Making,
    key: np.uint32,
    month: int,
    today: int,
    fuel: Ints,
    nev: NDArray[np.bool_],
    bands: int,
    tally: Tally,
    sent: Ints,
) -> None:
    """Move wished-for numbers of used goods out of and into every cell; ``sent`` [cells] counts what left.

    Nothing leaves an empty lot; what comes is a surviving good of the cell's ages, keyed by cell and number.
    """
    for cell in range(lots.held.size):
        v, b = cell // bands, cell % bands
        leaving = min(round_keyed(outflow[cell], derived(key, 1), cell), lots.held[cell])
        for _ in range(leaving):
            pop(lots, cell)
        sent[cell] += leaving
        coming = round_keyed(inflow[cell], derived(key, 2), cell)
        arrived = 0
        for n in range(coming):
            who = -(cell * 100_000 + n + 1) & 0xFFFFFFFF  # as a 32-bit word, which plain Python needs too
            age = age_in_band(making, int(fuel[v]), b, who)
            if push(lots, cell, make_good(making, int(fuel[v]), who, month, today, age)):
                arrived += 1
        tally.moved[LOT, OUTSIDE] += leaving
        tally.moved[OUTSIDE, LOT] += arrived
        if nev[v]:
            tally.moved_nev[LOT, OUTSIDE] += leaving
            tally.moved_nev[OUTSIDE, LOT] += arrived
