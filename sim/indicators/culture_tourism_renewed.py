"""Equipment of culture and tourism renewed since the plan began (文旅设备更新覆盖率)."""

from __future__ import annotations

from sim.indicators._shared import Measured, owned, share, watched
from sim.model.history import History


def measure(history: History) -> Measured:
    """Share of the goods in use at the month's end."""
    name = "culture_equipment"
    if name not in history.months:
        return {}
    return {"": 1.0 - share(watched(history, name)[:, 0], owned(history, name).sum(axis=1))}
