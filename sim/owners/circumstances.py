"""What the owners of a category live with in a month: money, neighbours, season, prices and rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.offers import Financing
from sim.markets.prices import Paths, Prices
from sim.numerics.arithmetic import exp_all, log_all
from sim.owners.liquidity import TypicalBuyer
from sim.policy.in_force import Rules

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Circumstances:
    """Everything outside their own good that owners of one category reckon with; K types, J alternatives, M entitlements."""

    month: int
    priced: int
    """Month whose prices and incomes these are: that of the last review."""
    rules: Rules
    prices: Prices
    paths: Paths
    money: Floats
    """Marginal utility of a yuan [K]."""
    grant_money: Floats
    """Marginal utility of a yuan that is granted, as salient as it is [K]."""
    buyer: TypicalBuyer
    financing: Financing
    taste: Floats
    """Utility of each alternative that price, cost and use do not explain [J]."""
    hassle: float
    """Charging trouble relative to the start."""
    social_mean: float
    """Mean exposure of the households to NEV."""
    most_exposed: float
    """Highest exposure of any household."""
    least_reserve: float
    """Smallest reserve that any owner likes to keep, yuan."""
    season: float
    """Log of the season's sales over those of a mean month, as far as it acts."""
    effort_cut: float
    """Effort of entering the market that campaigns take away."""
    aware: Floats
    """Share of owners that know each entitlement [M]."""
    funded: Floats
    """Share of the claims on each measure that can be expected to find money, from ``month`` on [measures, months]."""


def awareness(start: Floats, spread: float, jump: float, months: Floats, changes: Floats) -> Floats:
    """Share of owners that know each measure so many months after it began and so many changes later [M]; ``start`` [M].

    S-shaped, as news spreads by those who have heard it (Bass 1969): logit of the share = logit(start) + spread x months + jump
    x changes.
    """
    if not months.size:
        return np.zeros(0)
    begun = log_all(np.maximum(start, 1e-9)) - log_all(np.maximum(1.0 - start, 1e-9))
    return np.asarray(1.0 / (1.0 + exp_all(-(begun + spread * months + jump * changes))))
