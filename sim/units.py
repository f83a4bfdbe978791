"""Money is integer fen; people read yuan. Vehicles are counted, people read the district's number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEN_PER_YUAN = 100
HALF_UP = 0.5 + 1e-6
"""Half a fen falls short of a half by rounding errors of some 1e-9 fen: 30% of 1,844.35 yuan is 553.305 and becomes 553.31."""
VAT_DIVISOR = 1.13
"""Retail prices include 13% VAT; purchase tax is due on the price without it (车辆购置税法, art. 6)."""


def fen(yuan: float) -> int:
    """Round yuan, not below zero, to whole fen, half up, so that hand-worked cases and the ledger agree."""
    return int(yuan * FEN_PER_YUAN + HALF_UP)


def all_fen(yuan: NDArray[np.float64]) -> NDArray[np.int64]:
    """``fen`` of every entry."""
    return (yuan * FEN_PER_YUAN + HALF_UP).astype("int64")
