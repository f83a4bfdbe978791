"""What those who look decide: a nested choice of what to buy, how to pay, and where the old good goes.

Pure: reads columns and this month's offers, writes a list of decisions. All luck is keyed by the slot, so the order of the
list does not matter. With utility v_rj of purchase j and way out r,

    E_j = rho log sum_r exp(v_rj / rho),  I_n = lambda log sum_j in n exp(E_j / lambda),  IV = log sum_n exp(I_n),

the owner acts if IV - K > effort + scale x logit(u), then takes the best nest, good and way out by keyed Gumbel shocks
of scale 1, lambda and rho: a nested logit, drawn exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compile import kernel, leaf
from sim.luck import derived, gumbel, logistic, uniform
from sim.rules.arithmetic import exp, log
from sim.rules.attention import LEAVES, LOOKS, MUST
from sim.rules.columns import EMPTY, GoodColumns, OwnerColumns
from sim.rules.eligibility import eligible_old, scrap_grant_fen
from sim.rules.money import INFEASIBLE, Credit, interest_gain
from sim.rules.value import FORMAL, HOARD, INFORMAL, NEW, NOTHING, SELL, WAYS_OUT, Choices, Floats, Ints

if TYPE_CHECKING:
    from sim.policy.rules import Entitlements

FEN = 100.0
NO_ROW = -1
CLAIMS_PER_HOUSEHOLD = 2
"""Adults of a household: measures with one claim a person pay a household that often."""
LINKS = 4
"""Linked households outside the community."""
COMMUNITY = 256
"""Households of a community."""


class Offers(NamedTuple):
    """This month's counter: J alternatives, K types, V variants, M entitlements, A ages, C conditions."""

    month: int
    first_day: int
    days: int
    due: Floats
    """Price, tax and fees, yuan [J]."""
    loan_max: Floats
    """Largest loan by bank and alternative, yuan [banks, J]."""
    base: Floats
    """Value of carrying on with it - money x due + taste [K, J]; INFEASIBLE where not on offer."""
    nothing: Floats
    """Value of having none [K]."""
    carry_on: NDArray[np.float32]
    """Value of carrying on with what one has [B, C, lanes]."""
    sale: Floats
    """What a used-car dealer pays, yuan [A, C, V]."""
    formal: Floats
    """What a dismantler pays [V]."""
    informal: Floats
    """What the informal trade pays [A, C, V]."""
    way_utility: Floats
    """Trouble of each way out, utility [K, WAYS_OUT]."""
    km_value: Floats
    """Utility of one more unit of relative kilometres over the time a good is held [K, V]."""
    social_weight: float
    social_mean: float
    """Mean exposure, already in ``base``."""
    grants: Ints
    """Fen for each new variant [M, V]."""
    open: NDArray[np.int8]
    """Whether the pot of each entitlement can pay [M]."""
    aware: Floats
    """Share of owners that know each entitlement [M]."""
    retirement: Ints
    """Mandatory retirement in months [V, use]."""
    money: Floats
    effort_keep: Floats
    effort_first: Floats
    attention_scale: float
    nest_scale: float
    way_scale: float
    season_shift: float
    event_cut: float
    patience: float
    """Utility of going without when the good has ended."""
    nev_only: Floats
    """Chance that a purchase of each type must be an NEV (procurement mandate) [K]."""


class Purse(NamedTuple):
    """Household money this month."""

    income_index: float
    rebuild: float
    reserve_months: float
    strain_weight: float
    instalment_share: float
    instalment: Floats
    """Monthly payment per yuan borrowed, by bank [banks]."""
    present_cost: Floats
    """Discounted cost of a yuan borrowed beyond the yuan, by bank and marginal type [banks]."""
    approval: float
    aversion: float
    term: int
    interest_share: float
    interest_principal: float
    interest_cap: float


class Work(NamedTuple):
    """Scratch space of one thread: J alternatives, N nests."""

    utility: Floats
    """[WAYS_OUT, J]."""
    principal: Floats
    good: Floats
    spread: Floats
    worth: Floats
    borrowed: Floats
    down: Floats
    loan_cost: Floats
    all_cash: Floats
    part_cash: Floats
    nest: Floats
    top: Floats


