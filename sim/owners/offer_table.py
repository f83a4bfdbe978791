"""This month's table: what every type is offered and what it is worth to them, as the kernels read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.bank import Bank
from sim.behaviour.attention import KM_CLASSES, MEANS_CLASSES, WHOLE, Entering, Screen, entry_chances, look_first, thresholds
from sim.behaviour.offers import Decisions, Financing, Heard, Offers
from sim.behaviour.paying import INFEASIBLE
from sim.behaviour.value import Terms, empty_acting, inclusive_values, prepare
from sim.behaviour.vintages_at_once import all_states, gain_step
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
    """Values of the month for one category: K types, J alternatives, W beliefs as in ``Offers``."""

    waiting: NDArray[np.float32]
    """Value of carrying on in the market [W, B, C, lanes]."""
    nothing: Floats
    nothing_waiting: Floats
    """Value of having none, out of the market and in it [W, K]."""
    due: Floats
    paid: Floats
    """Taste - money x due; very low where not on offer [K, J]."""
    base: Floats
    """Value of carrying on, and what is paid for it [W, K, J]."""
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
    month = slice(now.month - expected.solved, now.month - expected.solved + 1)
    return Table(
        **_standing(expected, paid, month),
        due=due,
        paid=paid,
        km_value=-now.money[:, None] * energy * HOLDING_YEARS,
        routes=route_utilities(catalogue, now.rules.frictions.effort_saved, now.money),
    )


def advance(table: Table, now: Circumstances, expected: Expectations) -> Table:
    """The table of an earlier month whose prices still stand, with this month's values."""
    month = slice(now.month - expected.solved, now.month - expected.solved + 1)
    return replace(table, **_standing(expected, table.paid, month))


def _standing(expected: Expectations, paid: Floats, months: slice) -> dict[str, Any]:
    """What carrying on is worth by belief: of several ``months``, the least that waiting is, and the most that acting is."""
    values = [belief.values for belief in expected.beliefs]
    return {
        "waiting": np.stack([each.waiting[months].min(axis=0) for each in values]),
        "nothing": np.stack([each.nothing[months].max(axis=0) for each in values]),
        "nothing_waiting": np.stack([each.nothing_waiting[months].min(axis=0) for each in values]),
        "base": np.stack([_base(paid, each.bought[months].max(axis=0)) for each in values]),
    }


def _base(paid: Floats, carry: Floats) -> Floats:
    """Value of carrying on with each alternative, and what is paid for it [K, J]."""
    return np.where(paid > INFEASIBLE, carry + paid, INFEASIBLE)


def build_screen(
    outlook: Outlook, this_month: Table, now: Circumstances, expected: Expectations, is_open: Bools, by_means: bool
) -> Screen:  # fmt: skip
    """Thresholds with the best grants, credit and neighbours that any owner of a class can have until values change.

    ``by_means``: classes are those of liquid assets, else of kilometres.
    """
    table = replace(this_month, **_standing(expected, this_month.paid, slice(now.month - expected.solved, None)))
    classes = MEANS if by_means else KILOMETRES
    beliefs, *states = table.waiting.shape
    keep = np.empty((beliefs, len(classes), *states), dtype=np.uint32)
    first = np.empty((beliefs, 2, len(classes), now.money.size), dtype=np.uint32)
    certified, certified_from = best_certified(outlook.catalogue, now.rules, now.prices.new, is_open)
    for w in range(beliefs):
        informed = w == beliefs - 1
        _screen_belief(
            outlook, table, w, now, expected, best_grants(outlook, now, is_open if informed else None),
            certified * informed, classes, keep[w], first[w],
        )  # fmt: skip
    _, fails = outlook.rules_worth.bindings(now.rules, now.month, now.money)
    fails = np.where(fails >= 1.0, 0.0, fails)
    chances = (0.5 * (fails + np.concatenate([fails[1:], fails[-1:]])) * WHOLE).astype(np.uint32)
    return Screen(keep, first, certified_from, chances)


class BestGrants(NamedTuple):
    """The most that grants can be worth to anybody of a type."""

    fresh: Floats
    """Utility with each alternative, where no old good is asked for [K, J]."""
    terms: Terms
    """What they add to disposal routes [B, lanes]."""


def best_grants(outlook: Outlook, now: Circumstances, is_open: Bools | None) -> BestGrants:
    """To one who has heard of all that pay ([M] ``is_open``), or of none (None)."""
    worth = outlook.rules_worth
    fresh = np.zeros((now.money.size, outlook.catalogue.choices.kind.size))
    if is_open is None:
        none = worth.no_boost
        return BestGrants(fresh, Terms(worth.unbound, worth.unbound, none, none, none, worth.not_granted))
    fresh += now.grant_money[:, None] * open_grants(outlook.catalogue, now.rules, now.month, now, best_case=True)
    boosts = worth.boosts(now.rules, now.month, best_worth(now.rules, now.prices.new, now.money.size), now, is_open)
    granted = np.max(boosts, axis=(0, 2)) > 1.0
    return BestGrants(fresh, Terms(worth.unbound, worth.unbound, *boosts, granted))


