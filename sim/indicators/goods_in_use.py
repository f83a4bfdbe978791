"""Consumer goods other than vehicles in use at the month's end, by category."""

from __future__ import annotations

from sim.indicators._shared import Measured, owned
from sim.model.history import History


def measure(history: History) -> Measured:
    """Goods."""
    names = [name for name, product in history.products.items() if product.field is None and product.kind != "automobile"]
    return {name: owned(history, name).sum(axis=1) / history.scale for name in names if name in history.months}
