"""The value of owning while something is known to change: backward induction over the announced months, by vintage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.stationary import Stationary
from sim.behaviour.value import (
    Choices,
    Floats,
    Ints,
    Owning,
    Routes,
    Terms,
    empty_acting,
    inclusive_values,
    keep_rows,
    log_sum,
    look_on,
    none_options,
    prepare,
)
from sim.behaviour.vintages_at_once import all_states, gain_step, option_step
from sim.codes import NOTHING
from sim.numerics.compile import in_place, kernel


class Announced(NamedTuple):
    """What owners know of T months from the month of the solution on; U of these months differ, B vintages."""

    price_utility: Floats
    """Everything but the value of use: -money x (price + tax + fees) + taste, known grants without an old good [U, K, J]."""
    terms: Terms
    """[U, B, lanes]."""
    of_month: Ints
    """Which of them holds in each month [T]."""


class VintagePlace(NamedTuple):
    """Where each alternative lies among the vintages [T, J]: this far from one, not the first, towards the next younger one."""

    vintage: Ints
    share: Floats


class Values(NamedTuple):
    """What is expected, by month from the month of the solution on."""

    waiting: NDArray[np.float32]
    """K1_t(s): carrying on in the market [T, B, C, lanes]."""
    entering: NDArray[np.float32]
    """S_t(s) - K0_t(s): what is gained by being in the market [T, B, C, lanes]."""
    bought: Floats
    """K0_t of what each alternative brings, buying nothing apart [T, K, J]."""
    nothing: Floats
    """K0_t of having none [T, K]."""
    nothing_waiting: Floats
    """K1_t of having none [T, K]."""
    entering_first: Floats
    """What those who have none gain by being in the market [T, K]."""

    def of_vintages(self, count: int) -> Values:
        """The first so many vintages."""
        return self._replace(waiting=self.waiting[:, :count], entering=self.entering[:, :count])

    def later(self, months: int) -> Values:
        """As it stands so many months later."""
        return Values._make(column[months:] for column in self)


@kernel
def announced_values(
    own: Owning, static: Floats, routes: Routes, choices: Choices, ahead: Announced, rows: Ints, bought: VintagePlace,
    new_nests: int, final: Stationary, keep: int,
) -> Values:  # fmt: skip
    """Go back from ``final``, which follows the last announced month; only the first ``keep`` months are returned.

    ``rows`` [T + 1, B]: age row of each vintage by month.
    """
    T, (_, K, J) = ahead.of_month.size, ahead.price_utility.shape
    B, (_, _, C, lanes) = rows.shape[1], final.W.shape
    waiting, entering = np.empty((keep, B, C, lanes), np.float32), np.empty((keep, B, C, lanes), np.float32)
    carried, nothing = np.empty((keep, K, J)), np.empty((3, keep, K))
    later, gain = np.empty((B, 2, C, lanes)), np.empty((B, C, lanes))
    out, inside, room = np.empty((B, C, lanes)), np.empty((B, C, lanes)), all_states(B * C * lanes)
    for b in range(B):
        later[b] = final.W[rows[T, b]]
    none, nests, nothing_now = final.nothing.copy(), final.nests.copy(), np.empty(K)
    carry, acting, looking = np.empty((K, J)), empty_acting(lanes), np.empty(K)
    look_on(own, none, looking)
    for back in range(T):
        t = T - 1 - back
        u = ahead.of_month[t]
        prepare(own, routes.forced, nests, looking, new_nests, acting)
        keep_step(
            own, static, later, acting.forced, rows[t], rows[t + 1], ahead.terms.cost[u], ahead.terms.ends[u], out, inside
        )
        purchase_carry(choices, out, bought.vintage[t], bought.share[t], carry)
        nothing_now[:] = own.discount * own.foresight * none[:, 0]
        inclusive_values(carry, nothing_now, ahead.price_utility[u], choices, own.nest_scale, nests)
        look_on(own, none, looking)
        prepare(own, routes.forced, nests, looking, new_nests, acting)
        gain_step(own, routes, acting, rows[t], terms_of(ahead.terms, u), inside, room, gain)
        option_step(own, acting, out, inside, gain, room, later)
        for k in range(K):
            first = log_sum(nests[k], 0, nests.shape[1] - 1)
            stay, shop, away, option = none_options(own, k, first, none[k])
            none[k, 0], none[k, 1] = away, shop + own.foresight * option
            if t < keep:
                nothing[0, t, k], nothing[1, t, k], nothing[2, t, k] = stay, shop, shop + option - stay
        if t < keep:
            waiting[t], entering[t], carried[t] = inside, gain, carry
    return Values(waiting, entering, carried, nothing[0], nothing[1], nothing[2])


@kernel
def terms_of(terms: Terms, u: int) -> Terms:
    """One of several terms that are stacked."""
    return Terms(
        terms.cost[u], terms.ends[u], terms.boost_sell[u], terms.boost_formal[u], terms.boost_scrap[u], terms.granted[u]
    )


@in_place
def keep_step(
    own: Owning, static: Floats, later: Floats, forced: Floats, row: Ints, row_later: Ints, cost: Floats, ends: Floats,
    out: Floats, inside: Floats,
) -> None:  # fmt: skip
    """K0_t(s) and K1_t(s) of every vintage from W_{t+1} [B, 2, C, lanes]; states [B, C, lanes]."""
    for b in range(out.shape[0]):
        keep_rows(own, static[row_later[b]], later[b], forced, row[b], cost[b], ends[b], out[b], inside[b])


@in_place
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
