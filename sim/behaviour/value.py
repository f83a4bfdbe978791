"""The value of owning: what a forward-looking owner expects from each holding, by backward induction.

For owner type k and a good of variant v in condition c and age a (Rust 1987; Adda & Cooper 2000; Gillingham et al. 2022),

    K_t(s) = u(s) + beta [ phi E W_{t+1}(s') + (1 - phi) E V(s') ]           carrying on
    W_t(s) = K_t(s) + phi E[(G_t(s) - kappa)+],  kappa logistic:  E[...] = scale softplus((G - effort) / scale)
    G_t(s) = log sum over everything that can be done now of exp(utility) - K_t(s)
    V(s)   = u(s) + beta E V(s')                                              never acting again

phi is ``foresight``; with phi = 0, W = K = V and every choice is the static logit on V. What can be done now is a
purchase (or none) and a disposal route for the old good: purchases are nested by powertrain, disposal routes vary least,

    exp(utility of purchase j) = exp(v_j) [ sum_r exp((R_r + grant_rj money_k) / rho) ] ^ rho.

Here are the pieces of one month, for one age or vintage at a time; ``stationary`` repeats them until nothing changes,
``announced`` goes back with them from there over the months for which something is known. Both know one law and one length of
step, so that the place where one takes over from the other leaves no trace.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.codes import NOTHING
from sim.numerics.arithmetic import exp, log, softplus
from sim.numerics.compile import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Owning(NamedTuple):
    """What does not change while values are solved: A ages, C conditions, lanes = K types x V variants."""

    flow: Floats
    """Utility of a step's use, money included [A, C, lanes]."""
    moves: Floats
    """Chance to be in the second condition after a step, from the first [C, C, A]."""
    ends: Floats
    """Chance that a step ends the good [C, A]."""
    money: Floats
    """Marginal utility of a yuan [K]."""
    effort_keep: Floats
    """Mean effort of looking, owners [K]."""
    effort_first: Floats
    """Mean effort of looking, those who have none [K]."""
    discount: float
    foresight: float
    attention_scale: float
    nest_scale: float
    route_scale: float


class Choices(NamedTuple):
    """Everything that can be bought, J alternatives; the last one is to buy nothing."""

    kind: Ints
    """NEW, USED or NOTHING [J]."""
    variant: Ints
    band: Ints
    nest: Ints
    """Nest of each alternative [J]; nests are numbered from 0, 'nothing' has one of its own."""
    age: Ints
    """Age in months of what is bought [J]."""
    mix: Floats
    """Conditions of what is bought [J, C]."""


class Routes(NamedTuple):
    """Utility of each disposal route of a good, in exponentials exp(R / rho), at one month's prices."""

    sell: Floats
    """[A, C, lanes]."""
    formal: Floats
    """[lanes]."""
    rest: Floats
    """Informal trade and hoarding together [A, C, lanes]."""
    forced: Floats
    """Utility of the disposal routes of a good that has failed for good [lanes]."""


class Terms(NamedTuple):
    """What rules do to goods, by age or vintage and lane [..., lanes]."""

    cost: Floats
    """Utility lost to use restrictions in the month."""
    ends: Floats
    """Chance that a rule ends the good this month (retirement age, inspection)."""
    boost_sell: Floats
    """exp(money x expected grant for a sale with a purchase / rho), at least 1."""
    boost_formal: Floats
    """The same for formal scrapping with a purchase."""
    boost_scrap: Floats
    """The same for what is paid for scrapping alone."""


class Acting(NamedTuple):
    """What a month offers those who act [lanes]: ``fresh`` and ``other`` are relative to ``top``."""

    top: Floats
    fresh: Floats
    """exp of the inclusive value of new goods."""
    other: Floats
    """The same of used goods and of buying nothing."""
    total: Floats
    """Inclusive value of everything."""
    forced: Floats
    """Value of having lost the good."""
    effort: Floats
    """Mean effort of looking."""


@kernel
def static_values(own: Owning) -> Floats:
    """V(s): discounted use of a good that is never sold nor replaced [A, C, lanes]."""
    A, C, lanes = own.flow.shape
    value = np.zeros((A, C, lanes))
    for step in range(A):
        a = A - 1 - step
        for back in range(C):
            c = C - 1 - back
            row, use = value[a, c], own.flow[a, c]
            last = a == A - 1
            stay = own.discount * own.moves[c, c, a] if last else 0.0
            for d in range(c + 1 if last else c, C):
                later, move = value[min(a + 1, A - 1), d], own.discount * own.moves[c, d, a]
                for i in range(lanes):
                    row[i] += move * later[i]
            for i in range(lanes):
                row[i] = (row[i] + use[i]) / (1.0 - stay)
    return value


