"""This month's table: what every type is offered and what it is worth to them, as the kernels read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.agents.bank import Bank
from sim.behaviour.announced import Values
from sim.behaviour.attention import KM_CLASSES, MEANS_CLASSES, WHOLE, Entering, Screen, entry_chances, look_first, thresholds
from sim.behaviour.offers import Decisions, Financing, Offers
from sim.behaviour.paying import INFEASIBLE
from sim.behaviour.value import Terms, empty_acting, gain_step, inclusive_values, prepare
from sim.clock import days_in, first_day
from sim.codes import NOTHING
from sim.numerics.arithmetic import exp_all
from sim.owners.certificates import best_certified, later_purchases
from sim.owners.circumstances import Circumstances
from sim.owners.disposal import route_scales, route_utilities
from sim.owners.outlook import Expectations, Outlook
from sim.owners.purchase import due_at_purchase, loan_limits
from sim.owners.use import energy_cost
from sim.owners.worth_of_rules import best_worth, open_grants
from sim.policy.in_force import Rules
from sim.policy.interest import all_interest
from sim.population.products import Catalogue

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
HOLDING_YEARS = 4.2
"""Discounted years over which a buyer counts kilometres when comparing energy costs (assumption, grade C)."""
KILOMETRES = tuple((least, most, np.inf) for least, most in pairwise(KM_CLASSES))
"""Classes that the screen tells apart: least and most relative kilometres, most liquid assets in reserves."""
MEANS = tuple((KM_CLASSES[0], KM_CLASSES[-1], reserves) for reserves in (*MEANS_CLASSES, np.inf))


@dataclass(frozen=True)
class Table:
    """Values of the month for one category: K types, J alternatives."""

    waiting: NDArray[np.float32]
    """Value of carrying on in the market [B, C, lanes]."""
    nothing: Floats
    nothing_waiting: Floats
    """Value of having none, out of the market and in it [K]."""
    due: Floats
    paid: Floats
    """Taste - money x due; very low where not on offer [K, J]."""
    base: Floats
    """Value of carrying on, and what is paid for it [K, J]."""
    km_value: Floats
    """[K, V]."""
    routes: Floats
    """Trouble of each disposal route [K, 4]."""


def build_table(outlook: Outlook, now: Circumstances, expected: Expectations) -> Table:
    """Read this month's values off what owners expect and add what purchases cost."""
    catalogue = outlook.catalogue
    due = due_at_purchase(catalogue, now.rules, now.prices)
    paid = np.where(catalogue.on_offer, now.taste[None, :] - now.money[:, None] * due[None, :], INFEASIBLE)
    energy = energy_cost(catalogue, now.paths, now.priced)
    values, month = expected.values, now.month - expected.solved
    return Table(
        waiting=values.waiting[month],
        nothing=values.nothing[month],
        nothing_waiting=values.nothing_waiting[month],
        due=due,
        paid=paid,
        base=_base(paid, values.bought[month]),
        km_value=-now.money[:, None] * energy * HOLDING_YEARS,
        routes=route_utilities(catalogue, now.rules.frictions.effort_saved, now.money),
    )


def advance(table: Table, now: Circumstances, expected: Expectations) -> Table:
    """The table of an earlier month whose prices still stand, with this month's values."""
    values, month = expected.values, now.month - expected.solved
    return replace(
        table, waiting=values.waiting[month], nothing=values.nothing[month], nothing_waiting=values.nothing_waiting[month],
        base=_base(table.paid, values.bought[month]),
    )  # fmt: skip


def _base(paid: Floats, carry: Floats) -> Floats:
    """Value of carrying on with each alternative, and what is paid for it [K, J]."""
    return np.where(paid > INFEASIBLE, carry + paid, INFEASIBLE)


def _reach(table: Table, since: int, values: Values) -> Table:
    """The least that carrying on is worth, and the most that acting is, from a month until values are solved again."""
    return replace(
        table, waiting=values.waiting[since:].min(axis=0), nothing=values.nothing[since:].max(axis=0),
        nothing_waiting=values.nothing_waiting[since:].min(axis=0), base=_base(table.paid, values.bought[since:].max(axis=0)),
    )  # fmt: skip


