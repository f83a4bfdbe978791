"""Money is integer fen; people read yuan. Vehicles are counted, people read the district's number."""

from __future__ import annotations

FEN_PER_YUAN = 100
VAT_DIVISOR = 1.13
"""Retail prices include 13 % VAT; purchase tax is due on the price without it (车辆购置税法, art. 6)."""


def fen(yuan: float) -> int:
    """Round yuan to whole fen, half away from zero, so that hand-worked cases and the ledger agree."""
    cents = yuan * FEN_PER_YUAN
    return int(cents + 0.5) if cents >= 0 else -int(-cents + 0.5)


def yuan(amount_fen: int) -> float:
    """Fen to yuan, for printing only."""
    return amount_fen / FEN_PER_YUAN
