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
from sim.markets.prices import LocalTerms, Paths, Prices, quote
from sim.model.category import Category
from sim.model.month import Informed, Offered, Priced
from sim.model.nation import AS_EXPECTED, Nation
from sim.numerics.arithmetic import exp, log
from sim.owners.circumstances import Circumstances
from sim.owners.liquidity import Liquidity
from sim.owners.offer_table import advance, build_table
from sim.owners.use import charging_hassle

Floats = NDArray[np.float64]
FREE_TO_CHOOSE = 0.67
"""Part of a month's sales of vehicles that moves with their owners' eagerness (measured, as tests of national shocks do)."""
SOON, SURPRISE = 3, 0.25
"""Months ahead, and share of claims, by which expected money must differ to be talked about before the next review."""


class Surroundings(NamedTuple):
    """What all categories share in a month."""

    paths: Paths
    liquidity: Liquidity
    banks: Sequence[Bank]
    social_mean: float
    """Mean exposure of the households to NEV."""
    most_exposed: float
    poorest: float
    """Lowest income of any owner, yuan a month at the start."""
    season: float
    """Sales of the month over those of a mean one."""
    nation: Nation


def announce(category: Category, number: int, funded: Floats) -> Informed:
    """Take up this month's rules, and tell whether what owners know has changed.

    ``funded`` [measures, months]: what is expected of the money; where it is soon to be much shorter or longer, that is news.
    """
    standing, calendar = category.state.standing, category.calendar
    rules = calendar.rules(number, number)
    for measure, version in zip(rules.entitlements.measure.tolist(), rules.entitlements.version.tolist(), strict=True):
        versions = category.state.heard.setdefault(measure, [])
        if version not in (known for known, _ in versions):
            versions.append((version, number))
    if standing is None:
        return Informed(number, rules, True, number, funded)
    due = (number - category.first) % category.catalogue.product.review_months == 0
    news = due or rules is not standing.rules or number in calendar.knowledge_months(number, number)
    news = news or _money_surprises(funded, standing.expected.basis, number)
    return Informed(number, rules, news, number if due else standing.reviewed, funded)


def _money_surprises(funded: Floats, basis: Circumstances, number: int) -> bool:
    """Whether what is now expected of the money of the next months is far from what was when values were solved."""
    since = number - basis.month
    before = basis.funded[:, since : since + SOON]
    return bool((np.abs(funded[:, : before.shape[1]] - before) > SURPRISE).any())


def price(category: Category, month: Informed, paths: Paths, nation: Nation) -> Priced:
    """Quote this month's prices from national paths and what local dealers and dismantlers make of them."""
    standing = category.state.standing
    if standing is None or month.due:
        reviewed = local_terms(category, month, paths)
    else:
        reviewed = standing.reviewed_terms._replace(offer_gain=month.rules.frictions.offer_gain)
    terms = reviewed
    if not category.reviews:
        terms = reviewed if month.due else local_terms(category, month, paths)
        terms = terms._replace(used_index=terms.used_index * exp(nation.used_prices))
    if standing is not None and category.reviews and not month.news:
        prices = standing.prices
    else:
        prices = quote(category.catalogue, paths, month.reviewed if category.reviews else month.number, terms)
    return Priced(**vars(month), terms=terms, reviewed_terms=reviewed, prices=prices)


def local_terms(category: Category, month: Informed, paths: Paths) -> LocalTerms:
    """What dealers, dismantlers and the informal trade ask and pay this month."""
    trades, end = category.intermediaries, category.catalogue.product.end_of_life
    bid = fsum(d.bid_share * d.share for d in trades.used_dealers) if category.catalogue.product.used_market else 0.0
    capacity = fsum(d.capacity for d in trades.dismantlers)
    offer = fsum(d.offer * d.capacity for d in trades.dismantlers) / capacity
    premium = end.informal_premium.value * np.mean([c.premium for c in trades.collectors])
    return LocalTerms(
        discount=_discount(category, paths, month.number),
        captured=category.state.captured,
        used_index=category.state.trade.index,
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
    """Work out what owners are offered and, if their knowledge has changed, what they expect.

    What they expect stands on the prices of the last review, so that news in between changes nothing but what it tells.
    """
    standing = category.state.standing
    if standing is not None and category.reviews and not month.news:
        now = replace(standing.circumstances, month=month.number)
        table = advance(standing.table, now, standing.expected)
        return Offered(**vars(month), circumstances=now, expected=standing.expected, table=table)
    expected = standing.expected if standing else None
    seen = around
    if expected is not None and not month.due:
        seen = around._replace(social_mean=expected.basis.social_mean, most_exposed=expected.basis.most_exposed)
    prices = quote(category.catalogue, around.paths, month.reviewed, month.reviewed_terms)
    now = basis = circumstances(category, month, seen, prices, month.reviewed)
    if not category.reviews:
        now = shocked(category, circumstances(category, month, around, month.prices, month.number), around.nation)
    if expected is None or month.news:
        keep = min(month.reviewed + category.catalogue.product.review_months, category.last + 1) - month.number
        expected = category.outlook.solve(basis, keep, expected)
    return Offered(**vars(month), circumstances=now, expected=expected, table=build_table(category.outlook, now, expected))


def circumstances(category: Category, month: Informed, around: Surroundings, prices: Prices, priced: int) -> Circumstances:
    """What owners of this category reckon with this month, at ``prices`` and incomes of the month ``priced``."""
    catalogue, behaviour, rules = category.catalogue, category.settings.behaviour, month.rules
    income = around.paths.at("income", priced)
    season = behaviour.season_strength.value * log(around.season)
    financing = around.liquidity.financing(catalogue, around.banks, rules, income)
    money = around.liquidity.marginal_utility(catalogue, income)
    return Circumstances(
        month=month.number,
        priced=priced,
        rules=rules,
        prices=prices,
        paths=around.paths,
        money=money,
        grant_money=behaviour.grant_salience.value * money,
        buyer=around.liquidity.typical_buyer(catalogue, around.banks, rules, financing),
        financing=financing,
        taste=category.taste(priced, around.paths, around.social_mean),
        hassle=charging_hassle(behaviour, priced - category.first, rules.frictions.hassle_cut),
        social_mean=around.social_mean,
        most_exposed=around.most_exposed,
        least_reserve=behaviour.liquidity_buffer_months.value * around.poorest * income,
        season=0.0 if category.reviews else season,
        effort_cut=rules.frictions.effort_cut,
        aware=category.aware(rules, month.number),
        funded=month.funded,
    )


def shocked(category: Category, now: Circumstances, nation: Nation) -> Circumstances:
    """The same for vehicles in a month in which the nation departs from what was expected; owners take it to be over soon.

    Who is free to choose the month takes all of the shock to sales, for the others buy when their vehicle has ended. NEV gain
    in taste what others lose, half each, so that the share moves and the total hardly does.
    """
    if nation == AS_EXPECTED:
        return now
    choices = category.catalogue.choices
    side = np.where(category.catalogue.is_nev[choices.variant], 0.5, -0.5) * (choices.kind == NEW)
    return replace(now, taste=now.taste + nation.nev_share * side, season=now.season + nation.sales / FREE_TO_CHOOSE)