def build_screen(
    outlook: Outlook, this_month: Table, now: Circumstances, expected: Expectations, is_open: Bools, by_means: bool
) -> Screen:  # fmt: skip
    """Thresholds with the best grants, credit and neighbours that any owner of a class can have until values change.

    ``by_means``: classes are those of liquid assets, else of kilometres.
    """
    catalogue, behaviour = outlook.catalogue, outlook.behaviour
    table = _reach(this_month, now.month - expected.solved, expected.values)
    choices, scale = catalogue.choices, behaviour.shopping_scale.value
    shift = -scale * now.season
    by_km = table.km_value[:, choices.variant] * (choices.kind != NOTHING)
    best = best_purchase(outlook, table, now)
    worth = best_worth(now.rules, now.prices.new, now.money.size)
    boosts = outlook.rules_worth.boosts(now.rules, now.month, worth, now, is_open)
    rows = outlook.vintages.age_rows(np.array([now.month - 1]))[0]  # by the day, a good can be a month younger than by months
    owning, acting = expected.own, empty_acting(table.waiting.shape[2])
    unbound, granted = outlook.rules_worth.unbound, outlook.rules_worth.not_granted
    classes = MEANS if by_means else KILOMETRES
    keep = np.empty((len(classes), *table.waiting.shape), dtype=np.uint32)
    first = np.empty((2, len(classes), now.money.size), dtype=np.uint32)
    certified, certified_from = best_certified(catalogue, now.rules, now.prices.new, is_open)
    nests, gains = np.empty((now.money.size, int(choices.nest.max()) + 1)), np.empty(table.waiting.shape)
    flat = np.zeros_like(best)
    for n, (least, most, reserves) in enumerate(classes):
        if n and not by_means and not by_km.any():  # goods that are not driven: every class of kilometres is the same
            keep[n], first[:, n] = keep[0], first[:, 0]
            continue
        reachable = best + np.maximum((least - 1.0) * by_km, (most - 1.0) * by_km) - least_strain(table, now, reserves)
        inclusive_values(flat, table.nothing, reachable, choices, behaviour.nest_dissimilarity.value, nests)
        prepare(owning, expected.routes.forced, nests, table.nothing_waiting, catalogue.new_nests, acting)
        gain_step(owning, expected.routes, acting, rows, Terms(unbound, unbound, *boosts, granted), table.waiting, gains)
        margin = np.maximum((1.0 - least) * table.km_value, (1.0 - most) * table.km_value).ravel()
        thresholds(_between(gains, table.waiting), margin, shift, scale, keep[n])
        look_first(nests, table.nothing_waiting, catalogue.effort_first + shift, scale, first[0, n])
        first[1, n] = first[0, n]
        if certified.any():
            reachable += now.grant_money[:, None] * certified[None, :]
            inclusive_values(flat, table.nothing, reachable, choices, behaviour.nest_dissimilarity.value, nests)
            look_first(nests, table.nothing_waiting, catalogue.effort_first + shift, scale, first[1, n])
    _, fails = outlook.rules_worth.bindings(now.rules, now.month, now.money)
    fails = np.where(fails >= 1.0, 0.0, fails)
    chances = (0.5 * (fails + np.concatenate([fails[1:], fails[-1:]])) * WHOLE).astype(np.uint32)
    return Screen(keep, first, certified_from, chances)


def _between(gains: Floats, waiting: NDArray[np.float32]) -> Floats:
    """Highest gain of acting of a good that lies anywhere between its vintage and the next; [B, C, lanes].

    What acting is worth follows the day of registration, what carrying on is worth lies on a straight line between vintages:
    their difference may be higher in between than at either end.
    """
    worth, carry = gains + waiting, waiting.astype(np.float64)
    worth[:-1] = np.maximum(worth[:-1], worth[1:])
    carry[:-1] = np.minimum(carry[:-1], carry[1:])
    return np.asarray(worth - carry)


def least_strain(table: Table, now: Circumstances, reserves: float) -> Floats:
    """Least utility that paying in cash strains of anybody with liquid assets of up to so many reserves [K, J].

    Strain is weight x reserve x (exp(due / reserve) - 1) x exp(-purse / reserve) yuan, so at least weight x due x exp(-purse /
    reserve); the purse holds liquid assets and what the old good brings. None is sure where somebody lends.
    """
    if now.buyer.loan_share.any() or not np.isfinite(reserves):
        return np.zeros((now.money.size, table.due.size))
    prices = now.prices
    brought = max(float(prices.sale.max()), float(prices.formal.max()), float(prices.informal.max())) / now.least_reserve
    left = float(exp_all(np.array([-(reserves + brought)]))[0])
    return np.asarray(now.money[:, None] * (now.financing.strain_weight * left * table.due)[None, :])


def build_entry(outlook: Outlook, now: Circumstances, values: Values, months: slice) -> Entering:
    """Chances to enter the market; where ``months``, counted from the solution, are several, the highest of each state."""
    catalogue, behaviour = outlook.catalogue, outlook.behaviour
    scale = behaviour.entry_scale.value
    shift = -scale * now.season - now.effort_cut
    gains, first = values.entering[months].max(axis=0), values.entering_first[months].max(axis=0)
    held, chances = np.empty(gains.shape, dtype=np.uint32), np.empty((1, 1, first.size), dtype=np.uint32)
    effort = np.repeat(catalogue.entry_keep, len(catalogue.variants)) + shift
    entry_chances(gains, effort, scale, held)
    entry_chances(first.astype(np.float32)[None, None], catalogue.entry_first + shift, scale, chances)
    pairs = held.max(axis=2)
    pairs[:-1] = np.maximum(pairs[:-1], pairs[1:])
    return Entering(
        held, chances[0, 0], np.ascontiguousarray(pairs.T), float(catalogue.product.condition.wear_entry.value),
        float(behaviour.event_entry.value), np.uint32(WHOLE * behaviour.interest_lost.value), outlook.vintages.start,
    )  # fmt: skip


