"""Weighing alternatives, owners side by side: what each is worth, how it can be paid, and what acting is worth in all.

Every inner loop runs over the lanes of a batch. With utility v_rj of purchase j and disposal route r,

    E_j = rho log sum_r exp(v_rj / rho),  I_n = lambda log sum_j in n exp(E_j / lambda),  IV = log sum_n exp(I_n).
"""

from __future__ import annotations

import numpy as np

from sim.behaviour.gathering import NOT_LENT
from sim.behaviour.lanes import Means, Owned, Payments, Rights, Scores
from sim.behaviour.offers import Financing, Offers
from sim.behaviour.paying import INFEASIBLE, own_aversion
from sim.behaviour.value import Floats, Ints
from sim.codes import EMPTY, FORMAL, HOARD, INFORMAL, LEAVES, MUST, ROUTES, SELL
from sim.numerics.arithmetic import exp, log
from sim.numerics.compile import in_place
from sim.numerics.luck import uniform
from sim.policy.interest import interest_paid

LOWEST = -1e29
"""Utilities below this stand for what cannot be done."""
SLACK = 1e-9
"""Utility by which a bound must be missed: far more than rounding, far less than anything that matters."""


@in_place
def value_up(n: int, offers: Offers, owned: Owned, means: Means, prices: Payments) -> None:
    """What each alternative is worth to each owner: base, kilometres, neighbours; and the strain of paying it in cash."""
    base, km_bought, nev_bought, due = offers.base.reshape(offers.base.size), offers.km_bought, offers.nev_bought, offers.due
    of_type, row, km, social, of_reserve = owned.type, owned.row, means.km, means.social, means.of_reserve
    alike = not km_bought.any() and not nev_bought.any()
    for j in range(due.size - 1):
        worth, all_cash, nev, price = prices.worth[j], prices.all_cash[j], nev_bought[j], due[j]
        for q in range(n):
            worth[q] = base[row[q] * due.size + j]
        if not alike:
            for q in range(n):
                worth[q] += km[q] * km_bought[of_type[q], j] + social[q] * nev
        for q in range(n):
            all_cash[q] = exp(price * of_reserve[q]) - 1.0


@in_place
def mandate(n: int, offers: Offers, key: np.uint32, owned: Owned, prices: Payments) -> None:
    """Strike out what is no NEV for those whose purchase must be one (procurement mandate)."""
    who, of_type, nev_only, nev_bought = owned.who, owned.type, offers.nev_only, offers.nev_bought
    for q in range(n):
        chance = nev_only[of_type[q]]
        if chance > 0.0 and uniform(key, who[q]) < chance:
            for j in range(nev_bought.size):
                if nev_bought[j] <= 0.0:
                    prices.worth[j, q] = INFEASIBLE


@in_place
def lend(
    n: int, offers: Offers, financing: Financing, use: Ints, owned: Owned, means: Means, prices: Payments
) -> None:  # fmt: skip
    """Largest loan for each alternative, what is left to pay down, and what the loan costs; NOT_LENT where it does not fit."""
    due, loan_max, instalment, present_cost = offers.due, offers.loan_max, prices.instalment, prices.present_cost
    of_type, bank, money, of_reserve, room = owned.type, owned.bank, means.money, means.of_reserve, means.room
    share, most, aversion, apart = financing.interest_share, financing.interest_most, prices.aversion, means.averse
    for q in range(n):
        aversion[q] = own_aversion(financing.aversion, financing.aversion_spread, apart[q])
    for q in range(n):
        instalment[q], present_cost[q] = financing.instalment[bank[q]], financing.present_cost[bank[q]]
    for j in range(due.size - 1):
        lent, down, cost, part, price = prices.lent[j], prices.down[j], prices.loan_cost[j], prices.part_cash[j], due[j]
        for q in range(n):
            lent[q] = loan_max[use[of_type[q]], bank[q], j]
        for q in range(n):
            borrowed = min(lent[q], price)
            fits = borrowed > 0.0 and borrowed * instalment[q] <= room[q]
            lent[q] = borrowed if fits else 0.0
            down[q] = price - borrowed if fits else NOT_LENT
            cost[q] = present_cost[q] * borrowed
        for i in range(share.size):
            for q in range(n):
                cost[q] -= interest_paid(share[i], most[i], lent[q])
        for q in range(n):
            cost[q] = money[q] * cost[q] + aversion[q]
        for q in range(n):
            part[q] = exp(down[q] * of_reserve[q]) - 1.0


@in_place
def pay_cash(n: int, j: int, due: float, purse: Floats, squeeze: Floats, prices: Payments, plain: Floats, out: Floats) -> None:
    """Utility of alternative ``j`` paid out of ``purse`` [W], with ``plain`` for the disposal route.

    ``squeeze``: money x weight x reserve x exp(-purse / reserve), the scale of the strain on liquid assets.
    """
    worth, all_cash = prices.worth[j], prices.all_cash[j]
    for q in range(n):
        paying = -squeeze[q] * all_cash[q] if purse[q] >= due else INFEASIBLE
        paid = (worth[q] + paying) + plain[q]
        out[q] = paid if paid > LOWEST else INFEASIBLE


