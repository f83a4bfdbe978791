"""Weighing one owner after the other, inner loops over alternatives: what ``sim.behaviour.utility`` must equal."""

from __future__ import annotations

import numpy as np

from sim.behaviour.offers import Keys
from sim.behaviour.paying import INFEASIBLE, Credit
from sim.behaviour.value import Floats, Ints
from sim.codes import FORMAL, ROUTES
from sim.numerics.arithmetic import exp, log
from sim.numerics.compile import leaf
from sim.numerics.luck import derived, uniform
from sim.policy.interest import interest_paid

PAD = 4
NOT_LENT = 1e30
"""Down payment where no lender lends."""
LOWEST = -1e29
"""Utilities below this stand for what cannot be done."""


GOOD, SPREAD, WORTH, LENT, DUE, DOWN, LOAN_COST, ALL_CASH, PART_CASH, UTILITY, PRINCIPAL = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    13,
)
"""Rows of the scratch space; UTILITY and PRINCIPAL take one for each disposal route."""
SCRATCH_ROWS = PRINCIPAL + ROUTES


def scratch(alternatives: int) -> Floats:
    """Scratch space of one thread [SCRATCH_ROWS, J], J padded to whole vectors with what can never be chosen."""
    padded = (alternatives + PAD - 1) // PAD * PAD
    work = np.zeros((SCRATCH_ROWS, padded))
    work[WORTH] = INFEASIBLE
    work[GOOD] = INFEASIBLE
    work[UTILITY : UTILITY + ROUTES] = INFEASIBLE
    return work


@leaf
def price_up(
    price: Floats,
    loan_max: Floats,
    base: Floats,
    km_bought: Floats,
    nev_bought: Floats,
    money: float,
    km: float,
    social: float,
    reserve: float,
    credit: Credit,
    interest_share: Floats,
    interest_most: Floats,
    lends: bool,
    nev_only: bool,
    work: Floats,
) -> None:
    """What each alternative [J] is worth and how it can be paid, whatever becomes of the old good.

    ``km``: relative kilometres less 1; ``social``: what neighbours add to an NEV. With ``pay_from`` the same as
    ``money.paying_utility``; the exponentials of its ``strain`` are taken once for each alternative here and once for each
    disposal route there.
    """
    lent, due, down, cost, worth = work[LENT], work[DUE], work[DOWN], work[LOAN_COST], work[WORTH]
    instalment, present_cost, room = credit.instalment, credit.present_cost, credit.room
    for j in range(price.size):
        borrowed = min(loan_max[j], price[j]) if lends else 0.0
        fits = borrowed > 0.0 and borrowed * instalment <= room
        lent[j] = borrowed if fits else 0.0
        due[j] = price[j]
        down[j] = price[j] - borrowed if fits else NOT_LENT
        cost[j] = present_cost * borrowed
        extra = km * km_bought[j] + social * nev_bought[j]
        worth[j] = base[j] + extra if not nev_only or nev_bought[j] > 0.0 else INFEASIBLE
    for i in range(interest_share.size):
        for j in range(price.size):
            cost[j] -= interest_paid(interest_share[i], interest_most[i], lent[j])
    for j in range(price.size):
        cost[j] = money * cost[j] + credit.aversion
    all_cash, part_cash = work[ALL_CASH], work[PART_CASH]
    of_reserve = 1.0 / reserve
    for j in range(due.size):
        all_cash[j] = exp(due[j] * of_reserve) - 1.0
    if not lends:
        return
    for j in range(due.size):
        part_cash[j] = exp(down[j] * of_reserve) - 1.0


@leaf
def pay_from(work: Floats, purse: float, squeeze: float, principal: Floats, out: Floats) -> None:
    """Utility of every alternative paid out of ``purse`` in cash or on credit, and what is borrowed for it.

    ``squeeze``: money x weight x reserve x exp(-purse / reserve), the scale of the strain on liquid assets.
    """
    worth, due, down, lent = work[WORTH], work[DUE], work[DOWN], work[LENT]
    all_cash, part_cash, cost = work[ALL_CASH], work[PART_CASH], work[LOAN_COST]
    for j in range(out.size):
        in_cash = -squeeze * all_cash[j] if purse >= due[j] else INFEASIBLE
        on_credit = -squeeze * part_cash[j] - cost[j] if purse >= down[j] else INFEASIBLE
        paying = max(in_cash, on_credit)
        principal[j] = lent[j] if on_credit > in_cash else 0.0
        out[j] = worth[j] + paying if worth[j] > LOWEST and paying > LOWEST else INFEASIBLE


@leaf
def most_to_gain(
    nothing: float,
    money: float,
    trouble: Floats,
    cash: float,
    proceeds: Floats,
    grant: Ints,
    felt: float,
    reserve: float,
    strain_weight: float,
    nest_of: Ints,
    nest_scale: float,
    route_scale: float,
    work: Floats,
    nest: Floats,
) -> float:
    """Upper bound of IV: every alternative paid with the best proceeds and granted the best grant, whatever the disposal route.

    It costs a third of the real thing and sends most of those away who look in vain. ``trouble`` [ROUTES]: utility of
    each disposal route without its money.
    """
    V, last = grant.shape[1] - 1, nest_of.size - 1
    good = work[GOOD]
    purse, peak, best_used = cash, INFEASIBLE, 0
    for r in range(ROUTES):
        purse = max(purse, cash + proceeds[r])
        peak = max(peak, trouble[r] + money * proceeds[r])
        best_used = max(best_used, grant[r, V])
    total = 0.0
    for r in range(ROUTES):
        total += exp((trouble[r] + money * proceeds[r] - peak) / route_scale)
    squeeze = money * strain_weight * reserve * exp(-purse / reserve)
    pay_from(work, purse, squeeze, work[PRINCIPAL], good)
    good[last] = nothing
    for j in range(V):
        best = best_used
        for r in range(ROUTES):
            best = max(best, grant[r, j])
        good[j] += money * ((best - best_used) * felt)
    inclusive = nests_up(work, nest_of, nest_scale, nest)
    return peak + route_scale * log(total) + money * (best_used * felt) + inclusive


