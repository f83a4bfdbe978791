"""Small and medium-sized firms that are digitalised for the first time (中小企业数字化转型)."""

from __future__ import annotations

import numpy as np

from sim.indicators._shared import Measured
from sim.model.history import History


def measure(history: History) -> Measured:
    """Firms a month."""
    name = "sme_digital"
    if name not in history.months:
        return {}
    return {"": np.array([m.tally.first_buyers.sum() for m in history.months[name]]) / history.scale}
