"""Small owners, choices and disposal routes for tests of the value of owning."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from reference.closed_market import ClosedMarket
from reference.owning import carry_on_all, lost_good

from sim.behaviour.announced import Announced, Values, VintagePlace, announced_values
from sim.behaviour.stationary import Stationary, stationary_values
from sim.behaviour.value import Choices, Owning, Routes, Terms, static_values
from sim.codes import NEW, NOTHING, USED
from sim.numerics import luck
from sim.numerics.compile import kernel

Floats = NDArray[np.float64]

NEW_NESTS = 2
"""The nests of ``small_case`` that hold new goods; they come first."""
FOR_SURE = -1e3
"""Effort of entering the market at which everybody does."""


class Case(NamedTuple):
    """Owners and what they can do; price utility [K, J]."""

    own: Owning
    routes: Routes
    choices: Choices
    price_utility: Floats


class Solved(NamedTuple):
    """W0 and W1 in the long run [A, 2, C, lanes], those of none [K, 2], nests [K, N], K0 and K1 [A, C, lanes], rounds."""

    W: Floats
    nothing: Floats
    nests: Floats
    keep: Floats
    inside: Floats
    rounds: int

    @property
    def final(self) -> Stationary:
        return Stationary(self.W, self.nothing, self.nests)


def published_market(money: tuple[float, ...], transaction_cost: float) -> ClosedMarket:
    """The example of ``data/equilibrium_prices.csv``: one type for each marginal utility of money, in equal shares."""
    ages, types = 25, len(money)
    ends = np.full((1, ages), 1.0 / (1.0 + np.exp(5.0)))
    ends[0, -1] = 1.0
    flow = 6.0 - 0.5 * np.arange(ages, dtype=np.float64)
    own = Owning(
        flow=np.repeat(flow[:, np.newaxis, np.newaxis], types, axis=2),
        moves=(1.0 - ends)[np.newaxis],
        ends=ends,
        money=np.array(money),
        effort_keep=np.zeros(types),
        effort_first=np.zeros(types),
        entry_keep=np.full(types, FOR_SURE),
        entry_first=np.full(types, FOR_SURE),
        discount=0.95,
        foresight=1.0,
        shopping_scale=1.0,
        entry_scale=1.0,
        lost=0.0,
        wear_entry=0.0,
        nest_scale=1.0,
        route_scale=np.full(types, 0.5),
    )
    return ClosedMarket(own, np.full(types, 1.0 / types), 200.0, 1.0, transaction_cost)


def small_owning(foresight: float = 0.8, **changes: Any) -> Owning:
    """Two types, two variants, three conditions, twelve monthly ages; money in thousand yuan."""
    ages, types, variants = 12, 2, 2
    fall = np.arange(ages, dtype=np.float64)
    lanes = np.array([0.60, 0.58, 0.70, 0.68])
    worse = np.array([0.0, 0.1, 0.3])
    flow = lanes - 0.05 * fall[:, np.newaxis, np.newaxis] - worse[:, np.newaxis]
    moves, ends = np.zeros((3, 3, ages)), np.zeros((3, ages))
    for state, (leave, lost) in enumerate(((0.05, 0.01), (0.08, 0.01), (0.0, 0.10))):
        ends[state] = lost
        moves[state, state] = 1.0 - leave - lost
        if state < 2:
            moves[state, state + 1] = leave
    own = Owning(
        flow=np.ascontiguousarray(flow.reshape(ages, 3, types * variants)),
        moves=moves,
        ends=ends,
        money=np.array([0.03, 0.06]),
        effort_keep=np.array([2.0, 2.5]),
        effort_first=np.array([1.5, 2.0]),
        entry_keep=np.array([6.0, 6.5]),
        entry_first=np.array([7.0, 6.0]),
        discount=0.97,
        foresight=foresight,
        shopping_scale=0.7,
        entry_scale=4.0,
        lost=0.06,
        wear_entry=0.3,
        nest_scale=0.6,
        route_scale=np.array([0.4, 0.4, 0.55, 0.55]),
    )
    return own._replace(**changes)


def small_case(own: Owning, prices: tuple[float, ...] = (100.0, 120.0, 60.0, 40.0)) -> Case:
    """New of either variant, used of the first variant at two ages, none; nests: one for each variant, used, none."""
    choices = Choices(
        kind=np.array([NEW, NEW, USED, USED, NOTHING]),
        variant=np.array([0, 1, 0, 0, 0]),
        band=np.zeros(5, dtype=np.int64),
        nest=np.array([0, 1, 2, 2, 3]),
        age=np.array([0, 0, 3, 6, 0]),
        mix=np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.8, 0.2, 0.0], [0.6, 0.3, 0.1], [1.0, 0.0, 0.0]]),
    )
    price_utility = -np.multiply.outer(own.money, np.array([*prices, 0.0]))
    return Case(own, small_routes(own, 60.0), choices, price_utility)


def small_routes(own: Owning, newest: float) -> Routes:
    """A used price that falls from ``newest`` with age and condition, scrap at 3, and informal trade worth 2."""
    ages, conditions, lanes = own.flow.shape
    money = np.repeat(own.money, lanes // own.money.size)
    price = newest * 0.85 ** np.arange(ages)[:, np.newaxis] * 0.8 ** np.arange(conditions)
    sell = np.exp(price[:, :, np.newaxis] * money / own.route_scale)
    formal = np.exp(3.0 * money / own.route_scale)
    rest = np.broadcast_to(np.exp(2.0 * money / own.route_scale), sell.shape)
    plain = own.route_scale * np.log(sell + formal + rest)
    return Routes(sell=sell, formal=formal, rest=rest.copy(), plain=plain, forced=3.0 * money)


def no_rules(*shape: int) -> Terms:
    """Terms [..., lanes] of a time without rules."""
    zeros, ones = np.zeros(shape), np.ones(shape)
    return Terms(zeros, zeros.copy(), ones, ones.copy(), ones.copy(), np.zeros(shape[:-1], dtype=np.bool_))


def solve(case: Case, start: Solved | None = None, tolerance: float = 1e-12, rounds: int = 20_000) -> Solved:
    """Solve the stationary case without rules, and derive K0(s) and K1(s) from it in plain arithmetic."""
    own, routes, choices, price_utility = case
    ages, conditions, lanes = own.flow.shape
    types, nests = own.money.size, int(choices.nest.max()) + 1
    nowhere = Stationary(np.zeros((ages, 2, conditions, lanes)), np.zeros((types, 2)), np.zeros((types, nests)))
    first, static = nowhere if start is None else start.final, static_values(own)
    found, used = stationary_values(
        own, static, routes, choices, choices.age, NEW_NESTS, no_rules(ages, lanes), price_utility, first, tolerance, rounds
    )
    keep = carry_on_all(own, static, found.W, lost_good(own, found.nests, found.nothing) + routes.forced)
    return Solved(*found, *keep, used)


def unchanged(case: Case, months: int) -> tuple[Announced, NDArray[np.int64], NDArray[np.int64]]:
    """An announcement of nothing; with it each vintage's age [T + 1, B] and each alternative's vintage [T, J].

    In month 0 vintage 0 has the oldest age and each further one is a month younger; those still to come have age 0.
    """
    ages, _, lanes = case.own.flow.shape
    vintages = ages + months
    month = np.arange(months + 1)[:, np.newaxis]
    age_of = np.clip(ages - 1 + month - np.arange(vintages), 0, ages - 1)
    bins = ages - 1 + month[:-1] - case.choices.age
    utility = np.repeat(case.price_utility[np.newaxis], months, axis=0)
    return Announced(utility, no_rules(months, vintages, lanes), np.arange(months)), age_of, bins


def announce(case: Case, ahead: Announced, age_of: NDArray[np.int64], bins: NDArray[np.int64], last: Solved) -> Values:
    """Solve the announced months backwards from the stationary values ``last`` that follow them."""
    months, bought = bins.shape[0], VintagePlace(bins, np.zeros(bins.shape))
    return announced_values(
        case.own, static_values(case.own), case.routes, case.choices, ahead, age_of, bought, NEW_NESTS, last.final, months
    )


def nests_in(case: Case, ahead: Announced, values: Values, month: int) -> Floats:
    """Inclusive values of the nests in an announced month [K, N]."""
    utility = values.bought[month] + ahead.price_utility[month]
    utility[:, case.choices.kind == NOTHING] = values.nothing[month][:, np.newaxis]
    scale, nest = case.own.nest_scale, case.choices.nest
    inside = [np.logaddexp.reduce(utility[:, nest == n] / scale, axis=1) for n in range(int(nest.max()) + 1)]
    return np.asarray(scale * np.stack(inside, axis=1))


@kernel
def uniforms(base: np.uint32, count: int) -> Floats:
    """Uniform numbers of the first ``count`` agents."""
    out = np.empty(count)
    for who in range(count):
        out[who] = luck.uniform(base, who)
    return out
