"""The value of owning when nothing is going to change: a fixed point by age, reached by sweeps from old to young."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.behaviour.value import (
    Acting,
    Choices,
    Floats,
    Ints,
    Owning,
    Routes,
    Terms,
    empty_acting,
    gain_rows,
    inclusive_values,
    keep_rows,
    log_sum,
    look_on,
    none_options,
    none_settled,
    option_rows,
    prepare,
)
from sim.codes import FAILING, NOTHING
from sim.numerics.arithmetic import logistic_share
from sim.numerics.compile import kernel

JUMP_EVERY = 2
"""Rounds after which the level of the values is extrapolated."""


class Stationary(NamedTuple):
    """Values in the long run."""

    W: Floats
    """W0 and W1 [A, 2, C, lanes]."""
    nothing: Floats
    """W0 and W1 of having none [K, 2]."""
    nests: Floats
    """Inclusive values [K, N]."""


@kernel
def stationary_values(
    own: Owning, static: Floats, routes: Routes, choices: Choices, bought_at: Ints, new_nests: int, terms: Terms,
    price_utility: Floats, start: Stationary, tolerance: float, rounds: int,
) -> tuple[Stationary, int]:  # fmt: skip
    """Solve the stationary case from ``start``; returns the values and the rounds used.

    ``bought_at`` [J]: row of the age of each alternative; ``terms`` [A, lanes]. Each round sweeps the ages with the nest values
    of the round before; those converge at the rate of discounting over a holding period.
    """
    W, nothing, nests = start.W.copy(), start.nothing.copy(), start.nests.copy()
    K, J = price_utility.shape
    A, _, C, lanes = W.shape
    before, rise_before = nests.copy(), np.zeros(K)
    carry, carry_nothing = np.zeros((K, J)), np.empty(K)
    place, bought = places_of(bought_at, A)
    keep, acting, looking = np.zeros((bought, C, lanes)), empty_acting(lanes), np.empty(K)
    for used in range(1, rounds + 1):
        for k in range(K):
            none_settled(own, k, log_sum(nests[k], 0, nests.shape[1] - 1), nothing[k])
            carry_nothing[k] = own.discount * own.foresight * nothing[k, 0]
        look_on(own, nothing, looking)
        prepare(own, routes.forced, nests, looking, new_nests, acting)
        sweep(own, static, routes, acting, terms, place, keep, W)
        carry_purchases(choices, keep, place, bought_at, carry)
        inclusive_values(carry, carry_nothing, price_utility, choices, own.nest_scale, nests)
        change = catch_up(nests, before, rise_before, used % JUMP_EVERY == 0, nothing, W)
        if change < tolerance:
            return Stationary(W, nothing, nests), used
    return Stationary(W, nothing, nests), rounds + 1


@kernel
def places_of(rows: Ints, ages: int) -> tuple[Ints, int]:
    """Place of each age among those that are named in ``rows``, -1: none [ages]; and their number."""
    place, count = np.full(ages, -1), 0
    for row in rows:
        if place[row] < 0:
            place[row] = count
            count += 1
    return place, count


@kernel
def sweep(
    own: Owning, static: Floats, routes: Routes, acting: Acting, terms: Terms, place: Ints, keep: Floats, W: Floats
) -> None:
    """Renew W of every age from that of the next one, from the oldest down, and K0 of the ages in ``place``."""
    A, _, C, lanes = W.shape
    gain, out, inside = np.empty((C, lanes)), np.empty((C, lanes)), np.empty((C, lanes))
    for step in range(A):
        a = A - 1 - step
        after = min(a + 1, A - 1)
        sell, formal, scrap = terms.boost_sell[a], terms.boost_formal[a], terms.boost_scrap[a]
        keep_rows(own, static[after], W[after], acting.forced, a, terms.cost[a], terms.ends[a], out, inside)
        if place[a] >= 0:
            keep[place[a]] = out
        gain_rows(own, acting, routes, a, terms.granted[a], sell, formal, scrap, inside, gain)
        option_rows(own, acting, gain, out, inside, W[a])


@kernel
def shopping_shares(
    own: Owning, static: Floats, routes: Routes, new_nests: int, terms: Terms, born: int, final: Stationary, bereft: Floats
) -> tuple[Floats, Floats]:  # fmt: skip
    """Share of owners in the market by age row, condition and lane [A, C, lanes], and of those who have none [K].

    A cohort that is bought new, in row ``born``, and ages in the long run's world: each month some enter, some of those in the
    market buy and leave the cohort, some lose interest, some goods begin to fail. Of those who have none, who buys is followed
    by another who is not in the market; ``bereft`` [K] for each of them lose a good in a month, and look for another if they do
    not replace it at once.
    """
    W, nests = final.W, final.nests
    A, _, C, lanes = W.shape
    share, first, acting = np.zeros((A, C, lanes)), np.empty(final.nothing.shape[0]), empty_acting(lanes)
    looking = np.empty(first.size)
    look_on(own, final.nothing, looking)
    prepare(own, routes.forced, nests, looking, new_nests, acting)
    gain, out, inside, shop = np.empty((C, lanes)), np.empty((C, lanes)), np.empty((C, lanes)), np.empty((2, C, lanes))
    mass, then, away = np.zeros((2, C, lanes)), np.zeros((2, C, lanes)), np.empty((C, lanes))
    mass[0, 0] = 1.0
    for a in range(born, A):
        after = min(a + 1, A - 1)
        then[:] = 0.0
        sell, formal, scrap = terms.boost_sell[a], terms.boost_formal[a], terms.boost_scrap[a]
        keep_rows(own, static[after], W[after], acting.forced, a, terms.cost[a], terms.ends[a], out, inside)
        gain_rows(own, acting, routes, a, terms.granted[a], sell, formal, scrap, inside, gain)
        for c in range(C):
            for i in range(lanes):
                share[a, c, i] = mass[1, c, i] / max(mass[0, c, i] + mass[1, c, i], 1e-300)
                away[c, i] = logistic_share(gain[c, i] / own.shopping_scale)
        option_rows(own, acting, gain, out, inside, shop)
        for c in range(C):
            for i in range(lanes):
                enter = mass[0, c, i] * logistic_share((gain[c, i] - acting.entry[i]) / own.entry_scale)
                stay = (mass[1, c, i] + enter) * (1.0 - away[c, i])
                none, some = mass[0, c, i] - enter + own.lost * stay, (1.0 - own.lost) * stay
                for d in range(c, C):
                    wear = own.wear_entry if d == FAILING and c < FAILING else 0.0
                    then[0, d, i] += own.moves[c, d, a] * (1.0 - wear) * none
                    then[1, d, i] += own.moves[c, d, a] * (some + wear * none)
        mass[:] = then
    for k in range(first.size):
        inclusive = log_sum(nests[k], 0, nests.shape[1] - 1)
        none, some, _, option = none_options(own, k, inclusive, final.nothing[k])
        buy = logistic_share((inclusive - some - own.effort_first[k]) / own.shopping_scale)
        enter = logistic_share((some + option - none - own.entry_first[k]) / own.entry_scale)
        stay = (1.0 - buy) * (1.0 - own.lost)
        joining = bereft[k] * logistic_share(looking[k] - inclusive)
        first[k] = min((enter * stay + joining) / (enter * stay + 1.0 - stay), 1.0)
    return share, first


@kernel
def carry_purchases(choices: Choices, keep: Floats, place: Ints, bought_at: Ints, out: Floats) -> None:
    """Value of carrying on with each alternative [K, J], averaged over its conditions."""
    K, J = out.shape
    V = keep.shape[2] // K
    for k in range(K):
        for j in range(J):
            out[k, j] = 0.0
            if choices.kind[j] != NOTHING:
                for c in range(keep.shape[1]):
                    out[k, j] += choices.mix[j, c] * keep[place[bought_at[j]], c, k * V + choices.variant[j]]


@kernel
def catch_up(nests: Floats, before: Floats, rise_before: Floats, jump_now: bool, nothing: Floats, W: Floats) -> float:
    """Largest change of a nest value since the round before; every now and then, shift each type's level ahead."""
    K, N = nests.shape
    V = W.shape[3] // K
    change = 0.0
    for k in range(K):
        rise = log_sum(nests[k], 0, N) - log_sum(before[k], 0, N)
        for n in range(N):
            change = max(change, abs(nests[k, n] - before[k, n]))
        jump = level_jump(rise, rise_before[k]) if jump_now else 0.0
        rise_before[k] = rise
        nothing[k] += jump
        for n in range(N):
            nests[k, n] += jump
            before[k, n] = nests[k, n]
        if jump != 0.0:
            W[:, :, :, k * V : (k + 1) * V] += jump
    return change


@kernel
def level_jump(rise: float, rise_before: float) -> float:
    """Aitken's extrapolation: what is still missing if the level keeps closing in at the ratio just seen.

    The slow part of the fixed point is a common shift of all values, so the jump is applied to all of them alike.
    """
    if rise_before == 0.0:
        return 0.0
    ratio = rise / rise_before
    if ratio <= 0.05 or ratio >= 0.995:
        return 0.0
    return rise * ratio / (1.0 - ratio)
