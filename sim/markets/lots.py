"""Used goods for sale: first in, first out, one lane for each variant and age band."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compile import leaf


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
    count: NDArray[np.int64]
    """Goods in each cell [cells]."""


class Good(NamedTuple):
    """One good on its way from one place to another."""

    registered: int
    vintage: int
    emission: int
    worn: int
    failing: int
    end: int


def empty_lots(cells: int, room: int) -> Lots:
    """Lots with room for so many goods in each cell."""

    def column(kind: type[np.generic]) -> NDArray[np.generic]:
        return np.zeros((max(cells, 1), room), dtype=kind)

    return Lots(
        column(np.int16), column(np.int16), column(np.int8), column(np.int16), column(np.int16), column(np.int16),
        np.zeros(max(cells, 1), dtype=np.int64), np.zeros(max(cells, 1), dtype=np.int64),
    )  # fmt: skip


@leaf
def push(lots: Lots, cell: int, good: Good) -> bool:
    """Put a good at the end of its cell; False if the cell is full."""
    room = lots.registered.shape[1]
    if lots.count[cell] >= room:
        return False
    at = (lots.head[cell] + lots.count[cell]) % room
    lots.registered[cell, at] = good.registered
    lots.vintage[cell, at] = good.vintage
    lots.emission[cell, at] = good.emission
    lots.worn[cell, at] = good.worn
    lots.failing[cell, at] = good.failing
    lots.end[cell, at] = good.end
    lots.count[cell] += 1
    return True


@leaf
def pop(lots: Lots, cell: int) -> Good:
    """Take the first good of a cell that is not empty."""
    at = lots.head[cell]
    lots.head[cell] = (at + 1) % lots.registered.shape[1]
    lots.count[cell] -= 1
    return Good(
        np.int64(lots.registered[cell, at]), np.int64(lots.vintage[cell, at]), np.int64(lots.emission[cell, at]),
        np.int64(lots.worn[cell, at]), np.int64(lots.failing[cell, at]), np.int64(lots.end[cell, at]),
    )  # fmt: skip
