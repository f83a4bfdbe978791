"""A bank: its rate, what it asks down where the rules leave it to banks, and whom it approves."""

from __future__ import annotations

from typing import Any

import mesa


class Bank(mesa.Agent):
    """Terms of one lender for vehicle loans."""

    def __init__(self, model: Any, rate: float, down_payment: float) -> None:
        super().__init__(model)
        self.rate = rate
        self.down_payment = down_payment

    def loan_ratio(self, rule: float, asked: float) -> float:
        """Largest loan over price: the rule's limit, and the bank's own where the rule leaves it room.

        ``asked`` >= 0: what banks ask down whatever they would choose (a lever).
        """
        own = 1.0 - (self.down_payment if asked < 0.0 else asked)
        return max(min(rule, own), 0.0)
