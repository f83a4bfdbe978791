"""The value of owning while something is known to change: backward induction over the announced months, by vintage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.stationary import Stationary
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
from sim.numerics.arithmetic import softplus
from sim.numerics.compile import kernel


class Announced(NamedTuple):
    """What owners know of one month ahead, T months from the month of the solution on, B vintages."""

    price_utility: Floats
    """Everything but the value of use: -money x (price + tax + fees) + taste, known grants without an old good [T, K, J]."""
    terms: Terms
    """Those that differ [U, B, lanes]."""
    of_month: Ints
    """Which of them holds in each month [T]."""


class Bought(NamedTuple):
    """Where each alternative lies among the vintages [T, J]: this far from one, not the first, towards the next younger one."""

    vintage: Ints
    share: Floats


class Values(NamedTuple):
    """Values of carrying on, by month from the month of the solution on."""

    carry_on: NDArray[np.float32]
    """K_t(s) [T, B, C, lanes]."""
    nothing: Floats
    """K_t of having none [T, K]."""


@kernel
def announced_values(
    own: Owning, static: Floats, routes: Routes, choices: Choices, ahead: Announced, rows: Ints, bought: Bought, new_nests: int,
    final: Stationary, keep: int,
) -> Values:  # fmt: skip
    """Go back from ``final``, which follows the last announced month; only the first ``keep`` months are returned.

    ``rows`` [T + 1, B]: age row of each vintage by month.
    """
    T, K, J = ahead.price_utility.shape
    B, (_, C, lanes) = rows.shape[1], final.W.shape
    carry_on, nothing_out = np.empty((keep, B, C, lanes), dtype=np.float32), np.empty((keep, K))
    later, now, current = np.empty((B, C, lanes)), np.empty((B, C, lanes)), np.empty((B, C, lanes))
    for b in range(B):
        later[b] = final.W[rows[T, b]]
    none_later, nothing, nests = final.nothing.copy(), np.empty(K), final.nests.copy()
    carry, acting = np.empty((K, J)), empty_acting(lanes)
    for back in range(T):
        t = T - 1 - back
        for k in range(K):
            nothing[k] = own.discount * own.foresight * none_later[k]
        prepare(own, routes.forced, nests, new_nests, acting)
        u = ahead.of_month[t]
        keep_step(own, static, later, acting.forced, rows[t], rows[t + 1], ahead.terms.cost[u], ahead.terms.ends[u], current)
        if t < keep:
            carry_on[t], nothing_out[t] = current, nothing
        purchase_carry(choices, current, bought.vintage[t], bought.share[t], carry)
        inclusive_values(carry, nothing, ahead.price_utility[t], choices, own.nest_scale, nests)
        if t == 0:
            break
        prepare(own, routes.forced, nests, new_nests, acting)
        option_step(own, routes, acting, rows[t], ahead.terms, u, current, now)
        for k in range(K):
            gain = log_sum(nests[k], 0, nests.shape[1] - 1) - nothing[k] - own.effort_first[k]
            none_later[k] = nothing[k] + own.foresight * own.attention_scale * softplus(gain / own.attention_scale)
        later, now = now, later
    return Values(carry_on, nothing_out)


@kernel
def keep_step(
    own: Owning, static: Floats, later: Floats, forced: Floats, row: Ints, row_later: Ints, cost: Floats, ends: Floats,
    out: Floats,
) -> None:  # fmt: skip
    """K_t(s) of every vintage from W_{t+1}; states [B, C, lanes]."""
    ahead = np.empty(out.shape[2])
    for b in range(out.shape[0]):
        for c in range(out.shape[1]):
            keep_row(own, static[row_later[b]], later[b], forced, row[b], c, cost[b], ends[b], ahead, out[b, c])


@kernel
def option_step(
    own: Owning, routes: Routes, acting: Acting, row: Ints, terms: Terms, u: int, keep: Floats, out: Floats
) -> None:
    """W_t(s) of every vintage from K_t(s); states [B, C, lanes]."""
    gain = np.empty(out.shape[2])
    for b in range(out.shape[0]):
        sell, formal, scrap = terms.boost_sell[u, b], terms.boost_formal[u, b], terms.boost_scrap[u, b]
        for c in range(out.shape[1]):
            price, rest = routes.sell[row[b], c], routes.rest[row[b], c]
            gain_row(own.route_scale, acting, price, routes.formal, rest, sell, formal, scrap, keep[b, c], gain)
            option_row(own, keep[b, c], gain, out[b, c])


@kernel
def purchase_carry(choices: Choices, carry_on: Floats | NDArray[np.float32], vintage: Ints, share: Floats, out: Floats) -> None:
    """Value of carrying on with each alternative [K, J], averaged over its conditions.

    On the parabola through three vintages: on a straight line, what is bought between two of them would be worth a thousandth
    of a taste shock more or less by the season.
    """
    K, J = out.shape
    V = carry_on.shape[2] // K
    for k in range(K):
        for j in range(J):
            out[k, j] = 0.0
            if choices.kind[j] != NOTHING:
                lane, b = k * V + choices.variant[j], vintage[j]
                for c in range(carry_on.shape[1]):
                    here, rise = float(carry_on[b, c, lane]), float(carry_on[b + 1, c, lane]) - float(carry_on[b, c, lane])
                    bend = rise - (here - float(carry_on[b - 1, c, lane]))
                    out[k, j] += choices.mix[j, c] * (here + share[j] * (rise + 0.5 * (share[j] - 1.0) * bend))