@in_place
def pay_either(
    n: int,
    j: int,
    due: float,
    purse: Floats,
    squeeze: Floats,
    prices: Payments,
    plain: Floats,
    principal: Floats,
    out: Floats,
) -> None:
    """The same in cash or on credit, whichever is better, and what is borrowed for it."""
    worth, all_cash = prices.worth[j], prices.all_cash[j]
    lent, down, part_cash, cost = prices.lent[j], prices.down[j], prices.part_cash[j], prices.loan_cost[j]
    for q in range(n):
        in_cash = -squeeze[q] * all_cash[q] if purse[q] >= due else INFEASIBLE
        on_credit = -squeeze[q] * part_cash[q] - cost[q] if purse[q] >= down[q] else INFEASIBLE
        principal[q] = lent[q] if on_credit > in_cash else 0.0
        paid = (worth[q] + max(in_cash, on_credit)) + plain[q]
        out[q] = paid if paid > LOWEST else INFEASIBLE


@in_place
def strain_of(n: int, weight: float, means: Means, purse: Floats, out: Floats) -> None:
    """Scale of the strain on liquid assets of so much money."""
    money, reserve = means.money, means.reserve
    for q in range(n):
        out[q] = money[q] * weight * reserve[q] * exp(-purse[q] / reserve[q])


@in_place
def weigh_route(
    n: int, r: int, lending: bool, granted: bool, weight: float, offers: Offers, owned: Owned, means: Means, prices: Payments,
    rights: Rights, scores: Scores,
) -> None:  # fmt: skip
    """Utility of every alternative with disposal route ``r``; the last one, buying nothing, is for those who hold a good."""
    money, cash, variant, without = means.money, means.cash, owned.variant, means.without
    proceeds, route, purse, squeeze, plain = means.proceeds[r], means.route[r], scores.top, scores.total, scores.plain
    last, V, alone = offers.due.size - 1, offers.grants.shape[1], rights.grant[r, offers.grants.shape[1]]
    felt = offers.felt
    for q in range(n):
        purse[q] = cash[q] + proceeds[q]
        plain[q] = money[q] * (felt * alone[q]) + route[q]
    strain_of(n, weight, means, purse, squeeze)
    for j in range(last):
        out = scores.utility[r, j]
        if lending:
            pay_either(n, j, offers.due[j], purse, squeeze, prices, plain, scores.principal[r, j], out)
        else:
            pay_cash(n, j, offers.due[j], purse, squeeze, prices, plain, out)
    for j in range(V if granted else 0):
        out, grant = scores.utility[r, j], rights.grant[r, j]
        for q in range(n):
            more = out[q] + money[q] * (felt * (grant[q] - alone[q]))
            out[q] = more if out[q] > LOWEST else INFEASIBLE
    out = scores.utility[r, last]
    for q in range(n):
        kept = without[q] + plain[q]
        out[q] = kept if variant[q] != EMPTY and purse[q] >= 0.0 and kept > LOWEST else INFEASIBLE
    if granted and r == FORMAL:
        later = rights.later
        for q in range(n):
            more = out[q] + money[q] * (felt * max(later[q] - alone[q], 0.0))
            out[q] = more if out[q] > LOWEST else INFEASIBLE


@in_place
def restrict(n: int, patience: float, effort: Floats, owned: Owned, scores: Scores) -> None:
    """A good that has ended cannot be sold nor kept idle; a household that dissolves sells or scraps and buys nothing.

    Who has lost a good and buys none at once saves the ``effort`` [K] of buying, for now, and loses ``patience``.
    """
    utility, reason, limited = scores.utility, owned.reason, scores.limited
    J, count = utility.shape[1], 0
    for q in range(n):
        limited[count] = q
        count += int(reason[q] == MUST or reason[q] == LEAVES)
    for r in range(ROUTES if count else 0):
        for j in range(J):
            of_good = utility[r, j]
            for m in range(count):
                q = limited[m]
                must = reason[q] == MUST
                if r == HOARD or (must and r == SELL) or (not must and j != J - 1):
                    of_good[q] = INFEASIBLE
                elif must and j == J - 1 and of_good[q] > INFEASIBLE:
                    of_good[q] += patience + effort[owned.type[q]]


