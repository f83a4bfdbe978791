"""Agent-based forecast of consumer-goods trade-in and equipment renewal in one Chinese district.

``load_settings``, ``run``, ``ensemble`` and ``TradeInModel`` are imported when they are first used, so that a mistake
in the input is reported before anything heavy is loaded.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.config import load_settings
    from sim.model import TradeInModel
    from sim.runs.ensemble import ensemble
    from sim.runs.once import run
    from sim.settings import Settings

__all__ = ["Settings", "TradeInModel", "ensemble", "load_settings", "run"]

_HOMES = {
    "Settings": "sim.settings",
    "TradeInModel": "sim.model",
    "ensemble": "sim.runs.ensemble",
    "load_settings": "sim.config",
    "run": "sim.runs.once",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
