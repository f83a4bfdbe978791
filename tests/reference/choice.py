"""Deciding one owner after the other: the plain kernel that ``choice.decide`` must equal, decision by decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reference.claims import bar_certified, bar_old, best_grants, check_old, clear_grants
from reference.weighing import PRINCIPAL, UTILITY, most_to_gain, nest_up, pick, price_up, weigh
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.gathering import exposure
from sim.behaviour.offers import Decisions, Financing, Heard, Keys, Offers
from sim.behaviour.paying import INFEASIBLE, Credit
from sim.behaviour.value import Choices, Floats, Ints
from sim.codes import (
    AVERAGE_DAYS,
    COMMUNITY,
    EMPTY,
    FORMAL,
    HOARD,
    HOUSEHOLD,
    INFORMAL,
    LEAVES,
    LOOKS,
    MUST,
    NEW,
    NO_ROW,
    ROUTES,
    SELL,
)
from sim.numerics.arithmetic import exp
from sim.numerics.compile import kernel, leaf
from sim.numerics.luck import derived, logit, uniform
from sim.policy.claims import CLAIMS_PER_HOUSEHOLD
from sim.policy.eligibility import Held
from sim.policy.tables import FOREVER, Conditions

if TYPE_CHECKING:
    from sim.policy.entitlements import Entitlements


@leaf
def liquid_now(target: float, last: float, months: float, income_index: float, rebuild: float) -> float:
    """Liquid assets ``months`` after they were ``last``: the gap to a target that follows income closes at ``rebuild``."""
    wanted = target * income_index
    return wanted + (last - wanted) * exp(-rebuild * months)


@leaf
def loan_left(principal: float, months: int, term: int) -> float:
    """Principal still owed ``months`` after it was borrowed: paid back in equal parts."""
    return principal * max(term - months, 0) / term if principal > 0.0 else 0.0


@leaf
def has_heard(heard: Heard, who: int) -> int:
    """How many of the subsidies an owner has heard of."""
    count = 0
    for n in range(heard.share.size):
        count += int(uniform(heard.keys[n], who) < heard.share[n])
    return count


@leaf
def take_in(
    sale: Floats,
    formal: Floats,
    informal: Floats,
    days: int,
    condition: int,
    variant: int,
    owed: float,
    proceeds: Floats,
) -> None:
    """What each disposal route of a good of so many days brings, less what is owed on it [ROUTES]."""
    age = min(max(int(days / AVERAGE_DAYS), 0), sale.shape[0] - 1)
    proceeds[SELL] = sale[age, condition, variant] - owed
    proceeds[FORMAL] = formal[variant] - owed
    proceeds[INFORMAL] = informal[age, condition, variant] - owed
    proceeds[HOARD] = -owed


@leaf
def write(
    out: Decisions, n: int, slot: int, alternative: int, route: int, row: int, grant: int, day: int, principal: float,
    paid: float, cash: float, reason: int, luck: np.uint32,
) -> None:  # fmt: skip
    """Enter decision number ``n``."""
    out.slot[n] = slot
    out.alternative[n] = alternative
    out.route[n] = route
    out.row[n] = row
    out.grant[n] = grant
    out.day[n] = day
    out.principal[n] = principal
    out.paid[n] = paid
    out.cash[n] = cash
    out.reason[n] = reason
    out.luck[n] = luck


@kernel
def decide(
    slots: Ints,
    reasons: NDArray[np.int8],
    lucks: NDArray[np.uint32],
    count: int,
    goods: GoodColumns,
    owners: OwnerColumns,
    communities: NDArray[np.int32],
    offers: Offers,
    financing: Financing,
    keys: Keys,
    choices: Choices,
    ent: Entitlements,
    fuel: Ints,
    use: Ints,
    work: Floats,
    nest: Floats,
    out: Decisions,
) -> int:
    """Work out the first ``count`` slots; write those who act to ``out`` and return their number.

    ``lucks``: 32 random bits of each, the same that the screen let pass.

    ``work``, ``nest``: scratch space (``weighing.scratch``, one number for each nest).
    """
    due, loan_max, base, nothing, waiting = offers.due, offers.loan_max, offers.base, offers.nothing, offers.waiting
    sale, formal, informal, trouble = offers.sale, offers.formal, offers.informal, offers.route_utility
    km_value, km_bought, nev_bought, money = offers.km_value, offers.km_bought, offers.nev_bought, offers.money
    effort_keep, effort_first, nev_only = offers.effort_keep, offers.effort_first, offers.nev_only
    grants, is_open, aware, retirement = offers.grants, offers.open, offers.aware, offers.retirement
    nest_of, kind_of, variant_of = choices.nest, choices.kind, choices.variant
    first_day, last_day = ent.first_day, ent.last_day
    terms = Conditions(
        first_day, last_day, ent.registered_by, ent.emission_max, ent.fuel_ok, ent.owned_before, ent.min_age_months, ent.use,
        ent.old_ok,
    )  # fmt: skip
    route, required, once, owner_ok = ent.route, ent.purchase_required, ent.once, ent.owner_ok
    measure, scrap_years, scrap_fen = ent.measure, ent.scrap_years, ent.scrap_fen
    instalment, present_cost = financing.instalment, financing.present_cost
    interest_share, interest_most = financing.interest_share, financing.interest_most
    nest_scale, weight = offers.nest_scale, financing.strain_weight
    J, M, V = kind_of.size, is_open.size, grants.shape[1]
    eligible, known, scrapped = np.zeros(M, np.bool_), np.zeros(M, np.bool_), np.zeros(M, np.int64)
    grant, row = np.zeros((ROUTES, V + 1), np.int64), np.full((ROUTES, V + 1), NO_ROW)
    proceeds = np.zeros(ROUTES)
    granted = False
    acted = 0
    for n in range(count):
        i, reason = slots[n], reasons[n]
        owner, k, v, who = int(goods.owner[i]), int(goods.type[i]), int(goods.variant[i]), int(goods.id[i])
        has_old, route_scale = v != EMPTY, float(offers.route_scale[k])
        bank, kind = int(owners.bank[owner]), int(owners.kind[owner])
        day = offers.first_day + int(uniform(keys.day, who) * offers.days)
        income = float(owners.income[owner]) * financing.income_index
        owed = loan_left(float(goods.loan[i]), offers.month - int(goods.loan_month[i]), financing.term)
        cash = liquid_now(
            float(owners.liquid_target[owner]), float(owners.liquid[owner]),
            offers.month - float(owners.liquid_month[owner]), financing.income_index, financing.rebuild,
        )  # fmt: skip
        km = float(owners.km[owner]) - 1.0
        believed = min(has_heard(offers.heard, who), 1)
        carry = offers.nothing_waiting[believed, k]
        if has_old:
            c = int(offers.month >= goods.worn[i]) + int(offers.month >= goods.failing[i])
            b, lane = int(goods.vintage[i]), k * V + v
            older, younger = float(waiting[believed, b, c, lane]), float(waiting[believed, b + 1, c, lane])
            place = (float(goods.registered[i]) / AVERAGE_DAYS - 0.5 - offers.first_vintage) / 6.0 - b
            carry = older + min(max(place, 0.0), 1.0) * (younger - older) + km * km_value[k, v]
            take_in(sale, formal, informal, day - int(goods.registered[i]), c, v, owed, proceeds)
        social = 0.0
        if kind == HOUSEHOLD:
            around = exposure(int(communities[owner // COMMUNITY]), int(owners.linked_nev[owner]))
            social = offers.social_weight * (around - offers.social_mean)
        routes = ROUTES if has_old else 1
        for m in range(M):
            eligible[m] = is_open[m] != 0 and owner_ok[m, kind] != 0 and first_day[m] <= day <= last_day[m]
            if once[m] > 0 and owners.claims[owner] >= once[m] * CLAIMS_PER_HOUSEHOLD:
                eligible[m] = False
            known[m] = eligible[m] and uniform(derived(keys.awareness, int(measure[m])), who) < aware[m]
        shown, parted = v if has_old else int(goods.scrapped[i]), day if has_old else int(goods.scrapped_on[i])
        if shown != EMPTY:
            if not has_old:
                bar_certified(route, ent.scrapped_from, parted, eligible)
            born, since = int(goods.registered[i]), int(goods.owned_since[i])
            old = Held(shown, int(fuel[shown]), born, int(goods.emission[i]), since, int(use[k]))
            limit = int(retirement[shown, use[k]])
            check_old(terms, route, scrap_years, scrap_fen, old, limit, parted, eligible, scrapped)
        else:
            bar_old(route, eligible, scrapped)
        later = 0.0
        for m in range(M):
            known[m] = known[m] and eligible[m]
            if known[m] and has_old and reason == MUST and ent.scrapped_from[m] < FOREVER:
                later = max(later, offers.later_chance[m, k] * (offers.later_fen[m, k] + scrapped[m]))
        if granted:
            clear_grants(grant, row)
        granted = best_grants(grants, known, eligible, scrapped, route, required, routes, True, grant, row)
        averse = max(financing.aversion + financing.aversion_spread * float(owners.aversion[owner]), 0.0)
        lends = uniform(keys.approval, who) < financing.approval
        running = owed / financing.term if owed > 0.0 else 0.0
        room = financing.instalment_share * income - running
        credit = Credit(instalment[bank], present_cost[bank], room, averse)
        must_nev = nev_only[k] > 0.0 and uniform(keys.mandate, who) < nev_only[k]
        reserve = financing.reserve_months * income
        price_up(
            due,
            loan_max[int(use[k]), bank],
            base[believed, k],
            km_bought[k],
            nev_bought,
            money[k],
            km,
            social,
            reserve,
            credit,
            interest_share,
            interest_most,
            lends,
            must_nev,
            work,
        )
        bar, without = carry, offers.nothing_waiting[believed, k] if reason == MUST else nothing[believed, k]
        if reason == LOOKS:
            bar += effort_keep[k] if has_old else effort_first[k]
            bar += offers.season_shift + offers.shopping_scale * logit(lucks[n])
            if has_old:
                most = most_to_gain(
                    nothing[believed, k], money[k], trouble[k], cash, proceeds, grant, offers.felt, reserve, weight,
                    nest_of, nest_scale, route_scale, work, nest,
                )  # fmt: skip
                if most <= bar:
                    continue
        weigh(without, later, money[k], trouble[k], has_old, cash, proceeds, grant, offers.felt, reserve, weight, J - 1, work)
        if reason in (MUST, LEAVES):
            restrict(reason, J - 1, offers.patience + effort_keep[k], work)
        inclusive = nest_up(work, routes, nest_of, nest_scale, route_scale, nest)
        if reason == LOOKS and inclusive <= bar:
            continue
        if inclusive <= INFEASIBLE:
            work[UTILITY + INFORMAL, J - 1] = 0.0  # a good that must go goes, whatever is owed on it
            nest_up(work, routes, nest_of, nest_scale, route_scale, nest)
        j, r = pick(keys, who, work, routes, nest_of, route_scale, nest)
        if granted:
            clear_grants(grant, row)
        granted = best_grants(grants, known, eligible, scrapped, route, required, routes, False, grant, row)
        column = int(variant_of[j]) if kind_of[j] == NEW else V
        principal = work[PRINCIPAL + r, j]
        write(
            out, acted, i, j, r if has_old else -1, row[r, column], grant[r, column], day, principal,
            due[j] - principal - (proceeds[r] if has_old else 0.0), cash, reason,
            lucks[n],
        )  # fmt: skip
        acted += 1
    return acted


@leaf
def restrict(reason: int, last: int, spared: float, work: Floats) -> None:
    """A good that has ended cannot be sold nor kept idle; a household that dissolves sells or scraps and buys nothing.

    ``last``: the alternative of buying nothing; ``spared``: what it is worth to one who has lost a good.
    """
    for j in range(last + 1):
        work[UTILITY + HOARD, j] = INFEASIBLE
        if reason == MUST:
            work[UTILITY + SELL, j] = INFEASIBLE
        if reason == LEAVES and j != last:
            for r in range(ROUTES):
                work[UTILITY + r, j] = INFEASIBLE
    if reason == MUST:
        for r in range(ROUTES):
            if work[UTILITY + r, last] > INFEASIBLE:
                work[UTILITY + r, last] += spared
