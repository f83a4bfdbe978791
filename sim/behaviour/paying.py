"""Paying for a good: liquid assets, down payment, loan, and what it costs to run down one's reserve."""

from __future__ import annotations

from typing import NamedTuple

from sim.behaviour.value import Floats
from sim.numerics.arithmetic import exp
from sim.numerics.compile import leaf
from sim.policy.interest import all_interest

INFEASIBLE = -1e30


class Credit(NamedTuple):
    """What a lender offers one buyer, and how the buyer feels about it."""

    instalment: float
    """Monthly payment for a loan of one yuan."""
    present_cost: float
    """What a loan of one yuan costs beyond the yuan, discounted at the buyer's own rate; may be negative."""
    room: float
    """Largest monthly payment that income and running loans leave, yuan."""
    aversion: float
    """Utility cost of signing."""


@leaf
def own_aversion(middle: float, spread: float, apart: float) -> float:
    """Utility cost of signing a loan to who stands ``apart`` spreads from the middle; nobody likes a debt for its own sake."""
    return max(middle + spread * apart, 0.0)


@leaf
def strain(cash: float, out: float, reserve: float, weight: float) -> float:
    """Yuan-worth of running liquid assets down from ``cash`` by ``out``.

    The marginal cost of the last yuan is ``weight`` x exp(-left / reserve) on top of the yuan itself, so the integral is
    weight x reserve x [exp(-(cash - out) / reserve) - exp(-cash / reserve)].
    """
    return weight * reserve * (exp((out - cash) / reserve) - exp(-cash / reserve))


@leaf
def paying_utility(
    total: float,
    loan_max: float,
    cash: float,
    reserve: float,
    weight: float,
    money: float,
    credit: Credit,
    interest_share: Floats,
    interest_most: Floats,
) -> tuple[float, float]:
    """Best way to pay ``total`` yuan now: (utility beyond -money x total, principal borrowed); INFEASIBLE if there is none.

    Cash needs the whole sum; a loan of up to ``loan_max`` needs the rest at once and an instalment within ``room``. A
    ``loan_max`` of zero or less means that no lender will lend. ``interest_share``, ``interest_most`` [I]: what the treasury
    pays of a loan, as in ``policy.interest``.
    """
    best, principal = INFEASIBLE, 0.0
    if cash >= total:
        best = -money * strain(cash, total, reserve, weight)
    if loan_max > 0.0:
        borrowed = min(loan_max, total)
        down = total - borrowed
        if cash >= down and borrowed * credit.instalment <= credit.room:
            cost = strain(cash, down, reserve, weight) + credit.present_cost * borrowed
            paid = all_interest(interest_share, interest_most, borrowed)
            loan = -money * (cost - paid) - credit.aversion
            if loan > best:
                best, principal = loan, borrowed
    return best, principal
