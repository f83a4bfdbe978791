"""What the certificate of a good that was scrapped before brings: to those who hold one, and to those who may get one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import inclusive_values
from sim.clock import days_in, first_day
from sim.codes import AVERAGE_DAYS, NEW
from sim.numerics.arithmetic import exp_all, log_all
from sim.owners.circumstances import Circumstances
from sim.owners.outlook import Expectations, Outlook, burden, likely_buyers, purchase_utility
from sim.owners.worth_of_rules import mean_worth
from sim.policy.in_force import Rules
from sim.policy.tables import FOREVER
from sim.population.products import Catalogue

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LEAST = 1e-12
"""Chance below which nothing is counted on."""


class Later(NamedTuple):
    """What one who has lost a good and buys nothing at once may count on, by entitlement and type of owner [M, K]."""

    chance: Floats
    """Chance to buy new before the entitlement ends."""
    fen: Floats
    """What it pays such a buyer, apart from what it pays for the good itself."""


def later_purchases(outlook: Outlook, now: Circumstances, expected: Expectations) -> Later:
    """Chance of a purchase to come that a certificate of scrapping counts for, and what it is worth.

    Who is in the market buys new with chance h a month, and is out of it in one way or another with chance e: before n months
    have passed it is h (1 - (1 - e)^n) / e, the mean over owners who differ in cash and in loan approval and have bought
    nothing at once.
    """
    ent, money = now.rules.entitlements, now.money
    chance, fen = np.zeros((ent.route.size, money.size)), np.zeros((ent.route.size, money.size))
    counting = np.flatnonzero(ent.scrapped_from < FOREVER)
    if not counting.size:
        return Later(chance, fen)
    catalogue, rules = outlook.catalogue, now.rules
    utilities = [
        (share, purchase_utility(catalogue, rules, now.month, now, paying)) for share, paying in _purses(catalogue, now)
    ]
    grants = rules.grants_fen(now.prices.new) / 100.0
    fen[counting] = 100.0 * mean_worth(rules, now.prices.new, likely_buyers(catalogue, now.prices.new, money))[counting]
    end_of_month = first_day(now.month) + days_in(now.month)
    for m in counting.tolist():
        months = max(int(ent.last_day[m]) + 1 - end_of_month, 0) / AVERAGE_DAYS
        granted = now.grant_money[:, None] * paid_for_new(catalogue, grants[m])[None, :]
        chance[m] = _of_those_without(outlook, now, expected, [(share, u + granted) for share, u in utilities], months)
    return Later(chance, fen)


def _of_those_without(
    outlook: Outlook, now: Circumstances, expected: Expectations, utilities: Sequence[tuple[float, Floats]], months: float
) -> Floats:  # fmt: skip
    """Mean chance of owners who have bought nothing at once [K]: of those who are short of cash more than of the others."""
    total, left = np.zeros(now.money.size), np.zeros(now.money.size)
    for share, utility in utilities:
        chance, without = chance_to_buy_new(outlook, now, expected, utility, months)
        total += share * without * chance
        left += share * without
    return np.asarray(total / np.maximum(left, LEAST))


def _purses(catalogue: Catalogue, now: Circumstances) -> Iterator[tuple[float, Floats]]:
    """Owners who differ in cash and in loan approval: their share, and what paying for each alternative costs them [K, J]."""
    buyer = now.buyer
    for approved, part in ((1.0, buyer.approval), (0.0, 1.0 - buyer.approval)):
        for q in range(buyer.cash.shape[1]):
            alike = replace(buyer, cash=np.ascontiguousarray(buyer.cash[:, q : q + 1]), approval=approved)
            yield part / buyer.cash.shape[1], burden(catalogue, now.rules, replace(now, buyer=alike))


def chance_to_buy_new(
    outlook: Outlook, now: Circumstances, expected: Expectations, utility: Floats, months: float
) -> tuple[Floats, Floats]:  # fmt: skip
    """Chances of those who have lost a good and know of the grants [K]; ``utility`` [K, J].

    To buy new within so many months when they are in the market and have none; and to buy nothing at once, which saves the
    effort for now and costs ``forced_patience``.
    """
    catalogue, behaviour, month = outlook.catalogue, outlook.behaviour, now.month - expected.solved
    values, choices, fresh = expected.informed.values, catalogue.choices, catalogue.new_nests
    nests = np.empty((now.money.size, int(choices.nest.max()) + 1))
    inclusive_values(
        values.bought[month], values.nothing[month], utility, choices, behaviour.nest_dissimilarity.value, nests
    )  # fmt: skip
    best = nests[:, :-1].max(axis=1)
    weights = exp_all(nests[:, :-1] - best[:, None])
    total = weights.sum(axis=1)
    goods, looking = best + log_all(total), values.nothing_waiting[month]
    without = 1.0 / (1.0 + exp_all(goods - (looking + catalogue.effort_keep + behaviour.forced_patience.value)))
    gain = goods - looking - catalogue.effort_first
    buying = 1.0 / (1.0 + exp_all(-gain / behaviour.shopping_scale.value))
    new, gone = buying * weights[:, :fresh].sum(axis=1) / total, 1.0 - (1.0 - buying) * (1.0 - behaviour.interest_lost.value)
    gone = np.clip(gone, LEAST, 1.0 - LEAST)
    return new * (1.0 - exp_all(months * log_all(1.0 - gone))) / gone, without


def paid_for_new(catalogue: Catalogue, grants: Floats) -> Floats:
    """What new variants earn [V], by alternative [J]; nothing for used ones."""
    choices = catalogue.choices
    return np.where(choices.kind == NEW, grants[choices.variant], 0.0)


def best_certified(catalogue: Catalogue, rules: Rules, prices: Floats, is_open: Bools) -> tuple[Floats, int]:
    """Most that any certificate can earn with each alternative, yuan [J]; and the first day whose scrappings count."""
    ent = rules.entitlements
    counting = (ent.scrapped_from < FOREVER) & is_open
    if not counting.any():
        return np.zeros(catalogue.choices.kind.size), FOREVER
    fen = rules.grants_fen(prices)[counting] + ent.scrap_fen[counting].max(axis=(1, 2))[:, None]
    return paid_for_new(catalogue, fen.max(axis=0) / 100.0), int(ent.scrapped_from[counting].min())