@leaf
def weigh(
    nothing: float,
    later: float,
    money: float,
    trouble: Floats,
    has_old: bool,
    cash: float,
    proceeds: Floats,
    grant: Ints,
    felt: float,
    reserve: float,
    strain_weight: float,
    last: int,
    work: Floats,
) -> None:
    """Utility of every disposal route and alternative for one owner; one row only where there is no old good.

    ``later``: fen that a certificate of scrapping may bring to a later purchase.
    """
    V = grant.shape[1] - 1
    for r in range(ROUTES if has_old else 1):
        purse = cash + (proceeds[r] if has_old else 0.0)
        route = trouble[r] + money * proceeds[r] if has_old else 0.0
        squeeze = money * strain_weight * reserve * exp(-purse / reserve)
        plain = money * (grant[r, V] * felt) + route
        utility, principal = work[UTILITY + r], work[PRINCIPAL + r]
        pay_from(work, purse, squeeze, principal, utility)
        for j in range(utility.size):
            utility[j] = utility[j] + plain if utility[j] > LOWEST else INFEASIBLE
        for j in range(V):
            if utility[j] > INFEASIBLE:
                utility[j] += money * ((grant[r, j] - grant[r, V]) * felt)
        utility[last] = nothing + plain if has_old and purse >= 0.0 else INFEASIBLE
        if r == FORMAL and has_old and purse >= 0.0:
            utility[last] += money * (max(later - grant[r, V], 0.0) * felt)
        principal[last] = 0.0


@leaf
def nest_up(work: Floats, routes: int, nest_of: Ints, nest_scale: float, route_scale: float, nest: Floats) -> float:
    """Fill E_j [J] and the weights of alternatives and nests from utilities [ways, J]; returns IV as ``nests_up`` does."""
    good, spread, of_scale = work[GOOD], work[SPREAD], 1.0 / route_scale
    if routes == 1:
        only = work[UTILITY]
        for j in range(good.size):
            good[j] = only[j]
        return nests_up(work, nest_of, nest_scale, nest)
    for j in range(good.size):
        good[j] = INFEASIBLE
        spread[j] = 0.0
    for r in range(ROUTES):
        row = work[UTILITY + r]
        for j in range(good.size):
            good[j] = max(good[j], row[j])
    for r in range(ROUTES):
        row, best = work[UTILITY + r], INFEASIBLE
        for j in range(good.size):
            best = max(best, row[j])
        if best <= LOWEST:
            continue  # a disposal route that is not there
        for j in range(good.size):
            spread[j] += exp((row[j] - good[j]) * of_scale)
    for j in range(good.size):
        good[j] = good[j] + route_scale * log(spread[j]) if good[j] > LOWEST else INFEASIBLE
    return nests_up(work, nest_of, nest_scale, nest)


@leaf
def nests_up(work: Floats, nest_of: Ints, nest_scale: float, nest: Floats) -> float:
    """Fill the weights of alternatives exp(E_j / lambda) [J] and of nests exp(I_n) [N], both relative to the best good.

    Returns IV, or INFEASIBLE if nothing can be done. A nest in which nothing can be done weighs 0.
    """
    good, spread, of_scale = work[GOOD], work[SPREAD], 1.0 / nest_scale
    top = INFEASIBLE
    for j in range(good.size):
        top = max(top, good[j])
    if top <= LOWEST:
        return INFEASIBLE
    for j in range(good.size):
        spread[j] = exp((good[j] - top) * of_scale)
    for n in range(nest.size):
        nest[n] = 0.0
    for j in range(nest_of.size):
        nest[nest_of[j]] += spread[j]
    total = 0.0
    for n in range(nest.size):
        nest[n] = exp(nest_scale * log(nest[n])) if nest[n] > 1e-300 else 0.0
        total += nest[n]
    return top + log(total)


@leaf
def pick(keys: Keys, who: int, work: Floats, routes: int, nest_of: Ints, route_scale: float, nest: Floats) -> tuple[int, int]:
    """Nest, good and disposal route with the largest utility plus keyed extreme-value shock: (alternative, way).

    ln w - ln(-ln u) is largest where -ln(u) / w is smallest: with the weights at hand, one logarithm for each.
    """
    good, spread = work[GOOD], work[SPREAD]
    first, chosen_nest = np.inf, 0
    for n in range(nest.size):
        if nest[n] > 0.0:
            wait = -log(uniform(derived(keys.nest, n), who)) / nest[n]
            if wait < first:
                first, chosen_nest = wait, n
    first, chosen = np.inf, 0
    for j in range(nest_of.size):
        if nest_of[j] == chosen_nest and good[j] > INFEASIBLE:
            wait = -log(uniform(derived(keys.variant, j), who)) / spread[j]
            if wait < first:
                first, chosen = wait, j
    if routes == 1:
        return chosen, 0
    first, route = np.inf, 0
    for r in range(routes):
        utility = work[UTILITY + r, chosen]
        if utility > INFEASIBLE:
            wait = -log(uniform(derived(keys.route, r), who)) * exp((good[chosen] - utility) / route_scale)
            if wait < first:
                first, route = wait, r
    return chosen, route