@kernel
def new_work(alternatives: int, nests: int) -> Work:
    """Scratch space for so many alternatives and nests."""
    J = alternatives
    return Work(
        np.empty((WAYS_OUT, J)), np.empty((WAYS_OUT, J)), np.empty(J), np.empty(J), np.empty(J), np.empty(J),
        np.empty(J), np.empty(J), np.empty(J), np.empty(J), np.empty(nests), np.empty(nests),
    )  # fmt: skip


class Keys(NamedTuple):
    """Keys of the month's luck."""

    attention: np.uint32
    nest: np.uint32
    variant: np.uint32
    way: np.uint32
    day: np.uint32
    approval: np.uint32
    awareness: np.uint32
    mandate: np.uint32


class Decisions(NamedTuple):
    """One row for each owner who acts."""

    slot: NDArray[np.int32]
    alternative: NDArray[np.int16]
    way: NDArray[np.int8]
    """-1: there was no old good."""
    row: NDArray[np.int16]
    """Entitlement claimed; -1: none."""
    day: NDArray[np.int16]
    grant: NDArray[np.int64]
    """Fen, scrapping part included."""
    principal: NDArray[np.float32]
    paid: NDArray[np.float32]
    """Cash out less cash in, yuan."""
    cash: NDArray[np.float32]
    """Liquid assets before, yuan."""
    reason: NDArray[np.int8]


@leaf
def liquid_now(owners: OwnerColumns, purse: Purse, owner: int, month: int) -> float:
    """Liquid assets today: they have closed a share of the gap to their target in every month since they last changed."""
    gap = float(owners.liquid[owner]) - float(owners.liquid_target[owner])
    months = month - float(owners.liquid_month[owner])
    return float(owners.liquid_target[owner]) * purse.income_index + gap * exp(-purse.rebuild * months)


@leaf
def loan_left(goods: GoodColumns, slot: int, month: int, term: int) -> float:
    """Principal still owed on a good: paid back in equal parts."""
    if goods.loan[slot] <= 0.0:
        return 0.0
    left = term - (month - int(goods.loan_month[slot]))
    return float(goods.loan[slot]) * max(left, 0) / term


