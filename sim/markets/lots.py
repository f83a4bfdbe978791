"""Used goods for sale: first in, first out, one lane for each variant and age band."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.markets.goods import Good
from sim.numerics.compile import leaf


class Lots(NamedTuple):
    """Circular queues of goods [cells, room]; a cell is variant x bands + band."""

    registered: NDArray[np.int16]
    vintage: NDArray[np.int16]
    emission: NDArray[np.int8]
    worn: NDArray[np.int16]
    failing: NDArray[np.int16]
    end: NDArray[np.int16]
    head: NDArray[np.int64]
    """Position of the first good of each cell [cells]."""
    held: NDArray[np.int64]
    """Goods in each cell [cells]."""


def empty_lots(cells: int, room: int) -> Lots:
    """Lots with room for so many goods in each cell."""

    shape = (max(cells, 1), room)
    return Lots(
        np.zeros(shape, np.int16), np.zeros(shape, np.int16), np.zeros(shape, np.int8), np.zeros(shape, np.int16),
        np.zeros(shape, np.int16), np.zeros(shape, np.int16), np.zeros(shape[0], np.int64), np.zeros(shape[0], np.int64),
    )  # fmt: skip


@leaf
def push(lots: Lots, cell: int, good: Good) -> bool:
    """Put a good at the end of its cell; False if the cell is full."""
    room = lots.registered.shape[1]
    if lots.held[cell] >= room:
        return False
    at = (lots.head[cell] + lots.held[cell]) % room
    lots.registered[cell, at] = good.registered
    lots.vintage[cell, at] = good.vintage
    lots.emission[cell, at] = good.emission
    lots.worn[cell, at] = good.worn
    lots.failing[cell, at] = good.failing
    lots.end[cell, at] = good.end
    lots.held[cell] += 1
    return True


@leaf
def pop(lots: Lots, cell: int) -> Good:
    """Take the first good of a cell that is not empty."""
    at = lots.head[cell]
    lots.head[cell] = (at + 1) % lots.registered.shape[1]
    lots.held[cell] -= 1
    return Good(
        np.int64(lots.registered[cell, at]), np.int64(lots.vintage[cell, at]), np.int64(lots.emission[cell, at]),
        np.int64(lots.worn[cell, at]), np.int64(lots.failing[cell, at]), np.int64(lots.end[cell, at]),
    )  # fmt: skip
