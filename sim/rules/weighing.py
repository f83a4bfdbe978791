"""Weighing alternatives: what each is worth, how it can be paid, and the keyed pick among them.

Everything here takes bare arrays: a wide named tuple is copied whole whenever it is passed on, which costs more than the
arithmetic. Scratch space is one array, a row for each purpose.
"""

from __future__ import annotations

import numpy as np

from sim.compile import leaf
from sim.luck import derived, gumbel
from sim.rules.arithmetic import exp, log
from sim.rules.money import INFEASIBLE, Credit, interest_gain
from sim.rules.offers import Keys
from sim.rules.value import WAYS_OUT, Floats, Ints

FEN = 100.0
PAD = 16
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
"""Rows of the scratch space; UTILITY and PRINCIPAL take one for each way out."""
SCRATCH_ROWS = PRINCIPAL + WAYS_OUT


def scratch(alternatives: int) -> Floats:
    """Scratch space of one thread [SCRATCH_ROWS, J], J padded to whole vectors with what can never be chosen."""
    padded = (alternatives + PAD - 1) // PAD * PAD
    work = np.zeros((SCRATCH_ROWS, padded))
    work[WORTH] = INFEASIBLE
    work[GOOD] = INFEASIBLE
    work[UTILITY : UTILITY + WAYS_OUT] = INFEASIBLE
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
    lends: bool,
    nev_only: bool,
    work: Floats,
) -> None:
    """What each alternative [J] is worth and how it can be paid, whatever becomes of the old good.

    ``km``: relative kilometres less 1; ``social``: what neighbours add to an NEV. With ``pay_from`` the same as
    ``money.paying_utility``; the exponentials of its ``strain`` are taken once for each alternative here and once for each
    way out there.
    """
    lent, due, down, cost, worth = work[LENT], work[DUE], work[DOWN], work[LOAN_COST], work[WORTH]
    instalment, present_cost, room = credit.instalment, credit.present_cost, credit.room
    for j in range(price.size):
        borrowed = min(loan_max[j], price[j]) if lends else 0.0
        fits = borrowed > 0.0 and borrowed * instalment <= room
        lent[j] = borrowed if fits else 0.0
        due[j] = price[j]
        down[j] = price[j] - borrowed if fits else NOT_LENT
        cost[j] = money * (present_cost * borrowed - interest_gain(credit, borrowed)) + credit.aversion
        extra = km * km_bought[j] + social * nev_bought[j]
        worth[j] = base[j] + extra if not nev_only or nev_bought[j] > 0.0 else INFEASIBLE
    all_cash, part_cash = work[ALL_CASH], work[PART_CASH]
    for j in range(due.size):
        all_cash[j] = exp(due[j] / reserve) - 1.0
        part_cash[j] = exp(down[j] / reserve) - 1.0


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
    reserve: float,
    strain_weight: float,
    nest_of: Ints,
    nest_scale: float,
    way_scale: float,
    work: Floats,
    nest: Floats,
) -> float:
    """Upper bound of IV: every alternative paid with the best proceeds and granted the best grant, whatever the way out.

    It costs a third of the real thing and sends most of those away who look in vain. ``trouble`` [WAYS_OUT]: utility of
    each way out without its money.
    """
    V, last = grant.shape[1] - 1, nest_of.size - 1
    good = work[GOOD]
    purse, peak, best_used = cash, INFEASIBLE, 0
    for r in range(WAYS_OUT):
        purse = max(purse, cash + proceeds[r])
        peak = max(peak, trouble[r] + money * proceeds[r])
        best_used = max(best_used, grant[r, V])
    total = 0.0
    for r in range(WAYS_OUT):
        total += exp((trouble[r] + money * proceeds[r] - peak) / way_scale)
    squeeze = money * strain_weight * reserve * exp(-purse / reserve)
    pay_from(work, purse, squeeze, work[PRINCIPAL], good)
    good[last] = nothing
    for j in range(V):
        best = best_used
        for r in range(WAYS_OUT):
            best = max(best, grant[r, j])
        good[j] += money * ((best - best_used) / FEN)
    inclusive = nests_up(work, nest_of, nest_scale, nest)
    return peak + way_scale * log(total) + money * (best_used / FEN) + inclusive


