"""Agent-based forecast of consumer-goods trade-in and equipment renewal in one Chinese district.

``load_settings``, ``run``, ``ensemble`` and ``TradeInModel`` are imported when they are first used, so that a mistake
in the input is reported before anything heavy is loaded.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.config import load_settings
    from sim.experiments.ensemble import ensemble
    from sim.model import TradeInModel
    from sim.settings import Settings

__all__ = ["Settings", "TradeInModel", "ensemble", "load_settings", "run"]

_HOMES = {
    "Settings": "sim.settings",
    "TradeInModel": "sim.model",
    "ensemble": "sim.experiments.ensemble",
    "load_settings": "sim.config",
}


def __getattr__(name: str) -> Any:
    if name == "run":
        return import_module("sim.run")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Function(ModuleType):
    """A module that is called like the function which carries its name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return getattr(self, self.__name__.rpartition(".")[2])(*args, **kwargs)


class _Package(ModuleType):
    """Importing the module ``sim.run`` sets the attribute ``run``; ``sim.run(settings, seed)`` must work even so."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "run" and type(value) is ModuleType:
            value.__class__ = _Function
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
