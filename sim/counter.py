"""This month's counter: what every type is offered and what it is worth to them, as the kernels read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.agents.bank import Bank, loan_ratios
from sim.behaviour.attention import KM_CLASSES, WHOLE, Screen, look_first, thresholds
from sim.behaviour.offers import Decisions, Offers, Purse
from sim.behaviour.paying import INFEASIBLE
from sim.behaviour.value import NEW, NOTHING, gain_step, inclusive_values, purchase_carry
from sim.clock import days_in, first_day
from sim.markets.prices import Paths, Prices
from sim.numerics.arithmetic import exp_all, log_all
from sim.outlook import Money, Outlook
from sim.policy.rules import Rules
from sim.population.products import VINTAGE_MONTHS

Floats = NDArray[np.float64]
HOLDING_YEARS = 4.2
"""Discounted years over which a buyer counts kilometres when comparing energy costs (assumption, grade C)."""


@dataclass(frozen=True)
class Counter:
    """What all categories share this month."""

    paths: Paths
    money: Floats
    """Marginal utility of a yuan of this category's types [K]."""
    wallet: Money
    purse: Purse
    social_mean: float
    most_exposed: float
    """Highest exposure of any household."""
    season_shift: float
    """Effort added by the season, less what campaigns take away."""
    aware: Floats
    """Share of owners that know each entitlement [M]."""


@dataclass(frozen=True)
class Table:
    """Values of the month for one category: K types, J alternatives."""

    carry_on: NDArray[np.float32]
    nothing: Floats
    due: Floats
    base: Floats
    """Value of carrying on + taste - money x due; very low where not on offer [K, J]."""
    money: Floats
    km_value: Floats
    """[K, V]."""
    ways: Floats
    """Trouble of each way out [K, 4]."""


def build_table(outlook: Outlook, rules: Rules, prices: Prices, counter: Counter, taste: Floats, month: int) -> Table:
    """Read this month's values off the outlook and add what purchases cost."""
    values = outlook.values
    assert values is not None
    t = month - outlook.solved
    due = outlook.due(rules, prices)
    carry = np.empty((outlook.types, due.size))
    bins = outlook.alternative_bins(np.array([month]))[0]
    purchase_carry(outlook.catalogue.choices, values.carry_on[t], bins, carry)
    base = carry + taste[None, :] - counter.money[:, None] * due[None, :]
    energy = outlook.energy_cost(counter.paths, month)
    return Table(
        carry_on=values.carry_on[t],
        nothing=values.nothing[t],
        due=due,
        base=np.where(outlook.on_offer(), base, INFEASIBLE),
        money=counter.money,
        km_value=-counter.money[:, None] * energy * HOLDING_YEARS,
        ways=outlook.way_utilities(rules.frictions.effort_saved, counter.money),
    )


