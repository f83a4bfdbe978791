"""This month's table: what every type is offered and what it is worth to them, as the kernels read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.agents.bank import Bank
from sim.behaviour.attention import KM_CLASSES, WHOLE, Screen, look_first, thresholds
from sim.behaviour.offers import Decisions, Financing, Offers
from sim.behaviour.paying import INFEASIBLE
from sim.behaviour.value import gain_step, inclusive_values, purchase_carry
from sim.clock import days_in, first_day
from sim.codes import NOTHING, VINTAGE_MONTHS
from sim.owners.circumstances import Circumstances
from sim.owners.disposal import route_utilities
from sim.owners.outlook import Expectations, Outlook
from sim.owners.purchase import due_at_purchase, loan_limits, on_offer
from sim.owners.use import energy_cost
from sim.owners.worth_of_rules import best_worth, open_grants
from sim.policy.in_force import Rules
from sim.policy.interest import all_interest
from sim.population.products import Catalogue

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
HOLDING_YEARS = 4.2
"""Discounted years over which a buyer counts kilometres when comparing energy costs (assumption, grade C)."""


@dataclass(frozen=True)
class Table:
    """Values of the month for one category: K types, J alternatives."""

    carry_on: NDArray[np.float32]
    nothing: Floats
    due: Floats
    base: Floats
    """Value of carrying on + taste - money x due; very low where not on offer [K, J]."""
    km_value: Floats
    """[K, V]."""
    routes: Floats
    """Trouble of each disposal route [K, 4]."""


def build_table(outlook: Outlook, now: Circumstances, expected: Expectations) -> Table:
    """Read this month's values off what owners expect and add what purchases cost."""
    catalogue, values, t = outlook.catalogue, expected.values, now.month - expected.solved
    due = due_at_purchase(catalogue, now.rules, now.prices)
    carry = np.empty((now.money.size, due.size))
    bins = outlook.vintages.of_ages(np.array([now.month]), catalogue.choices.age)[0]
    purchase_carry(catalogue.choices, values.carry_on[t], bins, carry)
    base = carry + now.taste[None, :] - now.money[:, None] * due[None, :]
    energy = energy_cost(catalogue, now.paths, now.month)
    return Table(
        carry_on=values.carry_on[t],
        nothing=values.nothing[t],
        due=due,
        base=np.where(on_offer(catalogue), base, INFEASIBLE),
        km_value=-now.money[:, None] * energy * HOLDING_YEARS,
        routes=route_utilities(catalogue, now.rules.frictions.effort_saved, now.money),
    )


