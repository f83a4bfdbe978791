"""What each disposal route of an old good is worth to its owner at one month's prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Routes
from sim.codes import CONDITIONS, FORMAL, HOARD, INFORMAL, SELL, UNBORN
from sim.markets.prices import Prices
from sim.numerics.arithmetic import exp_all, log_all
from sim.owners.vintages import ROWS
from sim.population.products import Catalogue

Floats = NDArray[np.float64]
PRICED_AT = np.maximum(np.arange(ROWS) - UNBORN, 0)
"""Age in months whose prices hold at each row."""


def route_utilities(catalogue: Catalogue, effort_saved: float, money: Floats) -> Floats:
    """Trouble of selling, formal scrapping, informal trade, keeping idle [K, 4]; ``effort_saved``: yuan, formal channel."""
    c = catalogue
    row = np.array([-c.effort_sell, -c.effort_formal, -c.effort_informal, -c.effort_idle])
    table = np.tile(row, (len(c.types), 1))
    table[:, FORMAL] += money * effort_saved
    return table


def disposal_routes(scale: float, prices: Prices, money: Floats, effort: Floats) -> Routes:
    """Every route out of every good; ``scale``: dissimilarity of the routes, ``effort``: ``route_utilities``."""
    K, V = money.size, prices.formal.size

    def utility(yuan: Floats, route: int) -> Floats:
        by_type = money[None, None, :, None] * yuan[:, :, None, :] + effort[None, None, :, route, None]
        return exp_all(by_type.reshape(yuan.shape[0], yuan.shape[1], K * V) / scale)[PRICED_AT]

    sell = utility(prices.sale, SELL)
    formal = exp_all(((money[:, None] * prices.formal + effort[:, FORMAL : FORMAL + 1]) / scale).ravel())
    informal = utility(prices.informal, INFORMAL)
    idle = np.repeat(exp_all(effort[:, HOARD] / scale), V)
    rest = informal + idle[None, None, :]
    return Routes(
        sell=sell,
        formal=formal,
        rest=rest,
        plain=scale * log_all(sell + formal[None, None, :] + rest),
        forced=scale * log_all(formal + informal[-1, CONDITIONS - 1]),
    )
