"""Share of the construction machines in use that are older than ten years (使用超过10年的建筑施工机械)."""

from __future__ import annotations

from sim.indicators._shared import Measured, owned, share, watched
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share of the goods in use at the month's end."""
    name = "construction_machine"
    if name not in history.months:
        return {}
    return {"": share(watched(history, name)[:, 0], owned(history, name).sum(axis=1))}