def build_screen(
    outlook: Outlook,
    table: Table,
    rules: Rules,
    prices: Prices,
    counter: Counter,
    is_open: NDArray[np.bool_],
    month: int,
) -> Screen:
    """Thresholds with the best grants, credit, kilometres and neighbours that any owner can have."""
    catalogue, behaviour = outlook.catalogue, outlook.behaviour
    choices, scale = catalogue.choices, behaviour.attention_scale.value
    good = choices.kind != NOTHING
    by_km = table.km_value[:, choices.variant] * good
    social = behaviour.social_weight.value * max(counter.most_exposed - counter.social_mean, 0.0)
    best = table.base + social * (catalogue.is_nev[choices.variant] & good)
    best += counter.money[:, None] * (
        outlook.open_grants(rules, prices, month, best_case=True) + loan_gain(counter.purse, table.due)
    )
    best[:, -1] = 0.0
    worth = outlook.worth(rules, prices, np.zeros((outlook.types, outlook.variants)), best_case=True)
    boosts = outlook.boosts(rules, month, worth, counter.money, True, is_open)
    ways = outlook.ways(prices, counter.money, table.ways)
    rows = outlook.age_rows(np.array([month - VINTAGE_MONTHS // 2]))[0]  # the youngest of a vintage fetches most
    owning = outlook.owning(np.empty((1, 1, 1)), counter.money, False)
    keep = np.empty((len(KM_CLASSES) - 1, *table.carry_on.shape), dtype=np.uint32)
    first = np.empty((len(KM_CLASSES) - 1, outlook.types), dtype=np.uint32)
    nests, gains = np.empty((outlook.types, int(choices.nest.max()) + 1)), np.empty(table.carry_on.shape)
    flat = np.zeros_like(best)
    for n, (least, most) in enumerate(pairwise(KM_CLASSES)):
        if n and not by_km.any():  # goods that are not driven: every class of kilometres is the same
            keep[n], first[n] = keep[0], first[0]
            continue
        reachable = best + np.maximum((least - 1.0) * by_km, (most - 1.0) * by_km)
        inclusive_values(flat, table.nothing, reachable, choices, behaviour.nest_dissimilarity.value, nests)
        gain_step(owning, ways, nests, catalogue.new_nests, rows, *boosts, table.carry_on, gains)
        margin = np.maximum((1.0 - least) * table.km_value, (1.0 - most) * table.km_value).ravel()
        thresholds(gains, margin, counter.season_shift, scale, keep[n])
        look_first(nests, table.nothing, catalogue.effort_first + counter.season_shift, scale, first[n])
    _, fails = outlook.bindings(rules, month, counter.money)
    return Screen(
        keep,
        first,
        (np.where(fails >= 1.0, 0.0, fails) * WHOLE).astype(np.uint32),
        np.ascontiguousarray(keep.max(axis=(0, 3)).T),
    )


def loan_gain(purse: Purse, due: Floats) -> Floats:
    """Most that credit can be worth beyond its yuan: cheap loans and interest paid by the treasury [J]."""
    cheap = max(0.0, -float(purse.present_cost.min()))
    paid = np.minimum(purse.interest_share * np.minimum(purse.interest_principal, due), purse.interest_cap)
    return np.asarray(cheap * due + paid, dtype=np.float64)


def build_offers(
    outlook: Outlook,
    table: Table,
    rules: Rules,
    prices: Prices,
    counter: Counter,
    is_open: NDArray[np.bool_],
    banks: Sequence[Bank],
    month: int,
) -> Offers:
    """Everything the decision kernel reads of this month."""
    catalogue, behaviour = outlook.catalogue, outlook.behaviour
    choices = catalogue.choices
    good = choices.kind != NOTHING
    return Offers(
        month=month,
        first_day=first_day(month),
        days=days_in(month),
        due=table.due,
        loan_max=loan_limits(outlook, rules, prices, banks),
        base=table.base,
        nothing=table.nothing,
        carry_on=table.carry_on,
        sale=prices.sale,
        formal=prices.formal,
        informal=prices.informal,
        way_utility=table.ways,
        km_value=table.km_value,
        km_bought=np.ascontiguousarray(table.km_value[:, choices.variant] * good),
        nev_bought=(catalogue.is_nev[choices.variant] & good).astype(np.float64),
        social_weight=behaviour.social_weight.value,
        social_mean=counter.social_mean,
        grants=rules.grants_fen(prices.new),
        open=is_open.astype(np.int8),
        aware=counter.aware,
        retirement=rules.retirement_months,
        money=counter.money,
        effort_keep=catalogue.effort_keep,
        effort_first=catalogue.effort_first,
        attention_scale=behaviour.attention_scale.value,
        nest_scale=behaviour.nest_dissimilarity.value,
        way_scale=behaviour.way_dissimilarity.value,
        season_shift=counter.season_shift,
        event_cut=behaviour.event_effort_cut.value,
        patience=behaviour.forced_patience.value,
        nev_only=mandated(outlook, rules),
    )


def loan_limits(outlook: Outlook, rules: Rules, prices: Prices, banks: Sequence[Bank]) -> Floats:
    """Largest loan by use of the good, bank and alternative, yuan [uses, banks, J]."""
    choices = outlook.catalogue.choices
    price = np.where(choices.kind == NEW, prices.new[choices.variant], table_used(outlook, prices))
    return loan_ratios(outlook.catalogue, banks, rules) * price


def table_used(outlook: Outlook, prices: Prices) -> Floats:
    """Asking price of every alternative if it were used, yuan [J]."""
    choices = outlook.catalogue.choices
    return np.asarray(prices.used[choices.variant, outlook.age_row(choices.age)], dtype=np.float64)


def mandated(outlook: Outlook, rules: Rules) -> Floats:
    """Chance that a purchase of each type must be an NEV [K]."""
    out = np.zeros(outlook.types)
    for mandate in rules.mandates:
        for k, name in enumerate(outlook.catalogue.types):
            if name in mandate.owners:
                out[k] = max(out[k], mandate.share)
    return out


def empty_decisions(count: int) -> Decisions:
    """Room for so many decisions."""
    return Decisions(
        slot=np.empty(count, np.int32), alternative=np.empty(count, np.int16), way=np.empty(count, np.int8),
        row=np.empty(count, np.int16), day=np.empty(count, np.int16), grant=np.empty(count, np.int64),
        principal=np.empty(count, np.float32), paid=np.empty(count, np.float32), cash=np.empty(count, np.float32),
        reason=np.empty(count, np.int8), luck=np.empty(count, np.uint32),
    )  # fmt: skip


def awareness(start: float, spread: float, months: Floats) -> Floats:
    """Share of owners that know a measure so many months after it began: 1 - (1 - start) (1 - spread)^months."""
    return 1.0 - (1.0 - start) * exp_all(months * float(log_all(np.array([max(1.0 - spread, 1e-9)]))[0]))
