"""A used-car dealer: buys below what it asks, and trades across the district's border."""

from __future__ import annotations

from typing import Any

import mesa

MARGIN_REACTION = 0.02
"""Change of the buying price, as a share of the asking price, per unit of relative excess stock (assumption, grade C)."""
LOWEST_BID, HIGHEST_BID = 0.8, 0.96


class UsedDealer(mesa.Agent):
    """Holds a share of the district's lots."""

    def __init__(self, model: Any, share: float, bid_share: float) -> None:
        super().__init__(model)
        self.share = share
        self.bid_share = bid_share
        self._usual = bid_share

    def restock(self, relative_excess: float) -> None:
        """Bid less when the lot is full, more when it is empty; bounded, and drawn back to the usual margin."""
        bid = self.bid_share - MARGIN_REACTION * min(max(relative_excess, -1.0), 1.0)
        bid += 0.2 * (self._usual - bid)
        self.bid_share = min(max(bid, LOWEST_BID), HIGHEST_BID)