def _screen_belief(
    outlook: Outlook, table: Table, w: int, now: Circumstances, expected: Expectations, grants: BestGrants, certified: Floats,
    classes: Sequence[tuple[float, float, float]], keep: NDArray[np.uint32], first: NDArray[np.uint32],
) -> None:  # fmt: skip
    """Fill ``Screen.keep`` and ``first`` of belief ``w``; ``certified`` [J]: most yuan that any certificate earns."""
    catalogue, behaviour = outlook.catalogue, outlook.behaviour
    choices, scale, spread = catalogue.choices, behaviour.shopping_scale.value, behaviour.nest_dissimilarity.value
    shift, waiting, nothing, looking = -scale * now.season, table.waiting[w], table.nothing[w], table.nothing_waiting[w]
    by_km = table.km_value[:, choices.variant] * (choices.kind != NOTHING)
    best = best_purchase(outlook, table, w, now) + grants.fresh
    best[:, -1] = 0.0
    rows = outlook.vintages.age_rows(np.array([now.month - 1]))[0]  # by the day, a good can be a month younger than by months
    nests, gains = np.empty((now.money.size, int(choices.nest.max()) + 1)), np.empty(waiting.shape)
    inside, room = waiting.astype(np.float64), all_states(waiting.size)
    flat, acting, effort = np.zeros_like(best), empty_acting(waiting.shape[2]), catalogue.effort_first + shift
    for n, (least, most, reserves) in enumerate(classes):
        if n and classes is KILOMETRES and not by_km.any():  # not driven: every class of kilometres is the same
            keep[n], first[:, n] = keep[0], first[:, 0]
            continue
        reachable = best + np.maximum((least - 1.0) * by_km, (most - 1.0) * by_km) - least_strain(table, now, reserves)
        inclusive_values(flat, nothing, reachable, choices, spread, nests)
        prepare(expected.own, expected.routes.forced, nests, looking, catalogue.new_nests, acting)
        gain_step(expected.own, expected.routes, acting, rows, grants.terms, inside, room, gains)
        margin = np.maximum((1.0 - least) * table.km_value, (1.0 - most) * table.km_value).ravel()
        thresholds(_between(gains, waiting), margin, shift, scale, keep[n])
        look_first(nests, looking, effort, scale, first[0, n])
        first[1, n] = first[0, n]
        if certified.any():
            reachable += now.grant_money[:, None] * certified[None, :]
            inclusive_values(flat, nothing, reachable, choices, spread, nests)
            look_first(nests, looking, effort, scale, first[1, n])


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


def build_entry(outlook: Outlook, now: Circumstances, expected: Expectations, months: slice, heard: Heard) -> Entering:
    """Chances to enter the market; where ``months``, counted from the solution, are several, the highest of each state."""
    catalogue, behaviour = outlook.catalogue, outlook.behaviour
    scale = behaviour.entry_scale.value
    shift = -scale * now.season - now.effort_cut
    values = [belief.values for belief in expected.beliefs]
    held = np.empty((len(values), *values[0].entering.shape[1:]), dtype=np.uint32)
    chances = np.empty((1, len(values), now.money.size), dtype=np.uint32)
    effort = np.repeat(catalogue.entry_keep, len(catalogue.variants)) + shift
    for w, each in enumerate(values):
        entry_chances(each.entering[months].max(axis=0), effort, scale, held[w])
    first = np.stack([each.entering_first[months].max(axis=0) for each in values]).astype(np.float32)
    entry_chances(first[None], catalogue.entry_first + shift, scale, chances)
    pairs = held.max(axis=(0, 3))
    pairs[:-1] = np.maximum(pairs[:-1], pairs[1:])
    return Entering(
        held, chances[0], np.ascontiguousarray(pairs.T), heard, float(catalogue.product.condition.wear_entry.value),
        float(behaviour.event_entry.value), np.uint32(WHOLE * behaviour.interest_lost.value), outlook.vintages.start,
    )  # fmt: skip


def best_purchase(outlook: Outlook, table: Table, w: int, now: Circumstances) -> Floats:
    """Most that each alternative can be worth to any owner of a type who believes ``w``, kilometres and grants apart [K, J]."""
    catalogue = outlook.catalogue
    choices = catalogue.choices
    good = choices.kind != NOTHING
    social = outlook.behaviour.social_weight.value * max(now.most_exposed - now.social_mean, 0.0)
    best = table.base[w] + social * (catalogue.is_nev[choices.variant] & good)
    best += now.money[:, None] * loan_gain(now.financing, table.due)
    return np.asarray(best, dtype=np.float64)


def loan_gain(financing: Financing, due: Floats) -> Floats:
    """Most that credit can be worth beyond its yuan: cheap loans and interest paid by the treasury [J]."""
    cheap = max(0.0, -float(financing.present_cost.min()))
    paid = np.array([all_interest(financing.interest_share, financing.interest_most, principal) for principal in due])
    return np.asarray(cheap * due + paid, dtype=np.float64)


def build_offers(
    outlook: Outlook, table: Table, now: Circumstances, expected: Expectations, is_open: Bools, heard: Heard,
    banks: Sequence[Bank],
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
        open=is_open.astype(np.int8), aware=now.aware, heard=heard,
        retirement=now.rules.retirement_months, money=now.money,
        effort_keep=catalogue.effort_keep, effort_first=catalogue.effort_first,
        shopping_scale=behaviour.shopping_scale.value, nest_scale=behaviour.nest_dissimilarity.value,
        route_scale=route_scales(catalogue, behaviour, now.money), season_shift=-behaviour.shopping_scale.value * now.season,
        patience=behaviour.forced_patience.value,
        nev_only=mandated(catalogue, now.rules),
    )  # fmt: skip


def stand_again(offers: Offers, table: Table, month: int, is_open: Bools, aware: Floats, heard: Heard) -> Offers:
    """Offers of an earlier month that still stand, with this month's days, values, open pots and awareness."""
    return offers._replace(
        month=month, first_day=first_day(month), days=days_in(month), open=is_open.astype(np.int8), aware=aware,
        heard=heard, base=table.base, nothing=table.nothing, nothing_waiting=table.nothing_waiting, waiting=table.waiting,
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
