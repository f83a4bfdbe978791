"""A bank: its rate, what it asks down where the rules leave it to banks, and whom it approves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.codes import NEW, NOTHING
from sim.policy.in_force import Rules
from sim.population.products import Catalogue

Floats = NDArray[np.float64]


class Bank(mesa.Agent):
    """Terms of one lender for vehicle loans."""

    def __init__(self, model: Any, rate: float, down_payment: float) -> None:
        super().__init__(model)
        self.rate = rate
        self.down_payment = down_payment

    def loan_ratio(self, rule: Floats | float, asked: float) -> Floats:
        """Largest loan over price: the rule's limits, and the bank's own where the rule leaves it room.

        ``asked`` >= 0: what banks ask down whatever they would choose (a lever).
        """
        own = 1.0 - (self.down_payment if asked < 0.0 else asked)
        return np.maximum(np.minimum(rule, own), 0.0)


def loan_ratios(catalogue: Catalogue, banks: Sequence[Bank], rules: Rules) -> Floats:
    """Largest loan over price by use of the good, bank and alternative [uses, banks, J]."""
    choices = catalogue.choices
    out = np.zeros((rules.loans.max_ratio.shape[1], len(banks), choices.kind.size))
    if not catalogue.product.lends:
        return out
    limits = rules.loans.max_ratio.T[:, choices.variant]
    for b, bank in enumerate(banks):
        new = bank.loan_ratio(limits, rules.loans.down_payment_set)
        out[:, b] = np.where(choices.kind == NEW, new, bank.loan_ratio(rules.loans.max_ratio_used, -1.0))
    out[:, :, choices.kind == NOTHING] = 0.0
    return out