@leaf
def weigh(
    nothing: float,
    money: float,
    trouble: Floats,
    has_old: bool,
    cash: float,
    proceeds: Floats,
    grant: Ints,
    reserve: float,
    strain_weight: float,
    last: int,
    work: Floats,
) -> None:
    """Utility of every way out and alternative for one owner; one row only where there is no old good."""
    V = grant.shape[1] - 1
    for r in range(WAYS_OUT if has_old else 1):
        purse = cash + (proceeds[r] if has_old else 0.0)
        way = trouble[r] + money * proceeds[r] if has_old else 0.0
        squeeze = money * strain_weight * reserve * exp(-purse / reserve)
        plain = money * (grant[r, V] / FEN) + way
        utility, principal = work[UTILITY + r], work[PRINCIPAL + r]
        pay_from(work, purse, squeeze, principal, utility)
        for j in range(utility.size):
            utility[j] = utility[j] + plain if utility[j] > LOWEST else INFEASIBLE
        for j in range(V):
            if utility[j] > INFEASIBLE:
                utility[j] += money * ((grant[r, j] - grant[r, V]) / FEN)
        utility[last] = nothing + plain if has_old and purse >= 0.0 else INFEASIBLE
        principal[last] = 0.0


@leaf
def nest_up(work: Floats, ways: int, nest_of: Ints, nest_scale: float, way_scale: float, nest: Floats) -> float:
    """Fill E_j [J] and I_n [N] from utilities [ways, J]; returns IV, or INFEASIBLE if nothing can be done."""
    good, spread = work[GOOD], work[SPREAD]
    if ways == 1:
        only = work[UTILITY]
        for j in range(good.size):
            good[j] = only[j]
        return nests_up(work, nest_of, nest_scale, nest)
    first, second, third, fourth = work[UTILITY], work[UTILITY + 1], work[UTILITY + 2], work[UTILITY + 3]
    for j in range(good.size):
        good[j] = max(max(first[j], second[j]), max(third[j], fourth[j]))
    for r in range(WAYS_OUT):
        row = work[UTILITY + r]
        for j in range(good.size):
            row_share = exp((row[j] - good[j]) / way_scale)
            spread[j] = row_share if r == 0 else spread[j] + row_share
    for j in range(good.size):
        good[j] = good[j] + way_scale * log(spread[j]) if good[j] > LOWEST else INFEASIBLE
    return nests_up(work, nest_of, nest_scale, nest)


@leaf
def nests_up(work: Floats, nest_of: Ints, nest_scale: float, nest: Floats) -> float:
    """Fill I_n [N] from E_j [J]; returns IV, or INFEASIBLE if nothing can be done."""
    good, spread = work[GOOD], work[SPREAD]
    top = INFEASIBLE
    for j in range(good.size):
        top = max(top, good[j])
    if top <= LOWEST:
        return INFEASIBLE
    for j in range(good.size):
        spread[j] = exp((good[j] - top) / nest_scale)
    for n in range(nest.size):
        nest[n] = 0.0
    for j in range(nest_of.size):
        nest[nest_of[j]] += spread[j]
    total = 0.0
    for n in range(nest.size):
        if nest[n] > 1e-300:
            power = nest_scale * log(nest[n])
            nest[n] = top + power
            total += exp(power)
        else:
            nest[n] = INFEASIBLE
    return top + log(total)


@leaf
def pick(
    keys: Keys, who: int, work: Floats, ways: int, nest_of: Ints, nest_scale: float, way_scale: float, nest: Floats
) -> tuple[int, int]:
    """Nest, good and way out with the largest utility plus keyed shock: (alternative, way)."""
    good = work[GOOD]
    best, chosen_nest = INFEASIBLE, 0
    for n in range(nest.size):
        if nest[n] > INFEASIBLE:
            value = nest[n] + gumbel(derived(keys.nest, n), who)
            if value > best:
                best, chosen_nest = value, n
    best, chosen = INFEASIBLE, 0
    for j in range(nest_of.size):
        if nest_of[j] == chosen_nest and good[j] > INFEASIBLE:
            value = good[j] / nest_scale + gumbel(derived(keys.variant, j), who)
            if value > best:
                best, chosen = value, j
    best, way = INFEASIBLE, 0
    for r in range(ways):
        utility = work[UTILITY + r, chosen]
        if utility > INFEASIBLE:
            value = utility / way_scale + gumbel(derived(keys.way, r), who)
            if value > best:
                best, way = value, r
    return chosen, way