def build_screen(outlook: Outlook, table: Table, now: Circumstances, is_open: Bools) -> Screen:
    """Thresholds with the best grants, credit, kilometres and neighbours that any owner can have."""
    catalogue, behaviour = outlook.catalogue, outlook.behaviour
    choices, scale = catalogue.choices, behaviour.attention_scale.value
    by_km = table.km_value[:, choices.variant] * (choices.kind != NOTHING)
    best = best_purchase(outlook, table, now)
    worth = best_worth(now.rules, now.prices.new, now.money.size)
    boosts = outlook.rules_worth.boosts(now.rules, now.month, worth, now.money, is_open)
    routes = outlook.disposal_routes(now.prices, now.money, table.routes)
    rows = outlook.vintages.age_rows(np.array([now.month - VINTAGE_MONTHS // 2]))[0]  # the youngest of a vintage fetches most
    owning = outlook.owning(np.empty((1, 1, 1)), now.money, False)
    keep = np.empty((len(KM_CLASSES) - 1, *table.carry_on.shape), dtype=np.uint32)
    first = np.empty((len(KM_CLASSES) - 1, now.money.size), dtype=np.uint32)
    nests, gains = np.empty((now.money.size, int(choices.nest.max()) + 1)), np.empty(table.carry_on.shape)
    flat = np.zeros_like(best)
    for n, (least, most) in enumerate(pairwise(KM_CLASSES)):
        if n and not by_km.any():  # goods that are not driven: every class of kilometres is the same
            keep[n], first[n] = keep[0], first[0]
            continue
        reachable = best + np.maximum((least - 1.0) * by_km, (most - 1.0) * by_km)
        inclusive_values(flat, table.nothing, reachable, choices, behaviour.nest_dissimilarity.value, nests)
        gain_step(owning, routes, nests, catalogue.new_nests, rows, *boosts, table.carry_on, gains)
        margin = np.maximum((1.0 - least) * table.km_value, (1.0 - most) * table.km_value).ravel()
        thresholds(gains, margin, now.season_shift, scale, keep[n])
        look_first(nests, table.nothing, catalogue.effort_first + now.season_shift, scale, first[n])
    _, fails = outlook.rules_worth.bindings(now.rules, now.month, now.money)
    chances = (np.where(fails >= 1.0, 0.0, fails) * WHOLE).astype(np.uint32)
    return Screen(keep, first, chances, np.ascontiguousarray(keep.max(axis=(0, 3)).T))


def best_purchase(outlook: Outlook, table: Table, now: Circumstances) -> Floats:
    """Most that each alternative can be worth to any owner of a type, kilometres apart [K, J]."""
    catalogue = outlook.catalogue
    choices = catalogue.choices
    good = choices.kind != NOTHING
    social = outlook.behaviour.social_weight.value * max(now.most_exposed - now.social_mean, 0.0)
    best = table.base + social * (catalogue.is_nev[choices.variant] & good)
    best += now.money[:, None] * (
        open_grants(catalogue, now.rules, now.prices.new, now.month, best_case=True) + loan_gain(now.financing, table.due)
    )
    best[:, -1] = 0.0
    return np.asarray(best, dtype=np.float64)


def loan_gain(financing: Financing, due: Floats) -> Floats:
    """Most that credit can be worth beyond its yuan: cheap loans and interest paid by the treasury [J]."""
    cheap = max(0.0, -float(financing.present_cost.min()))
    paid = np.array([all_interest(financing.interest_share, financing.interest_most, principal) for principal in due])
    return np.asarray(cheap * due + paid, dtype=np.float64)


def build_offers(outlook: Outlook, table: Table, now: Circumstances, is_open: Bools, banks: Sequence[Bank]) -> Offers:
    """Everything the decision kernel reads of this month."""
    catalogue, behaviour = outlook.catalogue, outlook.behaviour
    choices = catalogue.choices
    good = choices.kind != NOTHING
    return Offers(
        month=now.month, first_day=first_day(now.month), days=days_in(now.month),
        due=table.due, loan_max=loan_limits(catalogue, now.rules, now.prices, banks),
        base=table.base, nothing=table.nothing, carry_on=table.carry_on,
        sale=now.prices.sale, formal=now.prices.formal, informal=now.prices.informal, route_utility=table.routes,
        km_value=table.km_value, km_bought=np.ascontiguousarray(table.km_value[:, choices.variant] * good),
        nev_bought=(catalogue.is_nev[choices.variant] & good).astype(np.float64),
        social_weight=behaviour.social_weight.value, social_mean=now.social_mean,
        grants=now.rules.grants_fen(now.prices.new), open=is_open.astype(np.int8), aware=now.aware,
        retirement=now.rules.retirement_months, money=now.money,
        effort_keep=catalogue.effort_keep, effort_first=catalogue.effort_first,
        attention_scale=behaviour.attention_scale.value, nest_scale=behaviour.nest_dissimilarity.value,
        route_scale=behaviour.way_dissimilarity.value, season_shift=now.season_shift,
        event_cut=behaviour.event_effort_cut.value, patience=behaviour.forced_patience.value,
        nev_only=mandated(catalogue, now.rules),
    )  # fmt: skip


def stand_again(offers: Offers, month: int, is_open: Bools, aware: Floats) -> Offers:
    """Offers of an earlier month that still stand, with this month's days, open pots and awareness."""
    return offers._replace(
        month=month, first_day=first_day(month), days=days_in(month), open=is_open.astype(np.int8), aware=aware
    )


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
