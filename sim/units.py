"""Money is integer fen; people read yuan. Vehicles are counted, people read the district's number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEN_PER_YUAN = 100
NOISE_DIGITS = 6
"""Half a fen falls short of a half by rounding errors of some 1e-9 fen; they are rounded off before the half is rounded up."""
VAT_DIVISOR = 1.13
"""Retail prices include 13 % VAT; purchase tax is due on the price without it (车辆购置税法, art. 6)."""


def fen(yuan: float) -> int:
    """Round yuan to whole fen, half away from zero, so that hand-worked cases and the ledger agree."""
    cents = round(yuan * FEN_PER_YUAN, NOISE_DIGITS)
    return int(cents + 0.5) if cents >= 0 else -int(-cents + 0.5)


def whole_fen(yuan: NDArray[np.float64]) -> NDArray[np.int64]:
    """``fen`` of many sums that are not negative."""
    return np.floor(np.round(yuan * FEN_PER_YUAN, NOISE_DIGITS) + 0.5).astype(np.int64)


def yuan(amount_fen: int) -> float:
    """Fen to yuan, for printing only."""
    return amount_fen / FEN_PER_YUAN
