"""The model: the order of a month, what lasts from month to month, and what is written down."""

from sim.model.trade_in_model import TradeInModel

__all__ = ["TradeInModel"]
