"""Columns that lie side by side in memory: whoever looks at one row of them brings a single line of the processor's cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

LINE = 64
"""Bytes that a processor brings at once."""


def side_by_side(count: int, kinds: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Columns of ``count`` zeros, the rows of all of them in records that no line of the cache cuts in two.

    Columns are views, to be read and written like any other; only the step from one row to the next is longer (structure of
    arrays against array of structures, Intel 64 and IA-32 Architectures Optimization Reference Manual, 3.6).
    """
    names = sorted(kinds, key=lambda name: -np.dtype(kinds[name]).itemsize)  # no gaps between numbers
    sizes = [np.dtype(kinds[name]).itemsize for name in names]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    width = 1 << int(offsets[-1] - 1).bit_length()
    memory = np.empty(count * width + LINE, dtype=np.uint8)
    memory[:] = 0  # sooner than zeros, which come page by page
    start = -memory.ctypes.data % LINE
    layout = np.dtype({
        "names": names, "formats": [kinds[name] for name in names], "offsets": offsets[:-1].tolist(), "itemsize": width,
    })  # fmt: skip
    rows = memory[start : start + count * width].view(layout)
    return {name: rows[name] for name in kinds}
