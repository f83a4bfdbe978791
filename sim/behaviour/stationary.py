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
    gain_row,
    inclusive_values,
    keep_row,
    log_sum,
    option_row,
    prepare,
)
from sim.codes import NOTHING
from sim.numerics.arithmetic import logistic_share, softplus
from sim.numerics.compile import kernel

JUMP_EVERY = 2
"""Rounds after which the level of the values is extrapolated."""


class Stationary(NamedTuple):
    """Values in the long run."""

    W: Floats
    """[A, C, lanes]."""
    nothing: Floats
    """W of having none [K]."""
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
    before, rise_before = nests.copy(), np.zeros(K)
    carry, carry_nothing = np.zeros((K, J)), np.empty(K)
    keep, acting = np.zeros(W.shape), empty_acting(W.shape[2])
    for used in range(1, rounds + 1):
        prepare(own, routes.forced, nests, new_nests, acting)
        sweep(own, static, routes, acting, terms, keep, W)
        for k in range(K):
            first = log_sum(nests[k], 0, nests.shape[1] - 1)
            nothing[k] = value_of_none(first, own.effort_first[k], own, nothing[k])
            carry_nothing[k] = own.discount * own.foresight * nothing[k]
        carry_purchases(choices, keep, bought_at, carry)
        inclusive_values(carry, carry_nothing, price_utility, choices, own.nest_scale, nests)
        change = catch_up(nests, before, rise_before, used % JUMP_EVERY == 0, nothing, W)
        if change < tolerance:
            return Stationary(W, nothing, nests), used
    return Stationary(W, nothing, nests), rounds + 1


@kernel
def sweep(own: Owning, static: Floats, routes: Routes, acting: Acting, terms: Terms, keep: Floats, W: Floats) -> None:
    """Renew K and W of every age from those of the next one, from the oldest down."""
    A, C, lanes = W.shape
    ahead, gain = np.empty(lanes), np.empty(lanes)
    for step in range(A):
        a = A - 1 - step
        after = min(a + 1, A - 1)
        cost, ends = terms.cost[a], terms.ends[a]
        sell, formal, scrap = terms.boost_sell[a], terms.boost_formal[a], terms.boost_scrap[a]
        for back in range(C):
            c = C - 1 - back
            keep_row(own, static[after], W[after], acting.forced, a, c, cost, ends, ahead, keep[a, c])
            gain_row(
                own.route_scale,
                acting,
                routes.sell[a, c],
                routes.formal,
                routes.rest[a, c],
                sell,
                formal,
                scrap,
                keep[a, c],
                gain,
            )
            option_row(own, keep[a, c], gain, W[a, c])


@kernel
def carry_purchases(choices: Choices, keep: Floats, bought_at: Ints, out: Floats) -> None:
    """Value of carrying on with each alternative [K, J], averaged over its conditions."""
    K, J = out.shape
    V = keep.shape[2] // K
    for k in range(K):
        for j in range(J):
            out[k, j] = 0.0
            if choices.kind[j] != NOTHING:
                for c in range(keep.shape[1]):
                    out[k, j] += choices.mix[j, c] * keep[bought_at[j], c, k * V + choices.variant[j]]


@kernel
def value_of_none(first: float, effort: float, own: Owning, start: float) -> float:
    """W of having none: solves x = b x + phi s softplus((first - b x - effort) / s) by Newton."""
    phi, scale = own.foresight, own.attention_scale
    b = own.discount * phi
    x = start
    for _ in range(50):
        gain = (first - b * x - effort) / scale
        miss = x - b * x - phi * scale * softplus(gain)
        step = miss / (1.0 - b + phi * logistic_share(gain) * b)
        x -= step
        if abs(step) < 1e-12:
            break
    return x


@kernel
def catch_up(nests: Floats, before: Floats, rise_before: Floats, jump_now: bool, nothing: Floats, W: Floats) -> float:
    """Largest change of a nest value since the round before; every now and then, shift each type's level ahead."""
    A, C, lanes = W.shape
    K, N = nests.shape
    V = lanes // K
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
            for a in range(A):
                for c in range(C):
                    for i in range(k * V, (k + 1) * V):
                        W[a, c, i] += jump
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