@kernel
def inclusive_values(
    carry: Floats, nothing: Floats, price_utility: Floats, choices: Choices, nest_scale: float, out: Floats
) -> None:
    """Inclusive value of each nest: out[k, n] = lambda log sum_j in n exp(v_kj / lambda).

    ``carry`` [K, J]: value of carrying on with what is bought; ``nothing`` [K]; ``price_utility`` [K, J]: everything else.
    An empty nest has the value -inf, written as -1e30.
    """
    K, J = price_utility.shape
    N = out.shape[1]
    top = np.empty(N)
    total = np.empty(N)
    for k in range(K):
        top[:] = -1e30
        total[:] = 0.0
        for j in range(J):
            base = nothing[k] if choices.kind[j] == NOTHING else carry[k, j]
            top[choices.nest[j]] = max(top[choices.nest[j]], base + price_utility[k, j])
        for j in range(J):
            base = nothing[k] if choices.kind[j] == NOTHING else carry[k, j]
            n = choices.nest[j]
            if top[n] > -1e29:
                total[n] += exp((base + price_utility[k, j] - top[n]) / nest_scale)
        for n in range(N):
            out[k, n] = top[n] + nest_scale * log(total[n]) if total[n] > 0.0 else -1e30


@kernel
def log_sum(values: Floats, first: int, last: int) -> float:
    """log of the sum of exp over values[first:last]."""
    top = -1e30
    for n in range(first, last):
        top = max(top, values[n])
    total = 0.0
    for n in range(first, last):
        total += exp(values[n] - top)
    return top + log(total)


@kernel
def empty_acting(lanes: int) -> Acting:
    """Room for what a month offers."""
    room = np.zeros((6, lanes))
    return Acting(room[0], room[1], room[2], room[3], room[4], room[5])


@kernel
def prepare(own: Owning, forced: Floats, nests: Floats, new_nests: int, acting: Acting) -> None:
    """Fill ``acting`` from nest values [K, N], of which the first ``new_nests`` hold new goods."""
    K, N = nests.shape
    V = forced.size // K
    for k in range(K):
        fresh, other = log_sum(nests[k], 0, new_nests), log_sum(nests[k], new_nests, N)
        top = max(fresh, other)
        fresh, other = exp(fresh - top), exp(other - top)
        total = top + log(fresh + other)
        for i in range(k * V, (k + 1) * V):
            acting.top[i], acting.fresh[i], acting.other[i], acting.total[i] = top, fresh, other, total
            acting.forced[i], acting.effort[i] = total + forced[i], own.effort_keep[k]


@kernel
def keep_row(
    own: Owning, static: Floats, later: Floats, forced: Floats, a: int, c: int, cost: Floats, ends: Floats, ahead: Floats,
    out: Floats,
) -> None:  # fmt: skip
    """K(s) of all lanes at age ``a`` and condition ``c``; ``later`` [C, lanes]: W a month later, ``static``: V then."""
    phi = own.foresight
    end = own.ends[c, a] * phi
    for i in range(out.size):
        ahead[i] = end * forced[i]
    for d in range(c, later.shape[0]):
        move, plain = own.moves[c, d, a] * phi, own.moves[c, d, a] * (1.0 - phi)
        looked, still = later[d], static[d]
        for i in range(out.size):
            ahead[i] += move * looked[i] + plain * still[i]
    use = own.flow[a, c]
    for i in range(out.size):
        lost = phi * ends[i]
        out[i] = use[i] - cost[i] + own.discount * ((1.0 - lost) * ahead[i] + lost * forced[i])


@kernel
def gain_row(
    rho: float, acting: Acting, sell: Floats, formal: Floats, rest: Floats, boost_sell: Floats, boost_formal: Floats,
    boost_scrap: Floats, keep: Floats, out: Floats,
) -> None:  # fmt: skip
    """G(s) - effort of all lanes: the gain of acting now over carrying on, less the mean effort of looking."""
    granted = False
    for i in range(out.size):
        granted |= (boost_sell[i] > 1.0) | (boost_formal[i] > 1.0) | (boost_scrap[i] > 1.0)
    if granted:
        for i in range(out.size):
            scrap = formal[i] * boost_scrap[i]
            plain = log(sell[i] + scrap + rest[i])
            paid = log(sell[i] * boost_sell[i] + scrap * boost_formal[i] + rest[i])
            best = acting.top[i] + log(acting.fresh[i] * exp(rho * paid) + acting.other[i] * exp(rho * plain))
            out[i] = best - keep[i] - acting.effort[i]
    else:
        for i in range(out.size):
            out[i] = acting.total[i] + rho * log(sell[i] + formal[i] + rest[i]) - keep[i] - acting.effort[i]


@kernel
def option_row(own: Owning, keep: Floats, gain: Floats, out: Floats) -> None:
    """W(s) = K(s) + phi scale softplus((G - effort) / scale) of all lanes."""
    scale, worth = own.attention_scale, own.foresight * own.attention_scale
    for i in range(out.size):
        out[i] = keep[i] + worth * softplus(gain[i] / scale)


@kernel
def gain_step(
    own: Owning, routes: Routes, acting: Acting, row: Ints, terms: Terms, keep: Floats | NDArray[np.float32], out: Floats
) -> None:
    """G(s) - effort of every vintage; states [B, C, lanes], ``row`` [B]: age row, ``terms`` [B, lanes]."""
    for b in range(out.shape[0]):
        sell, formal, scrap = terms.boost_sell[b], terms.boost_formal[b], terms.boost_scrap[b]
        for c in range(out.shape[1]):
            price, rest = routes.sell[row[b], c], routes.rest[row[b], c]
            gain_row(own.route_scale, acting, price, routes.formal, rest, sell, formal, scrap, keep[b, c], out[b, c])