def best_purchase(outlook: Outlook, table: Table, now: Circumstances) -> Floats:
    """Most that each alternative can be worth to any owner of a type, kilometres apart [K, J]."""
    catalogue = outlook.catalogue
    choices = catalogue.choices
    good = choices.kind != NOTHING
    social = outlook.behaviour.social_weight.value * max(now.most_exposed - now.social_mean, 0.0)
    best = table.base + social * (catalogue.is_nev[choices.variant] & good)
    best += now.grant_money[:, None] * open_grants(catalogue, now.rules, now.month, now, best_case=True)
    best += now.money[:, None] * loan_gain(now.financing, table.due)
    best[:, -1] = 0.0
    return np.asarray(best, dtype=np.float64)


def loan_gain(financing: Financing, due: Floats) -> Floats:
    """Most that credit can be worth beyond its yuan: cheap loans and interest paid by the treasury [J]."""
    cheap = max(0.0, -float(financing.present_cost.min()))
    paid = np.array([all_interest(financing.interest_share, financing.interest_most, principal) for principal in due])
    return np.asarray(cheap * due + paid, dtype=np.float64)


def build_offers(
    outlook: Outlook, table: Table, now: Circumstances, expected: Expectations, is_open: Bools, banks: Sequence[Bank]
) -> Offers:  # fmt: skip
    """Everything the decision kernel reads of this month."""
    catalogue, behaviour, later = outlook.catalogue, outlook.behaviour, later_purchases(outlook, now, expected)
    choices = catalogue.choices
    good = choices.kind != NOTHING
    return Offers(
        month=now.month, first_day=first_day(now.month), days=days_in(now.month),
        due=table.due, loan_max=loan_limits(catalogue, now.rules, now.prices, banks),
        base=table.base, nothing=table.nothing, nothing_waiting=table.nothing_waiting, waiting=table.waiting,
        first_vintage=outlook.vintages.start,
        sale=now.prices.sale, formal=now.prices.formal, informal=now.prices.informal, route_utility=table.routes,
        km_value=table.km_value, km_bought=np.ascontiguousarray(table.km_value[:, choices.variant] * good),
        nev_bought=(catalogue.is_nev[choices.variant] & good).astype(np.float64),
        social_weight=behaviour.social_weight.value, social_mean=now.social_mean,
        grants=now.rules.grants_fen(now.prices.new), felt=behaviour.grant_salience.value / 100.0,
        later_chance=later.chance, later_fen=later.fen,
        open=is_open.astype(np.int8), aware=now.aware,
        retirement=now.rules.retirement_months, money=now.money,
        effort_keep=catalogue.effort_keep, effort_first=catalogue.effort_first,
        shopping_scale=behaviour.shopping_scale.value, nest_scale=behaviour.nest_dissimilarity.value,
        route_scale=route_scales(catalogue, behaviour, now.money), season_shift=-behaviour.shopping_scale.value * now.season,
        patience=behaviour.forced_patience.value,
        nev_only=mandated(catalogue, now.rules),
    )  # fmt: skip


def stand_again(offers: Offers, table: Table, month: int, is_open: Bools, aware: Floats) -> Offers:
    """Offers of an earlier month that still stand, with this month's days, values, open pots and awareness."""
    return offers._replace(
        month=month, first_day=first_day(month), days=days_in(month), open=is_open.astype(np.int8), aware=aware,
        base=table.base, nothing=table.nothing, nothing_waiting=table.nothing_waiting, waiting=table.waiting,
    )  # fmt: skip


def mandated(catalogue: Catalogue, rules: Rules) -> Floats:
    """Chance that a purchase of each type must be an NEV [K]."""
    out = np.zeros(len(catalogue.types))
    for mandate in rules.mandates:
        for k, name in enumerate(catalogue.types):
            if name in mandate.owners:
                out[k] = max(out[k], mandate.share)
    return out


def empty_decisions(count: int) -> Decisions:
    """Room for so many decisions."""
    return Decisions(
        slot=np.empty(count, np.int32), alternative=np.empty(count, np.int16), route=np.empty(count, np.int8),
        row=np.empty(count, np.int16), day=np.empty(count, np.int16), grant=np.empty(count, np.int64),
        principal=np.empty(count, np.float32), paid=np.empty(count, np.float32), cash=np.empty(count, np.float32),
        reason=np.empty(count, np.int8), luck=np.empty(count, np.uint32),
    )  # fmt: skip