@leaf
def exposure(owners: OwnerColumns, communities: NDArray[np.int32], owner: int) -> float:
    """Share of NEV drivers around: half the community's, half that of the links."""
    around = communities[owner // COMMUNITY] / COMMUNITY
    return 0.5 * min(around, 1.0) + 0.5 * owners.linked_nev[owner] / LINKS


@kernel
def best_grants(
    offers: Offers,
    ent: Entitlements,
    owners: OwnerColumns,
    goods: GoodColumns,
    slot: int,
    fuel: int,
    use: int,
    day: int,
    awareness_key: np.uint32,
    heard: bool,
    grant: Ints,
    row: Ints,
) -> bool:
    """Best grant of every way out and new variant [WAYS_OUT, V + 1], the last column for buying nothing or used.

    ``heard``: count only entitlements that the owner knows. Returns whether there is any.
    """
    grant[:] = 0
    row[:] = NO_ROW
    V = offers.grants.shape[1]
    owner = int(goods.owner[slot])
    v = int(goods.variant[slot])
    found = False
    for m in range(offers.open.size):
        if offers.open[m] == 0 or ent.owner_ok[m, owners.kind[owner]] == 0:
            continue
        if ent.once[m] == 1 and owners.claims[owner] >= CLAIMS_PER_HOUSEHOLD:
            continue
        if day < ent.first_day[m] or day > ent.last_day[m]:
            continue
        if heard and uniform(derived(awareness_key, int(ent.measure[m])), goods.id[slot]) >= offers.aware[m]:
            continue
        scrapped = 0
        if ent.route[m] != 0:
            if v == EMPTY or not eligible_old(
                ent, m, v, fuel, int(goods.registered[slot]), int(goods.emission[slot]),
                int(goods.owned_since[slot]), use, day,
            ):  # fmt: skip
                continue
            if ent.route[m] == 1:
                limit = int(offers.retirement[v, use])
                scrapped = scrap_grant_fen(ent, m, v, int(goods.registered[slot]), limit, day)
        for r in range(WAYS_OUT):
            if (ent.route[m] == 1 and r != FORMAL) or (ent.route[m] == 2 and r != SELL):
                continue
            for j in range(V + 1):
                bought = offers.grants[m, j] if j < V else 0
                if j == V and ent.purchase_required[m] == 1:
                    continue
                if bought + scrapped > grant[r, j]:
                    grant[r, j] = bought + scrapped
                    row[r, j] = m
                    found = True
    return found


@kernel
def weigh(
    offers: Offers,
    choices: Choices,
    slot_type: int,
    bank: int,
    has_old: bool,
    cash: float,
    proceeds: Floats,
    grant: Ints,
    extra: Floats,
    reserve: float,
    strain_weight: float,
    credit: Credit,
    lends: bool,
    nev_only: bool,
    nev: NDArray[np.bool_],
    work: Work,
) -> None:
    """Utility of every way out and alternative [WAYS_OUT, J] for one owner; one row only where there is no old good.

    ``extra`` [J]: what kilometres and neighbours add. The same as ``money.paying_utility`` for every pair, with the
    exponentials of its ``strain`` taken once for each alternative and once for each way out.
    """
    J = choices.kind.size
    V = offers.grants.shape[1]
    k, last = slot_type, choices.kind.size - 1
    money = offers.money[k]
    burden = money * strain_weight * reserve
    for j in range(J):
        borrowed = min(offers.loan_max[bank, j], offers.due[j]) if lends else 0.0
        fits = borrowed > 0.0 and borrowed * credit.instalment <= credit.room
        work.borrowed[j] = borrowed if fits else 0.0
        work.down[j] = offers.due[j] - borrowed if fits else 1e30
        work.loan_cost[j] = money * (credit.present_cost * borrowed - interest_gain(credit, borrowed)) + credit.aversion
        barred = nev_only and choices.kind[j] != NOTHING and not nev[choices.variant[j]]
        work.worth[j] = INFEASIBLE if barred else offers.base[k, j] + extra[j]
    for j in range(J):
        work.all_cash[j] = exp(offers.due[j] / reserve) - 1.0
        work.part_cash[j] = exp(min(work.down[j], 1e9) / reserve) - 1.0
    for r in range(WAYS_OUT if has_old else 1):
        purse = cash + (proceeds[r] if has_old else 0.0)
        way = offers.way_utility[k, r] + money * proceeds[r] if has_old else 0.0
        squeeze = burden * exp(-purse / reserve)
        plain = money * (grant[r, V] / FEN) + way
        utility, principal = work.utility[r], work.principal[r]
        for j in range(J):
            in_cash = -squeeze * work.all_cash[j] if purse >= offers.due[j] else INFEASIBLE
            on_credit = -squeeze * work.part_cash[j] - work.loan_cost[j] if purse >= work.down[j] else INFEASIBLE
            paying = max(in_cash, on_credit)
            principal[j] = work.borrowed[j] if on_credit > in_cash else 0.0
            value = work.worth[j] + plain + paying
            utility[j] = value if work.worth[j] > -1e29 and paying > -1e29 else INFEASIBLE
        for j in range(V):
            if utility[j] > INFEASIBLE:
                utility[j] += money * ((grant[r, j] - grant[r, V]) / FEN)
        utility[last] = offers.nothing[k] + plain if has_old and purse >= 0.0 else INFEASIBLE
        principal[last] = 0.0


@kernel
def nest_up(work: Work, ways: int, choices: Choices, nest_scale: float, way_scale: float) -> float:
    """Fill E_j [J] and I_n [N] from utilities [ways, J]; returns IV, or INFEASIBLE if nothing can be done."""
    J, N = choices.kind.size, work.nest.size
    good, spread, nest, top = work.good, work.spread, work.nest, work.top
    for j in range(J):
        good[j] = INFEASIBLE
        spread[j] = 0.0
    for r in range(ways):
        row = work.utility[r]
        for j in range(J):
            good[j] = max(good[j], row[j])
    for r in range(ways):
        row = work.utility[r]
        for j in range(J):
            spread[j] += exp((row[j] - good[j]) / way_scale)
    for j in range(J):
        good[j] = good[j] + way_scale * log(spread[j]) if good[j] > -1e29 else INFEASIBLE
    for n in range(N):
        top[n] = INFEASIBLE
        nest[n] = 0.0
    for j in range(J):
        top[choices.nest[j]] = max(top[choices.nest[j]], good[j])
    for j in range(J):
        spread[j] = exp((good[j] - top[choices.nest[j]]) / nest_scale) if good[j] > -1e29 else 0.0
    for j in range(J):
        nest[choices.nest[j]] += spread[j]
    peak = INFEASIBLE
    for n in range(N):
        nest[n] = top[n] + nest_scale * log(nest[n]) if nest[n] > 0.0 else INFEASIBLE
        peak = max(peak, nest[n])
    if peak <= INFEASIBLE:
        return INFEASIBLE
    total = 0.0
    for n in range(N):
        total += exp(nest[n] - peak)
    return peak + log(total)


@kernel
def pick(
    keys: Keys, who: int, work: Work, ways: int, choices: Choices, nest_scale: float, way_scale: float
) -> tuple[int, int]:
    """Nest, good and way out with the largest utility plus keyed shock: (alternative, way)."""
    best, chosen_nest = INFEASIBLE, 0
    for n in range(work.nest.size):
        if work.nest[n] > INFEASIBLE:
            value = work.nest[n] + gumbel(derived(keys.nest, n), who)
            if value > best:
                best, chosen_nest = value, n
    best, chosen = INFEASIBLE, 0
    for j in range(choices.kind.size):
        if choices.nest[j] == chosen_nest and work.good[j] > INFEASIBLE:
            value = work.good[j] / nest_scale + gumbel(derived(keys.variant, j), who)
            if value > best:
                best, chosen = value, j
    best, way = INFEASIBLE, 0
    for r in range(ways):
        if work.utility[r, chosen] > INFEASIBLE:
            value = work.utility[r, chosen] / way_scale + gumbel(derived(keys.way, r), who)
            if value > best:
                best, way = value, r
    return chosen, way


@kernel
def decide(
    slots: Ints,
    reasons: NDArray[np.int8],
    count: int,
    goods: GoodColumns,
    owners: OwnerColumns,
    communities: NDArray[np.int32],
    offers: Offers,
    purse: Purse,
    keys: Keys,
    choices: Choices,
    nests: int,
    ent: Entitlements,
    fuel: Ints,
    use: Ints,
    nev: NDArray[np.bool_],
    variants: int,
    out: Decisions,
) -> int:
    """Work out the first ``count`` slots; write those who act to ``out`` and return their number."""
    J = choices.kind.size
    V = variants
    C = offers.carry_on.shape[1]
    A = offers.sale.shape[0]
    grant, row = np.zeros((WAYS_OUT, V + 1), np.int64), np.zeros((WAYS_OUT, V + 1), np.int64)
    work = new_work(J, nests)
    proceeds, extra = np.zeros(WAYS_OUT), np.zeros(J)
    acted = 0
    for n in range(count):
        i, reason = slots[n], reasons[n]
        owner, k, v = int(goods.owner[i]), int(goods.type[i]), int(goods.variant[i])
        who = int(goods.id[i])
        has_old = v != EMPTY
        kind_use = int(use[k])
        bank = int(owners.bank[owner])
        money = offers.money[k]
        day = offers.first_day + int(uniform(keys.day, who) * offers.days)
        income = float(owners.income[owner]) * purse.income_index
        owed = loan_left(goods, i, offers.month, purse.term)
        cash = liquid_now(owners, purse, owner, offers.month)
        km = float(owners.km[owner]) - 1.0
        carry = offers.nothing[k]
        age, c = 0, 0
        if has_old:
            b = int(goods.vintage[i])
            age = min(max(int((day - int(goods.registered[i])) / 30.4375), 0), A - 1)
            c = (1 if offers.month >= goods.worn[i] else 0) + (1 if offers.month >= goods.failing[i] else 0)
            c = min(c, C - 1)
            carry = offers.carry_on[b, c, k * V + v] + km * offers.km_value[k, v]
            proceeds[SELL] = offers.sale[age, c, v] - owed
            proceeds[FORMAL] = offers.formal[v] - owed
            proceeds[INFORMAL] = offers.informal[age, c, v] - owed
            proceeds[HOARD] = -owed
        social = offers.social_weight * (exposure(owners, communities, owner) - offers.social_mean)
        for j in range(J):
            if choices.kind[j] != NOTHING:
                w = choices.variant[j]
                extra[j] = km * offers.km_value[k, w] + (social if nev[w] else 0.0)
        old_fuel = int(fuel[v]) if has_old else 0
        best_grants(offers, ent, owners, goods, i, old_fuel, kind_use, day, keys.awareness, True, grant, row)
        lends = uniform(keys.approval, who) < purse.approval
        running = owed / purse.term if owed > 0.0 else 0.0
        credit = Credit(
            purse.instalment[bank], purse.present_cost[bank], purse.instalment_share * income - running, purse.aversion,
            purse.interest_share, purse.interest_principal, purse.interest_cap,
        )  # fmt: skip
        nev_only = offers.nev_only[k] > 0.0 and uniform(keys.mandate, who) < offers.nev_only[k]
        weigh(
            offers, choices, k, bank, has_old, cash, proceeds, grant, extra, purse.reserve_months * income,
            purse.strain_weight, credit, lends, nev_only, nev, work,
        )  # fmt: skip
        ways = WAYS_OUT if has_old else 1
        if reason == MUST or reason == LEAVES:
            restrict(reason, choices, offers.patience, work.utility)
        inclusive = nest_up(work, ways, choices, offers.nest_scale, offers.way_scale)
        if inclusive <= INFEASIBLE:
            if not (has_old and reason != LOOKS):
                continue
            work.utility[INFORMAL, J - 1] = 0.0  # a good that must go goes, whatever is owed on it
            nest_up(work, ways, choices, offers.nest_scale, offers.way_scale)
        elif reason == LOOKS:
            effort = offers.effort_keep[k] if has_old else offers.effort_first[k]
            effort += offers.season_shift
            if owners.event_month[owner] == offers.month:
                effort -= offers.event_cut
            if inclusive - carry <= effort + offers.attention_scale * logistic(keys.attention, who):
                continue
        j, r = pick(keys, who, work, ways, choices, offers.nest_scale, offers.way_scale)
        best_grants(offers, ent, owners, goods, i, old_fuel, kind_use, day, keys.awareness, False, grant, row)
        column = int(choices.variant[j]) if choices.kind[j] == NEW else V
        out.slot[acted] = i
        out.alternative[acted] = j
        out.way[acted] = r if has_old else -1
        out.row[acted] = row[r, column]
        out.grant[acted] = grant[r, column]
        out.day[acted] = day
        out.principal[acted] = work.principal[r, j]
        out.paid[acted] = offers.due[j] - work.principal[r, j] - (proceeds[r] if has_old else 0.0)
        out.cash[acted] = cash
        out.reason[acted] = reason
        acted += 1
    return acted


@kernel
def restrict(reason: int, choices: Choices, patience: float, utility: Floats) -> None:
    """A good that has ended cannot be sold nor kept idle; a household that dissolves sells or scraps and buys nothing."""
    J = choices.kind.size
    for j in range(J):
        utility[HOARD, j] = INFEASIBLE
        if reason == MUST:
            utility[SELL, j] = INFEASIBLE
        if reason == LEAVES and choices.kind[j] != NOTHING:
            for r in range(WAYS_OUT):
                utility[r, j] = INFEASIBLE
    if reason == MUST:
        for r in range(WAYS_OUT):
            if utility[r, J - 1] > INFEASIBLE:
                utility[r, J - 1] += patience
