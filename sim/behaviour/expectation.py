"""What owners of a vintage can expect of a rule: the share of them that an entitlement or a restriction concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.paying import INFEASIBLE, Credit, paying_utility
from sim.numerics.arithmetic import exp, log
from sim.numerics.compile import kernel, leaf
from sim.policy.eligibility import Held, condition, meets

if TYPE_CHECKING:
    from sim.policy.entitlements import Entitlements
    from sim.policy.restrictions import Restrictions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SAMPLES = 6
"""Registration days looked at in a half-year: the middle of each month."""


@kernel
def standards(emission: Ints, early: Floats, fuel: int, registered: int) -> tuple[int, int, float]:
    """(usual standard, early standard, share that met the early one) of goods first registered on a day."""
    usual, ahead, share = 0, 0, 0.0
    for s in range(emission.shape[1]):
        if registered >= emission[fuel, s, 1]:
            usual = emission[fuel, s, 0]
            break
        if registered >= emission[fuel, s, 2]:
            ahead, share = emission[fuel, s, 0], early[fuel, s]
    return usual, ahead, share


@leaf
def alike(old_ok: Ints, fuel: Ints, v: int) -> int:
    """The first variant that a row treats like ``v``: same fuel group, same classes."""
    for w in range(v):
        if fuel[w] == fuel[v] and old_ok[w] == old_ok[v]:
            return w
    return v


@kernel
def concerned_share(
    rules: Entitlements | Restrictions,
    m: int,
    fuel: Ints,
    first_days: Floats,
    emission: Ints,
    early: Floats,
    use: int,
    day: int,
    out: Floats,
) -> None:
    """Share of each vintage and variant that row ``m`` concerns on ``day``, owners of long standing [B, V].

    ``first_days`` [B, SAMPLES]: registration days looked at.
    """
    B, V = out.shape
    row = condition(rules, m)
    for v in range(V):
        same = alike(row.old_ok, fuel, v)
        for b in range(B):
            if same < v:
                out[b, v] = out[b, same]
                continue
            total = 0.0
            for n in range(SAMPLES):
                registered = int(first_days[b, n])
                usual, ahead, share = standards(emission, early, fuel[v], registered)
                if meets(row, Held(v, fuel[v], registered, usual, registered, use), day):
                    total += 1.0 - share
                if share > 0.0 and meets(row, Held(v, fuel[v], registered, ahead, registered, use), day):
                    total += share
            out[b, v] = total / SAMPLES


@kernel
def expected_strain(
    due: Floats, loan_max: Floats, cash: Floats, reserve: Floats, weight: float, money: Floats,
    credit: Credit, aversion: Floats, interest_share: Floats, interest_most: Floats, room: Floats, approval: float,
) -> Floats:  # fmt: skip
    """Mean utility of paying for each alternative [K, J] over owners who differ in cash [K, Q], in loan approval, in aversion.

    ``aversion`` [A]: to credit, at quantiles. ``loan_max`` [K, J]: largest loan. ``interest_share``, ``interest_most`` [I]:
    what the treasury pays of it.

    log of the mean of exp(utility), so that owners who cannot pay count as not choosing; INFEASIBLE if none can.
    """
    K, Q = cash.shape
    J = due.size
    out = np.empty((K, J))
    for k in range(K):
        for j in range(J):
            total = 0.0
            for q in range(Q):
                without, _ = paying_utility(
                    due[j], 0.0, cash[k, q], reserve[k], weight, money[k], credit, interest_share, interest_most
                )
                for averse in aversion:
                    own = Credit(credit.instalment, credit.present_cost, room[k], averse)
                    with_loan, _ = paying_utility(
                        due[j], loan_max[k, j], cash[k, q], reserve[k], weight, money[k], own, interest_share, interest_most
                    )
                    if with_loan > INFEASIBLE:
                        total += approval / aversion.size * exp(with_loan)
                if without > INFEASIBLE:
                    total += (1.0 - approval) * exp(without)
            out[k, j] = log(total / Q) if total > 0.0 else INFEASIBLE
    return out
