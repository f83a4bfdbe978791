"""Equipment bought in the plan's seven fields (七大领域设备投资), by field and in sum; municipal equipment beside it."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Floats, Measured
from sim.model.history import History

BESIDE = "municipal"
"""Field that the plan's sum does not name."""


def measure(history: History) -> Measured:
    """Yuan a month, tax and fees included, in the month of the order."""
    fields: dict[str, Floats] = {}
    for name, product in history.products.items():
        if product.field is not None and name in history.months:
            paid = np.array([m.tally.paid.sum() for m in history.months[name]]) / history.scale
            fields[product.field] = fields.get(product.field, np.zeros(history.length)) + paid
    if not fields:
        return {}
    seven = [values for field, values in fields.items() if field != BESIDE]
    return {"": np.sum(seven, axis=0), **fields}
