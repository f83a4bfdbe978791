"""Counting stocks from the columns, independently of what settling has booked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns
from sim.behaviour.value import Ints
from sim.codes import DIESEL, EMPTY, NATIONAL_III, NON_OPERATING
from sim.markets.settlement_state import Idle
from sim.numerics.compile import kernel


@kernel
def count_owned(variant: NDArray[np.int8], out: Ints) -> None:
    """Goods held, by variant; eight tables take turns, so that no count waits for the one before it."""
    tables = np.zeros((8, out.size + 1), np.int64)
    for i in range(variant.size):
        tables[i & 7, np.int64(variant[i]) - EMPTY] += 1
    for n in range(8):
        for v in range(out.size):
            out[v] += tables[n, v + 1]


@kernel
def count_old_diesels(goods: GoodColumns, use: Ints, fuel: Ints, idle: Idle) -> int:
    """Non-operating diesel goods of National III and below, with their owners or kept idle."""
    found = 0
    for i in range(goods.variant.size):
        v = goods.variant[i]
        if v != EMPTY and fuel[v] == DIESEL and goods.emission[i] <= NATIONAL_III and use[goods.type[i]] == NON_OPERATING:
            found += 1
    for n in range(idle.held[0]):
        if fuel[idle.variant[n]] == DIESEL and idle.emission[n] <= NATIONAL_III and idle.use[n] == NON_OPERATING:
            found += 1
    return found
