"""The model: the order of a month, what lasts from month to month, and what is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.trade_in_model import TradeInModel

__all__ = ["TradeInModel"]


def __getattr__(name: str) -> type[TradeInModel]:
    """The model, loaded when it is asked for: who reads what runs have left needs none, and it is slow to load."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sim.model.trade_in_model import TradeInModel

    return TradeInModel
