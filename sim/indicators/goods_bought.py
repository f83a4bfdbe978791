"""New consumer goods other than vehicles bought by households, by category."""

from __future__ import annotations

from sim.indicators._shared import Measured, bought
from sim.model.history import History


def measure(history: History) -> Measured:
    """Goods a month."""
    names = [name for name, product in history.products.items() if product.field is None and product.kind != "automobile"]
    counts = bought(history, names)
    return {name: values / history.scale for name, values in counts.items()}
