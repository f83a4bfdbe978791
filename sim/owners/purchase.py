"""What every alternative costs at the moment of purchase, and who may take it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.agents.bank import Bank, loan_ratios
from sim.codes import NEW, USED
from sim.markets.prices import Prices
from sim.policy.in_force import Rules
from sim.population.products import AGES, Catalogue

Floats = NDArray[np.float64]


def due_at_purchase(catalogue: Catalogue, rules: Rules, prices: Prices) -> Floats:
    """Price, tax and fees of every alternative, yuan [J]."""
    choices = catalogue.choices
    new = prices.new + rules.tax_yuan(prices.new)
    due = np.zeros(choices.kind.size)
    due[choices.kind == NEW] = new[choices.variant[choices.kind == NEW]]
    market = catalogue.product.used_market
    if market is not None:
        used = choices.kind == USED
        fee = max(market.transaction_cost.value - rules.frictions.transaction_cost_cut, 0.0)
        due[used] = _asking(catalogue, prices)[used] + fee
    return due


def loan_limits(catalogue: Catalogue, rules: Rules, prices: Prices, banks: Sequence[Bank]) -> Floats:
    """Largest loan by use of the good, bank and alternative, yuan [uses, banks, J]."""
    choices = catalogue.choices
    price = np.where(choices.kind == NEW, prices.new[choices.variant], _asking(catalogue, prices))
    return loan_ratios(catalogue, banks, rules) * price


def _asking(catalogue: Catalogue, prices: Prices) -> Floats:
    """Asking price of every alternative if it were used, yuan [J]."""
    choices = catalogue.choices
    return np.asarray(prices.used[choices.variant, np.minimum(choices.age, AGES - 1)], dtype=np.float64)
