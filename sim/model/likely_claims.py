"""What a pot can be expected to be asked for before anybody has claimed: as if all who buy did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.clock import MONTHS_A_YEAR
from sim.codes import AVERAGE_DAYS
from sim.model.history import MonthRecord
from sim.policy.calendar import Calendar
from sim.policy.claims import ANY_ROUTE

MONTHS_AHEAD = 12
"""Months in which a subsidy that is announced must begin to be reckoned with."""


def likely_claims(
    calendar: Calendar, past: Sequence[MonthRecord], number: int, pot_of: Mapping[str, str | None], pots: Collection[str]
) -> dict[str, float]:  # fmt: skip
    """Fen a day, by pot, of one category's subsidies that need no old good, at the sales and prices of the past year.

    How many buyers hold an old good that counts nobody can tell, so what needs one is left out.
    """
    drawn = [(q, str(pot_of[name])) for q, name in enumerate(calendar.measures) if pot_of[name] in pots]
    out: dict[str, float] = {}
    if not drawn or not past:
        return out
    year = past[-MONTHS_A_YEAR:]
    sales = np.sum([month.tally.new_sales.sum(axis=1) for month in year], axis=0) / len(year)
    for q, pot in drawn:
        fen = _granted(calendar, q, number, past[-1].new_price)
        out[pot] = out.get(pot, 0.0) + float((sales * fen).sum()) / AVERAGE_DAYS
    return out


def _granted(calendar: Calendar, q: int, number: int, prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """Fen for each new variant [V] once the measure begins, known in month ``number``; none if it asks for an old good."""
    for month in range(number, number + MONTHS_AHEAD + 1):
        rules = calendar.rules(month, number)
        rows = (rules.entitlements.measure == q) & (rules.entitlements.route == ANY_ROUTE)
        if rows.any():
            return np.asarray(rules.grants_fen(prices)[rows].max(axis=0))
    return np.zeros(prices.size, dtype=np.int64)
