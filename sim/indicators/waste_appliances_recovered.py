"""Waste appliances (废旧家电: refrigerators, washers, air conditioners, televisions, computers) recovered formally."""

from __future__ import annotations

from sim.indicators._shared import Measured, by_category, recovered
from sim.model.history import History


def measure(history: History) -> Measured:
    """Goods a month; by category."""
    names = [name for name, product in history.products.items() if product.waste_appliance]
    return by_category(history, recovered(history, names))