@in_place
def join_routes(n: int, resold: bool, route_scale: Floats, scores: Scores) -> None:
    """Fill E_j from the utilities of the disposal routes; three without a used market, and no exponential for the fourth."""
    inverse = scores.plain  # no longer needed
    for q in range(n):
        inverse[q] = 1.0 / route_scale[q]
    for j in range(scores.good.shape[0]):
        good, total = scores.good[j], scores.total
        sell, formal, informal, hoard = (
            scores.utility[SELL, j], scores.utility[FORMAL, j], scores.utility[INFORMAL, j], scores.utility[HOARD, j],
        )  # fmt: skip
        if resold:
            for q in range(n):
                best = max(max(sell[q], formal[q]), max(informal[q], hoard[q]))
                scrapped = exp((sell[q] - best) * inverse[q]) + exp((formal[q] - best) * inverse[q])
                left = exp((informal[q] - best) * inverse[q]) + exp((hoard[q] - best) * inverse[q])
                good[q], total[q] = best, scrapped + left
        else:
            for q in range(n):
                best = max(max(formal[q], informal[q]), hoard[q])
                scrapped = exp((formal[q] - best) * inverse[q]) + exp((informal[q] - best) * inverse[q])
                good[q], total[q] = best, scrapped + exp((hoard[q] - best) * inverse[q])
        for q in range(n):
            good[q] = good[q] + route_scale[q] * log(total[q]) if good[q] > LOWEST else INFEASIBLE


@in_place
def join_nests(n: int, nest_of: Ints, nest_scale: float, scores: Scores) -> None:
    """Fill the weights of alternatives and nests, both relative to the best good, and IV; INFEASIBLE if nothing can be done.

    A nest in which nothing can be done weighs 0.
    """
    top, total, inclusive, of_scale = scores.top, scores.total, scores.inclusive, 1.0 / nest_scale
    for q in range(n):
        top[q], total[q] = INFEASIBLE, 0.0
    for j in range(nest_of.size):
        good = scores.good[j]
        for q in range(n):
            top[q] = max(top[q], good[q])
    scores.nest[:] = 0.0
    for j in range(nest_of.size):
        good, spread, nest = scores.good[j], scores.spread[j], scores.nest[nest_of[j]]
        for q in range(n):
            spread[q] = exp((good[q] - top[q]) * of_scale)
            nest[q] += spread[q]
    for e in range(scores.nest.shape[0]):
        nest = scores.nest[e]
        for q in range(n):
            nest[q] = exp(nest_scale * log(max(nest[q], 1e-300))) if nest[q] > 1e-300 else 0.0
            total[q] += nest[q]
    for q in range(n):
        inclusive[q] = top[q] + log(total[q]) if top[q] > LOWEST else INFEASIBLE


@in_place
def bound(
    n: int, lending: bool, granted: bool, weight: float, offers: Offers, nest_of: Ints, owned: Owned, means: Means,
    prices: Payments, rights: Rights, scores: Scores,
) -> None:  # fmt: skip
    """Upper bound of IV in ``inclusive``: every alternative paid with the best proceeds and granted the best grant.

    It costs a third of the real thing and sends most of those away who look in vain. Proceeds and trouble are those of the
    best disposal routes, summed as if the alternative did not matter.
    """
    money, cash, variant, without = means.money, means.cash, owned.variant, means.without
    plain, felt = scores.plain, offers.felt
    purse, squeeze, peak, rho = scores.top, scores.total, scores.utility[0, 0], means.route_scale
    last, V, used, best = offers.due.size - 1, offers.grants.shape[1], scores.utility[0, 1], scores.utility[0, 2]
    for q in range(n):
        purse[q], peak[q], used[q], squeeze[q] = INFEASIBLE, INFEASIBLE, 0.0, 0.0
    for r in range(ROUTES):
        proceeds, route, alone = means.proceeds[r], means.route[r], rights.grant[r, V]
        for q in range(n):
            purse[q] = max(purse[q], cash[q] + proceeds[q])
            peak[q] = max(peak[q], route[q])
            used[q] = max(used[q], alone[q])
    for r in range(ROUTES):
        route = means.route[r]
        for q in range(n):
            squeeze[q] += exp((route[q] - peak[q]) / rho[q])
    for q in range(n):
        peak[q] = peak[q] + rho[q] * log(squeeze[q]) + money[q] * (felt * used[q])
        plain[q] = 0.0
    strain_of(n, weight, means, purse, squeeze)
    for j in range(last):
        if lending:
            pay_either(n, j, offers.due[j], purse, squeeze, prices, plain, scores.principal[0, j], scores.good[j])
        else:
            pay_cash(n, j, offers.due[j], purse, squeeze, prices, plain, scores.good[j])
    for j in range(V if granted else 0):
        good = scores.good[j]
        for q in range(n):
            best[q] = used[q]
        for r in range(ROUTES):
            grant = rights.grant[r, j]
            for q in range(n):
                best[q] = max(best[q], grant[q])
        for q in range(n):
            good[q] += money[q] * (felt * (best[q] - used[q]))
    for q in range(n):
        scores.good[last, q] = without[q] if variant[q] != EMPTY else INFEASIBLE
    join_nests(n, nest_of, offers.nest_scale, scores)
    for q in range(n):
        scores.inclusive[q] += peak[q] + SLACK
