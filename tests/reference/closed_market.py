"""The closed, stationary used-good market: prices by age at which as many owners sell as households buy.

Gillingham, Iskhakov, Munk-Nielsen, Rust & Schjerning (2022), "Equilibrium Trade in Automobiles", with our own
value of owning. Once a step every household, an owner of age a or one that has none, keeps what it has or trades for a
new good, a used one of any age, or none; then it uses what it holds; then the good fails or grows a step older:

    P_k(trade | a) = 1 / (1 + exp((effort_k - G_k(a)) / scale)),  P_k(j | trade) = the nested logit over alternatives
    P_k(sell | a, trade) = exp(m_k p_a / rho) / [exp(m_k p_a / rho) + exp(m_k p_scrap / rho)]
    h_k = h_k T_k(p),  sum h_k = 1                          holdings that the choices themselves reproduce
    D_a(p) = sum_k share_k sum_s h_k(s) P_k(trade | s) P_k(a | trade)
    S_a(p) = sum_k share_k h_k(a) P_k(trade | a) P_k(sell | a, trade)

for used ages a = 1 .. A - 1. Every buyer pays the transaction cost, of a new good too; new and scrap prices come from
outside. A failed good can only be scrapped, and one that ends a step at the last age has failed. Everybody is in the market at
every step: with entry for sure and interest never lost, a spell in the market is nothing but the step itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import root

from reference.owning import carry_on_all, lost_good
from sim.behaviour.stationary import Stationary, stationary_values
from sim.behaviour.value import Choices, Owning, Routes, Terms, inclusive_values, static_values
from sim.codes import NEW, NOTHING, USED
from sim.errors import SimError
from sim.numerics.compile import kernel

Floats = NDArray[np.float64]

_TOLERANCE = 1e-11
_ROUNDS = 5000
CLEARED = 1e-6
"""Largest gap between demand and supply of an age, as a share of supply."""
_ALL_CARS, _NONE = 0, 1


class NotCleared(SimError):
    """A market found no prices at which demand equals supply."""


class ClosedMarket(NamedTuple):
    """Who trades and on what terms; one variant, one condition, one look a step, K household types, A ages in steps."""

    own: Owning
    shares: Floats
    """Share of each type among all households [K]."""
    new_price: float
    scrap_price: float
    transaction_cost: float
    """Paid by every buyer, of a new good too."""


class Solved(NamedTuple):
    """Values at given prices."""

    W: Floats
    """Value of an owner who may act, out of the market and in it [A, 2, 1, K]."""
    nothing: Floats
    """Value of having none, likewise [K, 2]."""
    nests: Floats
    """Inclusive values: all goods, none [K, 2]."""


class Chances(NamedTuple):
    """What each type does at the start of a step."""

    trade: Floats
    """P(trade), by age of what is owned [K, A]."""
    sell: Floats
    """P(sell rather than scrap) of those who trade [K, A]."""
    next: Floats
    """What owners who trade, or whose good has failed, get: ages 0 .. A - 1, none [K, A + 1]."""
    first: Floats
    """The same for those who have none [K, A + 1]."""


class Flows(NamedTuple):
    """Trades in a step as shares of all households, by type and age [K, A]."""

    bought: Floats
    sold: Floats
    scrapped: Floats
    """Scrapped by choice; failed goods come on top."""


class Equilibrium(NamedTuple):
    """Clearing prices and what goes with them."""

    prices: Floats
    """By age in steps; age 0 is the new price [A]."""
    holdings: Floats
    """After trade, within each type: ages 0 .. A - 1, none [K, A + 1]."""
    flows: Flows
    residual: float
    """Largest excess demand at any age, as a share of all households."""


def alternatives(ages: int) -> Choices:
    """Everything that can be had: new, used of 1 .. ages - 1 steps, none."""
    kind = np.full(ages + 1, USED)
    kind[0], kind[ages] = NEW, NOTHING
    nest = np.full(ages + 1, _ALL_CARS)
    nest[ages] = _NONE
    zeros = np.zeros(ages + 1, dtype=np.int64)
    age = np.arange(ages + 1)
    age[ages] = 0
    return Choices(kind=kind, variant=zeros, band=zeros, nest=nest, age=age, mix=np.ones((ages + 1, 1)))


def terms(market: ClosedMarket, prices: Floats) -> tuple[Routes, Floats]:
    """Turn prices by age [A] into disposal routes and the price utility of each alternative [K, A + 1]."""
    money, rho = market.own.money, market.own.route_scale
    scrap = money * market.scrap_price
    sell = np.exp(np.multiply.outer(prices, money) / rho)[:, np.newaxis, :]
    formal = np.exp(scrap / rho)
    routes = Routes(sell=sell, formal=formal, rest=np.zeros_like(sell), plain=rho * np.log(sell + formal), forced=scrap)
    paid = np.append(prices, 0.0) + market.transaction_cost
    paid[0], paid[-1] = market.new_price + market.transaction_cost, 0.0
    return routes, -np.multiply.outer(money, paid)


def solve_values(market: ClosedMarket, prices: Floats, start: Solved | None = None) -> Solved:
    """Solve the value of owning at ``prices``, from ``start`` if that is given."""
    own = market.own
    ages, _, types = own.flow.shape
    if start is None:
        start = Solved(np.zeros((ages, 2, 1, types)), np.zeros((types, 2)), np.zeros((types, 2)))
    routes, price_utility = terms(market, prices)
    choices, zeros, ones = alternatives(ages), np.zeros((ages, types)), np.ones((ages, types))
    rules = Terms(zeros, zeros, ones, ones, ones, np.zeros(ages, dtype=np.bool_))
    found, _ = stationary_values(
        own, static_values(own), routes, choices, choices.age, 1, rules, price_utility, Stationary(*start), _TOLERANCE, _ROUNDS
    )
    return Solved(*found)


def carry_on(market: ClosedMarket, routes: Routes, solved: Solved) -> Floats:
    """Value of carrying on in the market, K_k(a) [K, A]."""
    own = market.own
    keep = carry_on_all(own, static_values(own), solved.W, lost_good(own, solved.nests, solved.nothing) + routes.forced)
    return np.ascontiguousarray(keep.inside[:, 0].T)


def choice_chances(market: ClosedMarket, prices: Floats, solved: Solved) -> Chances:
    """Derive what each type does from the solved values."""
    own = market.own
    routes, price_utility = terms(market, prices)
    keep = carry_on(market, routes, solved)
    types, ages = keep.shape
    nothing = own.discount * own.foresight * solved.nothing[:, 1]
    carry = np.column_stack([keep, nothing])
    nests = np.empty((types, 2))
    inclusive_values(carry, nothing, price_utility, alternatives(ages), own.nest_scale, nests)
    within = np.exp((carry + price_utility - nests[:, :1])[:, :ages] / own.nest_scale)
    total = _log_sum(nests)
    leave = np.stack([routes.sell[:, 0].T, np.broadcast_to(routes.formal[:, np.newaxis], (types, ages))])
    out = own.route_scale[:, np.newaxis] * np.log(leave.sum(axis=0))
    return Chances(
        trade=_share(total[:, np.newaxis] + out - keep - own.effort_keep[:, np.newaxis], own.shopping_scale),
        sell=leave[0] / leave.sum(axis=0),
        next=_goods_or_none(nests[:, 0] - nests[:, 1], 1.0, within),
        first=_goods_or_none(nests[:, 0] - nothing - own.effort_first, own.shopping_scale, within),
    )


def holdings(market: ClosedMarket, chances: Chances) -> Floats:
    """Solve for the holdings at the start of a step that reproduce themselves, within each type.

    States [K, A + 2]: ages 0 .. A - 1 (nobody starts a step with age 0), failed, none.
    """
    types, ages = chances.trade.shape
    ends = market.own.ends[0]
    failed, none = ages, ages + 1
    after_use = np.zeros((ages + 1, ages + 2))
    after_use[np.arange(ages), failed] = ends
    after_use[np.arange(ages - 1), np.arange(1, ages)] = 1.0 - ends[:-1]
    after_use[ages, none] = 1.0
    shares = np.empty((types, ages + 2))
    for k in range(types):
        chain = after_trade(chances, k) @ after_use
        shares[k] = stationary_shares(chain)
    return shares


@kernel
def stationary_shares(chain: Floats) -> Floats:
    """Shares that a Markov chain [N, N] reproduces; its last state must be one that is reached again and again.

    Elimination without subtractions (Grassmann, Taksar & Heyman 1985), so that even the rarest state is exact.
    """
    n = chain.shape[0]
    moves, shares = chain.copy(), np.ones(n)
    for gone in range(n - 1):
        leave = moves[gone, gone + 1 :].sum()
        for state in range(gone + 1, n):
            moves[state, gone] /= leave
            moves[state, gone + 1 :] += moves[state, gone] * moves[gone, gone + 1 :]
    for back in range(n - 1):
        state = n - 2 - back
        shares[state] = (shares[state + 1 :] * moves[state + 1 :, state]).sum()
    return np.asarray(shares / shares.sum())


def after_trade(chances: Chances, k: int) -> Floats:
    """Chances to hold each age or none after trade, from each state at the start of a step [A + 2, A + 1]."""
    ages = chances.trade.shape[1]
    moves = np.zeros((ages + 2, ages + 1))
    moves[:ages] = chances.trade[k][:, np.newaxis] * chances.next[k]
    moves[np.arange(ages), np.arange(ages)] += 1.0 - chances.trade[k]
    moves[ages] = chances.next[k]
    moves[ages + 1] = chances.first[k]
    return moves


def flows(market: ClosedMarket, chances: Chances, start: Floats) -> Flows:
    """Trades in a step when holdings at its start are ``start`` [K, A + 2]."""
    ages = chances.trade.shape[1]
    held = market.shares[:, np.newaxis] * start
    parting = held[:, :ages] * chances.trade
    traders = parting.sum(axis=1) + held[:, ages]
    bought = traders[:, np.newaxis] * chances.next + held[:, ages + 1 :] * chances.first
    return Flows(bought=bought[:, :ages], sold=parting * chances.sell, scrapped=parting * (1.0 - chances.sell))


def excess_demand(trades: Flows) -> Floats:
    """Demand minus supply of each used age 1 .. A - 1, as shares of all households [A - 1]."""
    return np.asarray((trades.bought - trades.sold).sum(axis=0)[1:])


def first_guess(market: ClosedMarket) -> Floats:
    """Prices that fall by a constant share a step, from the new price to the scrap price after the last age."""
    ages = market.own.flow.shape[0]
    return np.geomspace(market.new_price, market.scrap_price, ages + 1)[:-1]


def clear(market: ClosedMarket, start: Floats | None = None) -> Equilibrium:
    """Find the clearing prices, from ``start`` [A] if that is given.

    Powell's hybrid method on log demand minus log supply: ages that hardly anyone trades then count as much as others.
    Raises ``NotCleared``.
    """
    prices = first_guess(market) if start is None else start.copy()
    prices[0] = market.new_price
    solved = solve_values(market, prices)

    def trade_at(used: Floats) -> tuple[Chances, Floats]:
        nonlocal solved
        prices[1:] = used
        solved = solve_values(market, prices, solved)
        chances = choice_chances(market, prices, solved)
        return chances, holdings(market, chances)

    def imbalance(used: Floats) -> Floats:
        trades = flows(market, *trade_at(used))
        return np.asarray(np.log(trades.bought[:, 1:].sum(axis=0) / trades.sold[:, 1:].sum(axis=0)))

    found = root(imbalance, prices[1:].copy(), options={"xtol": 1e-10, "eps": 1e-10, "factor": 1.0})
    if not np.abs(found.fun).max() < CLEARED:
        raise NotCleared(f"demand and supply differ by {np.abs(found.fun).max():.1e} after {found.nfev} trials")
    chances, held = trade_at(found.x)
    trades = flows(market, chances, held)
    after = np.stack([held[k] @ after_trade(chances, k) for k in range(held.shape[0])])
    return Equilibrium(prices.copy(), after, trades, float(np.abs(excess_demand(trades)).max()))


def _goods_or_none(gain: Floats, scale: float, within: Floats) -> Floats:
    """Chances of each alternative from the gain of having a good [K] and the chances of each age given that [K, A]."""
    return np.column_stack([_share(gain, scale)[:, np.newaxis] * within, _share(-gain, scale)])


def _share(gain: Floats, scale: float) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-gain / scale)))


def _log_sum(values: Floats) -> Floats:
    return np.asarray(np.logaddexp.reduce(values, axis=1))
