"""Bringing owners together: from columns that lie anywhere in memory to lanes side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.lanes import Means, Owned
from sim.behaviour.offers import Financing, Heard, Keys, Offers
from sim.behaviour.paying import INFEASIBLE
from sim.behaviour.value import Ints
from sim.codes import (
    AVERAGE_DAYS,
    COMMUNITY,
    EMPTY,
    FORMAL,
    HOARD,
    HOUSEHOLD,
    INFORMAL,
    LINKS,
    LOOKS,
    MUST,
    ROUTES,
    SELL,
    VINTAGE_MONTHS,
)
from sim.numerics.arithmetic import exp
from sim.numerics.compile import in_place, leaf, prefetch
from sim.numerics.luck import logit, uniform

NOT_LENT = 1e30
"""Down payment where no lender lends."""
ALWAYS = -1e300
"""Bar of those who must act."""


@in_place
def bring_goods(goods: GoodColumns, slots: Ints, first: int, last: int) -> None:
    """Ask for what deciding reads of the goods in ``slots[first:last]``, wherever in memory they lie."""
    record, since = goods.owner, goods.owned_since
    for n in range(first, last):
        prefetch(record, slots[n])
        prefetch(since, slots[n])


@in_place
def bring_owners(goods: GoodColumns, owners: OwnerColumns, slots: Ints, first: int, last: int) -> None:
    """Ask for what deciding reads of the owners of ``slots[first:last]``."""
    holder, record, claims = goods.owner, owners.income, owners.claims
    for n in range(first, last):
        owner = holder[slots[n]]
        prefetch(record, owner)
        prefetch(claims, owner)


@in_place
def gather(
    slots: Ints, reasons: NDArray[np.int8], lucks: NDArray[np.uint32], first: int, n: int, month: int, goods: GoodColumns,
    owners: OwnerColumns, owned: Owned, means: Means,
) -> None:  # fmt: skip
    """Fill lanes 0 ... n - 1 with the slots from place ``first`` of the list on."""
    holder, types, variants, ids, worn, failing = goods.owner, goods.type, goods.variant, goods.id, goods.worn, goods.failing
    kinds, banks, income, kms, claims = owners.kind, owners.bank, owners.income, owners.km, owners.claims
    slot, who, owner, kind, bank, condition = owned.slot, owned.who, owned.owner, owned.kind, owned.bank, owned.condition
    of_type, variant, reason, luck, claimed = owned.type, owned.variant, owned.reason, owned.luck, owned.claims
    own_income, km, averse, aversions = means.income, means.km, means.averse, owners.aversion
    for q in range(n):
        i = slots[first + q]
        h = np.int64(holder[i])
        slot[q], who[q], owner[q] = i, ids[i], h
        of_type[q], variant[q] = types[i], variants[i]
        condition[q] = np.int64(month >= worn[i]) + np.int64(month >= failing[i])
        reason[q], luck[q] = reasons[first + q], lucks[first + q]
        kind[q], bank[q], claimed[q] = kinds[h], banks[h], claims[h]
        own_income[q], km[q] = income[h], np.float64(kms[h]) - 1.0
        averse[q] = aversions[h]


@in_place
def reckon(
    n: int,
    offers: Offers,
    financing: Financing,
    keys: Keys,
    goods: GoodColumns,
    owners: OwnerColumns,
    owned: Owned,
    means: Means,
) -> None:
    """What each can spend, and on which day of the month.

    Liquid assets drift: the gap to a target that follows income closes at ``rebuild``. Loans are paid back in equal parts.
    """
    loan, loan_month = goods.loan, goods.loan_month
    liquid, target, liquid_month = owners.liquid, owners.liquid_target, owners.liquid_month
    slot, owner, who, day = owned.slot, owned.owner, owned.who, owned.day
    cash, income, reserve, owed, room = means.cash, means.income, means.reserve, means.owed, means.room
    of_reserve = means.of_reserve
    month, index, term, share = offers.month, financing.income_index, financing.term, financing.instalment_share
    for q in range(n):
        h, i = owner[q], slot[q]
        cash[q], reserve[q], room[q] = liquid[h], target[h], np.float64(month) - np.float64(liquid_month[h])
        owed[q] = loan[i] * max(term - (month - np.int64(loan_month[i])), 0) / term if loan[i] > 0.0 else 0.0
    rebuild, months, first_day, days = financing.rebuild, financing.reserve_months, offers.first_day, offers.days
    for q in range(n):
        wanted = reserve[q] * index
        cash[q] = wanted + (cash[q] - wanted) * exp(-rebuild * room[q])
        income[q] = income[q] * index
        reserve[q] = months * income[q]
        of_reserve[q] = 1.0 / reserve[q]
        day[q] = first_day + np.int64(uniform(keys.day, who[q]) * days)
    for q in range(n):
        lends = uniform(keys.approval, who[q]) < financing.approval
        running = owed[q] / term if owed[q] > 0.0 else 0.0
        room[q] = share * income[q] - running if lends else -NOT_LENT


@in_place
def believe(n: int, heard: Heard, types: int, owned: Owned) -> None:
    """What each believes of the subsidies: 1 for one who has heard of any of them."""
    who, believed, of_type, row = owned.who, owned.belief, owned.type, owned.row
    for q in range(n):
        believed[q] = 0
    for m in range(heard.share.size):
        key, share = heard.keys[m], heard.share[m]
        for q in range(n):
            believed[q] |= np.int64(uniform(key, who[q]) < share)
    for q in range(n):
        row[q] = believed[q] * types + of_type[q]


@in_place
def appraise(n: int, offers: Offers, goods: GoodColumns, owned: Owned, means: Means) -> None:
    """What carrying on is worth, and what the old good could be sold for; ``bar`` without the luck of the effort."""
    waiting, km_value, money, (_, B, C, L) = (
        offers.waiting.reshape(offers.waiting.size),
        offers.km_value,
        offers.money,
        offers.waiting.shape,
    )
    none, none_waiting = offers.nothing.reshape(offers.nothing.size), offers.nothing_waiting.reshape(offers.nothing.size)
    sale, informal, registered, vintage, V = offers.sale, offers.informal, goods.registered, goods.vintage, offers.formal.size
    slot, of_type, variant, condition, day = owned.slot, owned.type, owned.variant, owned.condition, owned.day
    believed, row, reason, without = owned.belief, owned.row, owned.reason, means.without
    own_money, km, bar, sold, traded = means.money, means.km, means.bar, means.proceeds[SELL], means.proceeds[INFORMAL]
    route_scale = means.route_scale
    for q in range(n):
        k, v, i, c = of_type[q], max(variant[q], 0), slot[q], condition[q]
        days = day[q] - np.int64(registered[i])
        age = min(max(int(days / AVERAGE_DAYS), 0), sale.shape[0] - 1)
        state = ((believed[q] * B + np.int64(vintage[i])) * C + c) * L + k * V + v
        older, younger = np.float64(waiting[state]), np.float64(waiting[state + C * L])
        carry = older + past_vintage(offers.first_vintage, int(vintage[i]), int(registered[i])) * (younger - older)
        carry += km[q] * km_value[k, v] + offers.effort_keep[k]
        bar[q] = none_waiting[row[q]] + offers.effort_first[k] if variant[q] == EMPTY else carry
        without[q] = none_waiting[row[q]] if reason[q] == MUST else none[row[q]]
        sold[q], traded[q] = sale[age, c, v], informal[age, c, v]
        own_money[q], route_scale[q] = money[k], offers.route_scale[k]


@leaf
def past_vintage(first: int, vintage: int, registered: int) -> float:
    """How far a good registered on a day lies from its vintage towards the next one, 0 to 1; ``first``: month of vintage 0."""
    months = registered / AVERAGE_DAYS - 0.5 - (first + VINTAGE_MONTHS * vintage)
    return min(max(months / VINTAGE_MONTHS, 0.0), 1.0)


@in_place
def open_routes(n: int, offers: Offers, owned: Owned, means: Means) -> None:
    """What each disposal route brings, less what is owed on the good, and its utility; who holds nothing "keeps" nothing."""
    of_type, variant, formal, trouble = owned.type, owned.variant, offers.formal, offers.route_utility
    money, owed, scrapped, kept = means.money, means.owed, means.proceeds[FORMAL], means.proceeds[HOARD]
    for q in range(n):
        scrapped[q], kept[q] = formal[max(variant[q], 0)], 0.0
    for r in range(ROUTES):
        proceeds, route, none = means.proceeds[r], means.route[r], 0.0 if r == HOARD else INFEASIBLE
        for q in range(n):
            route[q] = trouble[of_type[q], r]
        for q in range(n):
            brought = proceeds[q] - owed[q]
            proceeds[q] = brought if variant[q] != EMPTY else 0.0
            route[q] = route[q] + money[q] * brought if variant[q] != EMPTY else none


@in_place
def raise_bar(n: int, offers: Offers, communities: NDArray[np.int32], owners: OwnerColumns, owned: Owned, means: Means) -> None:
    """Add the luck of the effort to the bar; neighbours' share of NEV to what an NEV is worth."""
    linked, owner, kind, reason = owners.linked_nev, owned.owner, owned.kind, owned.reason
    bar, social, luck = means.bar, means.social, owned.luck
    season, scale = offers.season_shift, offers.shopping_scale
    for q in range(n):
        bar[q] = bar[q] + (season + scale * logit(luck[q])) if reason[q] == LOOKS else ALWAYS
    for q in range(n):
        social[q] = 0.0
        if kind[q] == HOUSEHOLD:
            around = exposure(int(communities[owner[q] // COMMUNITY]), int(linked[owner[q]]))
            social[q] = offers.social_weight * (around - offers.social_mean)


@leaf
def exposure(community_nev: int, linked_nev: int) -> float:
    """Share of NEV drivers around: half the community's, half that of the links."""
    return 0.5 * min(community_nev / COMMUNITY, 1.0) + 0.5 * linked_nev / LINKS
