"""What each disposal route of an old good is worth to its owner at one month's prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Routes
from sim.codes import CONDITIONS, FORMAL, HOARD, INFORMAL, SELL, UNBORN
from sim.markets.prices import Prices
from sim.numerics.arithmetic import exp_all, log_all
from sim.population.products import Catalogue
from sim.schema.behaviour import Behaviour

Floats = NDArray[np.float64]


def route_scales(catalogue: Catalogue, behaviour: Behaviour, money: Floats) -> Floats:
    """Scale of the taste shocks of disposal routes by type [K]: so many yuan to everybody, whatever a yuan is worth.

    rho_k = min(rho m_k / m, lambda), m: what a yuan is worth at the mean income of the start. Who is poor minds a yuan more,
    and trouble less only in comparison; beyond lambda routes would tell goods apart less than goods tell themselves.
    """
    in_money = behaviour.way_dissimilarity.value * money / catalogue.money_at_mean
    return np.asarray(np.minimum(in_money, behaviour.nest_dissimilarity.value))


def route_utilities(catalogue: Catalogue, effort_saved: float, money: Floats) -> Floats:
    """Trouble of selling, formal scrapping, informal trade, keeping idle [K, 4]; ``effort_saved``: yuan, formal channel.

    What routes differ by is trouble worth so many yuan to everybody; their level is the effort of acting at all.
    """
    c = catalogue
    row = np.array([-c.effort_sell, -c.effort_formal, -c.effort_informal, -c.effort_idle])
    level = row[FORMAL:].mean()
    table = level + np.multiply.outer(money / c.money_at_mean, row - level)
    table[:, FORMAL] += money * effort_saved
    return np.asarray(table)


def carried_on(prices: Floats) -> Floats:
    """Prices by row of age [ROWS, ...] from those by age [AGES, ...]: before age 0 they go on as they fall after it.

    Nothing is sold so young. But what is bought new lies between a vintage that has come and one that is to come, and with a
    bend of the prices there, its value would depend on the month of the year.
    """
    before = np.arange(UNBORN, 0, -1).reshape(-1, *(1,) * (prices.ndim - 1))
    return np.concatenate([prices[0] + before * (prices[0] - prices[1]), prices])


def disposal_routes(scale: Floats, prices: Prices, money: Floats, effort: Floats) -> Routes:
    """Every route out of every good; ``scale`` [lanes]: of the taste shocks of routes, ``effort``: ``route_utilities``."""
    K, V = money.size, prices.formal.size

    def utility(yuan: Floats, route: int) -> Floats:
        by_row = carried_on(yuan)
        by_type = money[None, None, :, None] * by_row[:, :, None, :] + effort[None, None, :, route, None]
        return exp_all(by_type.reshape(*by_row.shape[:2], K * V) / scale)

    sell = utility(prices.sale, SELL)
    formal = exp_all((money[:, None] * prices.formal + effort[:, FORMAL : FORMAL + 1]).ravel() / scale)
    informal = utility(prices.informal, INFORMAL)
    idle = exp_all(np.repeat(effort[:, HOARD], V) / scale)
    rest = informal + idle[None, None, :]
    return Routes(
        sell=sell,
        formal=formal,
        rest=rest,
        plain=scale * log_all(sell + formal[None, None, :] + rest),
        forced=scale * log_all(formal + informal[-1, CONDITIONS - 1]),
    )
