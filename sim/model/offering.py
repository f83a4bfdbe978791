"""The first stages of a category's month: what is announced, what things cost, what owners are offered and expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.bank import Bank
from sim.codes import NEW
from sim.markets.prices import LocalTerms, Paths, quote
from sim.model.category import Category
from sim.model.month import Informed, Offered, Priced
from sim.model.nation import AS_EXPECTED, Nation
from sim.numerics.arithmetic import exp, log_all
from sim.owners.circumstances import Circumstances
from sim.owners.liquidity import Liquidity
from sim.owners.offer_table import build_table
from sim.owners.outlook import Expectations
from sim.owners.use import charging_hassle

Floats = NDArray[np.float64]
RESOLVE_EVERY = 12
"""Months after which values are solved again even without news, because prices have moved."""


class Surroundings(NamedTuple):
    """What all categories share in a month."""

    paths: Paths
    liquidity: Liquidity
    banks: Sequence[Bank]
    social_mean: float
    """Mean exposure of the households to NEV."""
    most_exposed: float
    season: float
    """Sales of the month over those of a mean one."""
    nation: Nation


def announce(category: Category, number: int) -> Informed:
    """Take up this month's rules, and tell whether what owners know has changed."""
    standing, calendar = category.state.standing, category.calendar
    rules = calendar.rules(number, number)
    for measure in rules.entitlements.measure:
        category.state.began.setdefault(int(measure), number)
    if standing is None:
        return Informed(number, rules, True, number)
    news = number in calendar.knowledge_months(number, number) or number - standing.expected.solved >= RESOLVE_EVERY
    rests = number - standing.reviewed < category.catalogue.product.review_months and rules is standing.rules
    stays = category.reviews and rests and not news
    return Informed(number, rules, news, standing.reviewed if stays else number)


def price(category: Category, month: Informed, paths: Paths, nation: Nation) -> Priced:
    """Quote this month's prices from national paths and what local dealers and dismantlers make of them."""
    standing = category.state.standing
    if standing is not None and not month.due:
        return Priced(**vars(month), prices=standing.prices)
    local = local_terms(category, month, paths, nation)
    return Priced(**vars(month), prices=quote(category.catalogue, paths, month.number, local))


def local_terms(category: Category, month: Informed, paths: Paths, nation: Nation) -> LocalTerms:
    """What dealers, dismantlers and the informal trade ask and pay this month."""
    trades, end = category.intermediaries, category.catalogue.product.end_of_life
    bid = fsum(d.bid_share * d.share for d in trades.used_dealers) if category.catalogue.product.used_market else 0.0
    capacity = fsum(d.capacity for d in trades.dismantlers)
    offer = fsum(d.offer * d.capacity for d in trades.dismantlers) / capacity
    premium = end.informal_premium.value * np.mean([c.premium for c in trades.collectors])
    return LocalTerms(
        discount=_discount(category, paths, month.number),
        captured=category.state.captured,
        used_index=category.state.trade.index * exp(nation.used_prices),
        bid_share=float(bid),
        offer_per_t=end.formal_offer_per_t.value * offer,
        offer_gain=month.rules.frictions.offer_gain,
        premium=float(premium),
    )


def _discount(category: Category, paths: Paths, month: int) -> Floats:
    """Local discount off the list price [V]; goods without dealers of their own are listed at their street price."""
    dealers = category.intermediaries.dealers
    if not dealers:
        return np.zeros(category.variants)
    national = paths.at("discount_national", month) - paths.at("discount_national", 0)
    brands = np.stack([d.brand for d in dealers])
    discounts = np.array([d.discount for d in dealers])
    return np.asarray((discounts[:, None] * brands).sum(axis=0) + national)


def offer(category: Category, month: Priced, around: Surroundings) -> Offered:
    """Work out what owners are offered and, if their knowledge has changed, what they expect."""
    standing = category.state.standing
    if standing is not None and not month.due:
        return Offered(**vars(month), circumstances=standing.circumstances, expected=standing.expected, table=standing.table)
    now = circumstances(category, month, around)
    expected = _expected(category, month, now)
    met = shocked(category, now, around.nation)
    return Offered(**vars(month), circumstances=met, expected=expected, table=build_table(category.outlook, met, expected))


def circumstances(category: Category, month: Priced, around: Surroundings) -> Circumstances:
    """What owners of this category reckon with this month."""
    catalogue, behaviour, rules = category.catalogue, category.settings.behaviour, month.rules
    income = around.paths.at("income", month.number)
    season = behaviour.season_strength.value * float(log_all(np.array([around.season]))[0])
    return Circumstances(
        month=month.number,
        rules=rules,
        prices=month.prices,
        paths=around.paths,
        money=around.liquidity.marginal_utility(catalogue, income),
        buyer=around.liquidity.typical_buyer(catalogue, around.banks, rules, income),
        financing=around.liquidity.financing(around.banks, rules, income),
        taste=category.taste(month.number, around.social_mean),
        hassle=charging_hassle(behaviour, month.number - category.first, rules.frictions.hassle_cut),
        social_mean=around.social_mean,
        most_exposed=around.most_exposed,
        season_shift=-behaviour.attention_scale.value * (0.0 if category.reviews else season) - rules.frictions.effort_cut,
        aware=category.aware(rules, month.number),
    )


def shocked(category: Category, now: Circumstances, nation: Nation) -> Circumstances:
    """The same in a month in which the nation departs from what was expected; owners take it to be over by the next.

    Vehicles alone. NEV gain in taste what others lose, half each, so that the share moves and the total hardly does.
    """
    if category.reviews or nation == AS_EXPECTED:
        return now
    choices = category.catalogue.choices
    side = np.where(category.catalogue.is_nev[choices.variant], 0.5, -0.5) * (choices.kind == NEW)
    effort = category.settings.behaviour.attention_scale.value * nation.sales
    return replace(now, taste=now.taste + nation.nev_share * side, season_shift=now.season_shift - effort)


def _expected(category: Category, month: Priced, now: Circumstances) -> Expectations:
    """Values of owning: those that stand, or new ones for all months until they are solved again."""
    standing = category.state.standing
    if standing is not None and not month.news:
        return standing.expected
    news = category.calendar.knowledge_months(month.number + 1, category.last)
    last = min([month.number + RESOLVE_EVERY - 1, category.last, *(n - 1 for n in news)])
    return category.outlook.solve(now, last, standing.expected if standing else None)
