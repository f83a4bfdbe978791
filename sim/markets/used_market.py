"""The district's used-goods market: what dealers expect, what they trade across the border, and how local prices move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.markets.prices import Prices
from sim.numerics.arithmetic import exp_all, log_all
from sim.population.products import Catalogue
from sim.schema.bricks import Quantity
from sim.schema.product import POWERTRAINS, UsedMarket

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SMOOTHING = 0.3
"""Weight of the last month in what used-car dealers expect (assumption, grade C)."""
STOCK_CORRECTION = 0.3
"""Share of a gap between lot and target that trade with other regions closes in a month (assumption, grade C)."""
PULL = 0.08
"""Share of a gap between local and national price that arbitrage closes in a month (assumption, grade C)."""


@dataclass(frozen=True)
class Trade:
    """What the used market hands on from month to month; cells are variant x bands + band."""

    index: Floats
    """Local over national price by powertrain and age band [3, bands]."""
    expected_sales: Floats
    """What dealers expect to sell in a month [cells]."""
    expected_supply: Floats
    """What they expect to be offered by owners [cells]."""

    def after(self, demand: Floats, supply: Floats) -> Trade:
        """Expectations once a month's demand and supply are known."""
        return replace(
            self,
            expected_sales=self.expected_sales + SMOOTHING * (demand - self.expected_sales),
            expected_supply=self.expected_supply + SMOOTHING * (supply - self.expected_supply),
        )

    def moved(self, index: Floats) -> Trade:
        """The same with next month's prices."""
        return replace(self, index=index)


class Crossing(NamedTuple):
    """Used goods that are to cross the border in a month [cells]."""

    inflow: Floats
    outflow: Floats
    wished_in: Floats
    """What would come if only prices decided."""
    wished_out: Floats
    gap: Floats
    """Goods on the lots beyond what dealers want to hold."""

    def relative_excess(self, wanted: Floats) -> float:
        """Goods too many on all lots together, over what dealers want to hold."""
        return float(self.gap.sum() / max(wanted.sum(), 1.0))


def start_trade(catalogue: Catalogue, cells: int) -> Trade:
    """Local prices start at the national ones, and nobody expects anything yet."""
    index = np.ones((len(POWERTRAINS), max(catalogue.band_age.size, 1)))
    return Trade(index, np.zeros(cells), np.zeros(cells))


def cell_places(catalogue: Catalogue) -> tuple[Ints, Ints]:
    """Powertrain and age band of every cell."""
    bands = catalogue.band_edges.size
    return np.repeat(catalogue.powertrain, bands), np.tile(np.arange(bands), len(catalogue.variants))


def crossing(
    catalogue: Catalogue, trade: Trade, prices: Prices, held: Ints, baseline: Mapping[str, Quantity], cost_cut: float
) -> Crossing:
    """What crosses the border: what prices draw, as far as dealers can use it, and what fills or empties the lots.

    ``held`` [cells]: goods on the lots. ``cost_cut``: yuan that measures take off a crossing.
    """
    market = _market(catalogue)
    sales, supply = trade.expected_sales, trade.expected_supply
    relief = cost_cut / np.maximum(prices.used[:, catalogue.band_age].ravel(), cost_cut + 1.0)
    ratio, elasticity = trade.index[cell_places(catalogue)], market.border_elasticity.value
    wished_in = baseline["used_inflow_share"].value * sales * _power(ratio * (1.0 + relief), elasticity)
    wished_out = baseline["used_outflow_share"].value * supply * _power(ratio * (1.0 - relief), -elasticity)
    inflow = np.maximum(np.minimum(wished_in, sales), sales - supply)
    outflow = np.maximum(supply + inflow - sales, 0.0)
    gap = held - market.stock_months.value * sales
    # a lot of one car more or less than wished for is no reason to send one across the country
    inflow += STOCK_CORRECTION * np.maximum(-gap - 1.0, 0.0)
    outflow += STOCK_CORRECTION * np.maximum(gap - 1.0, 0.0)
    return Crossing(inflow, outflow, wished_in, wished_out, gap)


def next_index(catalogue: Catalogue, index: Floats, demand: Floats, supply: Floats) -> Floats:
    """Next month's index from what is wanted and offered in each cell."""
    powertrain, band = cell_places(catalogue)
    where, cells = powertrain * catalogue.band_edges.size + band, index.size
    wanted = np.bincount(where, demand, cells).astype(np.float64).reshape(index.shape)
    offered = np.bincount(where, supply, cells).astype(np.float64).reshape(index.shape)
    return moved_index(index, wanted, offered, _market(catalogue).price_reaction.value, PULL)


def moved_index(index: Floats, demand: Floats, supply: Floats, reaction: float, pull: float) -> Floats:
    """Next month's index [3, bands]: rises with relative excess demand, is pulled to the national level by trade.

    log p' = (1 - pull) log p + reaction (D - S) / (D + S); cells without trade only drift to the national price.
    """
    turnover = demand + supply
    pressure = np.where(turnover > 0, (demand - supply) / np.maximum(turnover, 1.0), 0.0)
    moved = (1.0 - pull) * log_all(index) + reaction * pressure
    return exp_all(np.clip(moved, -0.7, 0.7))


def _market(catalogue: Catalogue) -> UsedMarket:
    market = catalogue.product.used_market
    assert market is not None  # asked only of categories with a used market
    return market


def _power(base: Floats, exponent: float) -> Floats:
    """base ** exponent with our own exp and log."""
    return exp_all(exponent * log_all(np.maximum(base, 1e-6)))
