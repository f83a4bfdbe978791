"""The value of owning: what a forward-looking owner expects from each holding, by backward induction.

For owner type k and a good of variant v in condition c and age a (Rust 1987; Adda & Cooper 2000; Gillingham et al. 2022),

    K_t(s) = u(s) + beta [ phi E W_{t+1}(s') + (1 - phi) E V(s') ]           carrying on
    W_t(s) = K_t(s) + phi E[(G_t(s) - kappa)+],  kappa logistic:  E[...] = scale softplus((G - effort) / scale)
    G_t(s) = log sum over everything that can be done now of exp(utility) - K_t(s)
    V(s)   = u(s) + beta E V(s')                                              never acting again

phi is ``foresight``; with phi = 0, W = K = V and every choice is the static logit on V. What can be done now is a
purchase (or none) and a disposal route for the old good: purchases are nested by powertrain, disposal routes vary least,

    exp(utility of purchase j) = exp(v_j) [ sum_r exp((R_r + grant_rj money_k) / rho) ] ^ rho.

Time is monthly. Goods are followed by vintage (half-year of first registration), so that an eligibility date binds the
same vintage at every future month. After the last announced change the future is stationary.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.codes import NOTHING
from sim.numerics.arithmetic import exp, log, logistic_share, softplus
from sim.numerics.compile import kernel, leaf

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_LOOKS = 3
"""Most occasions to act in a step: one a month of a quarter."""
JUMP_EVERY = 4
"""Rounds of the stationary solution after which its level is extrapolated."""


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
    step: int
    """Months in a step."""
    looks: float
    """Occasions to act in a step, each with an effort of its own."""


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


@leaf
def option_value(gain: float, looks: float) -> float:
    """Expected gain of so many occasions to act, of which one at most is taken: softplus(gain) sum_n (1 - F(gain))^n.

    A loop of known length with a choice in it vectorises over states; one of ``looks`` rounds does not.
    """
    again, occasions = 1.0 - logistic_share(gain), 0.0
    for n in range(MOST_LOOKS):
        occasions = 1.0 + again * occasions if n < looks else occasions
    return softplus(gain) * occasions


@kernel
def value_of_none(first: float, effort: float, own: Owning, start: float) -> float:
    """W of having none in the stationary case: solves x = b x + phi s softplus((first - b x - effort) / s) by Newton."""
    phi, scale = own.foresight, own.attention_scale
    b = own.discount * phi
    x = start
    for _ in range(50):
        gain = (first - b * x - effort) / scale
        look = logistic_share(gain)
        miss = x - b * x - phi * scale * option_value(gain, own.looks)
        step = miss / (1.0 - b + phi * min(own.looks * look, 1.0) * b)
        x -= step
        if abs(step) < 1e-12:
            break
    return x


@kernel
def carry_row(
    own: Owning, static: Floats, W: Floats, forced: Floats, c: int, a: int, nxt: int, ahead: Floats, out: Floats
) -> None:
    """K(s) of all lanes (type x variant) at condition ``c`` and age ``a``; arrays [A, C, lanes]."""
    phi = own.foresight
    C = own.moves.shape[0]
    end = own.ends[c, a] * phi
    for i in range(out.size):
        ahead[i] = end * forced[i]
    for d in range(c, C):
        move, plain = own.moves[c, d, a] * phi, own.moves[c, d, a] * (1.0 - phi)
        later, still = W[nxt, d], static[nxt, d]
        for i in range(out.size):
            ahead[i] += move * later[i] + plain * still[i]
    use = own.flow[a, c]
    for i in range(out.size):
        out[i] = use[i] + own.discount * ahead[i]


@kernel
def stationary_values(
    own: Owning,
    static: Floats,
    routes: Routes,
    choices: Choices,
    price_utility: Floats,
    start: Floats,
    start_nothing: Floats,
    start_nests: Floats,
    tolerance: float,
    rounds: int,
) -> tuple[Floats, Floats, Floats, int]:
    """Solve the stationary case: W [A, C, lanes], W of having none [K], nest values [K, N], rounds used.

    Each round sweeps the ages from old to young with the nest values of the round before; those converge at the rate of
    discounting over a holding period.
    """
    A, C, lanes = own.flow.shape
    K, J = price_utility.shape
    V = lanes // K
    W, W_nothing, nests = start.copy(), start_nothing.copy(), start_nests.copy()
    N = nests.shape[1]
    before = nests.copy()
    carry, nothing = np.zeros((K, J)), np.empty(K)
    inclusive, forced, effort = np.empty(lanes), np.empty(lanes), np.empty(lanes)
    ahead = np.empty(lanes)
    keep = np.zeros((A, C, lanes))
    rise_before = np.zeros(K)
    used = 0
    for _ in range(rounds):
        used += 1
        for k in range(K):
            total = log_sum(nests[k], 0, N)
            for v in range(V):
                i = k * V + v
                inclusive[i] = total
                forced[i] = total + routes.forced[i]
                effort[i] = own.effort_keep[k]
        for step in range(A):
            a = A - 1 - step
            nxt = min(a + 1, A - 1)
            for back in range(C):
                c = C - 1 - back
                carry_row(own, static, W, forced, c, a, nxt, ahead, keep[a, c])
                option_row(own, routes, inclusive, effort, c, a, keep[a, c], W[a, c])
        for k in range(K):
            first = log_sum(nests[k], 0, N - 1)
            W_nothing[k] = value_of_none(first, own.effort_first[k], own, W_nothing[k])
            nothing[k] = own.discount * own.foresight * W_nothing[k]
            for j in range(J):
                carry[k, j] = 0.0
                if choices.kind[j] != NOTHING:
                    for c in range(C):
                        carry[k, j] += choices.mix[j, c] * keep[choices.age[j] // own.step, c, k * V + choices.variant[j]]
        inclusive_values(carry, nothing, price_utility, choices, own.nest_scale, nests)
        change = catch_up(nests, before, rise_before, used % JUMP_EVERY == 0, W_nothing, W)
        if change < tolerance:
            break
    return W, W_nothing, nests, used


@kernel
def catch_up(nests: Floats, before: Floats, rise_before: Floats, jump_now: bool, W_nothing: Floats, W: Floats) -> float:
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
        W_nothing[k] += jump
        for n in range(N):
            nests[k, n] += jump
            before[k, n] = nests[k, n]
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


@kernel
def option_row(
    own: Owning, routes: Routes, inclusive: Floats, effort: Floats, c: int, a: int, keep: Floats, out: Floats
) -> None:
    """W(s) = K(s) + phi looks scale softplus((G - effort) / scale) of all lanes."""
    sell, rest = routes.sell[a, c], routes.rest[a, c]
    scale = own.attention_scale
    for i in range(out.size):
        gain = inclusive[i] + own.route_scale * log(sell[i] + routes.formal[i] + rest[i]) - keep[i] - effort[i]
        out[i] = keep[i] + own.foresight * scale * option_value(gain / scale, own.looks)


class Announced(NamedTuple):
    """What owners know of one month ahead, T months from the month of the solution on, B vintages."""

    price_utility: Floats
    """Everything but the value of use: -money x (price + tax + fees) + taste, known grants without an old good [T, K, J]."""
    cost: Floats
    """Utility lost to use restrictions in the month [T, B, lanes]."""
    ends: Floats
    """Chance that a rule ends the good this month (retirement age, inspection) [T, B, lanes]."""
    boost_sell: Floats
    """exp(money x expected grant for a sale with a purchase / rho) [T, B, lanes]."""
    boost_formal: Floats
    """The same for formal scrapping with a purchase [T, B, lanes]."""
    boost_scrap: Floats
    """The same for what is paid for scrapping alone [T, B, lanes]."""


class Values(NamedTuple):
    """Values of carrying on, by month from the month of the solution on."""

    carry_on: NDArray[np.float32]
    """K_t(s) [T, B, C, lanes]."""
    nothing: Floats
    """K_t of having none [T, K]."""


@kernel
def carry_step(
    own: Owning,
    static: Floats,
    nxt: Floats,
    forced: Floats,
    age_of: Ints,
    next_age_of: Ints,
    cost: Floats,
    ends: Floats,
    out: Floats,
) -> None:
    """K_t(s) of every vintage from W_{t+1}; states [B, C, lanes], ``forced`` [lanes] is the value of having lost the good."""
    B, C, lanes = nxt.shape
    phi = own.foresight
    ahead = np.empty(lanes)
    for b in range(B):
        a = age_of[b]
        after = next_age_of[b]
        rule, dear = ends[b], cost[b]
        for c in range(C):
            end = own.ends[c, a] * phi
            for i in range(lanes):
                ahead[i] = end * forced[i]
            for d in range(c, C):
                move, plain = own.moves[c, d, a] * phi, own.moves[c, d, a] * (1.0 - phi)
                later, still = nxt[b, d], static[after, d]
                for i in range(lanes):
                    ahead[i] += move * later[i] + plain * still[i]
            use, row = own.flow[a, c], out[b, c]
            for i in range(lanes):
                lost = phi * rule[i]
                row[i] = use[i] - dear[i] + own.discount * ((1.0 - lost) * ahead[i] + lost * forced[i])


@kernel
def purchase_carry(choices: Choices, carry_on: Floats, bin_of: Ints, out: Floats) -> None:
    """Value of carrying on with each alternative [K, J]: its vintage's K, averaged over its conditions."""
    K, J = out.shape
    C, lanes = carry_on.shape[1], carry_on.shape[2]
    V = lanes // K
    for k in range(K):
        for j in range(J):
            out[k, j] = 0.0
            if choices.kind[j] != NOTHING:
                for c in range(C):
                    out[k, j] += choices.mix[j, c] * carry_on[bin_of[j], c, k * V + choices.variant[j]]


@kernel
def gain_step(
    own: Owning,
    routes: Routes,
    nests: Floats,
    new_nests: int,
    age_of: Ints,
    boost_sell: Floats,
    boost_formal: Floats,
    boost_scrap: Floats,
    carry_on: Floats | NDArray[np.float32],
    out: Floats,
) -> None:
    """Gain of acting now over carrying on, less the mean effort of looking, G_t(s) - effort; states [B, C, lanes]."""
    B, C, lanes = carry_on.shape
    K, N = nests.shape
    V = lanes // K
    rho = own.route_scale
    top, fresh, other, effort = np.empty(lanes), np.empty(lanes), np.empty(lanes), np.empty(lanes)
    for k in range(K):
        with_new, without = log_sum(nests[k], 0, new_nests), log_sum(nests[k], new_nests, N)
        for i in range(k * V, (k + 1) * V):
            top[i] = max(with_new, without)
            fresh[i] = exp(with_new - top[i])
            other[i] = exp(without - top[i])
            effort[i] = own.effort_keep[k]
    for b in range(B):
        x_sell, x_formal, x_scrap = boost_sell[b], boost_formal[b], boost_scrap[b]
        for c in range(C):
            sell, rest = routes.sell[age_of[b], c], routes.rest[age_of[b], c]
            keep, row = carry_on[b, c], out[b, c]
            for i in range(lanes):
                scrap = routes.formal[i] * x_scrap[i]
                plain = log(sell[i] + scrap + rest[i])
                granted = log(sell[i] * x_sell[i] + scrap * x_formal[i] + rest[i])
                row[i] = top[i] + log(fresh[i] * exp(rho * granted) + other[i] * exp(rho * plain)) - keep[i] - effort[i]


@kernel
def option_step(own: Owning, carry_on: Floats, gains: Floats, out: Floats) -> None:
    """W_t(s) = K_t(s) + phi scale softplus((G_t(s) - effort) / scale) for every vintage; states [B, C, lanes]."""
    B, C, lanes = carry_on.shape
    scale = own.attention_scale
    for b in range(B):
        for c in range(C):
            keep, gain, row = carry_on[b, c], gains[b, c], out[b, c]
            for i in range(lanes):
                row[i] = keep[i] + own.foresight * scale * softplus(gain[i] / scale)


@kernel
def announced_values(
    own: Owning,
    static: Floats,
    routes: Routes,
    choices: Choices,
    ahead: Announced,
    ages: Ints,
    bins: Ints,
    new_nests: int,
    last: Floats,
    last_nothing: Floats,
    last_nests: Floats,
    keep: int,
) -> Values:
    """Backward induction over the announced months.

    ``ages`` [T + 1, B]: age row of each vintage by month; ``bins`` [T, J]: vintage of each alternative; ``last`` [B, C, lanes],
    ``last_nothing`` [K], ``last_nests`` [K, N]: the stationary values that follow the last announced month. Only the first
    ``keep`` months are returned.
    """
    T, K, J = ahead.price_utility.shape
    B, C, lanes = last.shape
    V = lanes // K
    N = last_nests.shape[1]
    carry_on = np.empty((keep, B, C, lanes), dtype=np.float32)
    nothing_out = np.empty((keep, K))
    nxt, now, current, gains = last.copy(), np.empty_like(last), np.empty_like(last), np.empty_like(last)
    nothing_nxt, nothing = last_nothing.copy(), np.empty(K)
    nests = last_nests.copy()
    forced = np.empty(lanes)
    carry = np.empty((K, J))
    for back in range(T):
        t = T - 1 - back
        for k in range(K):
            inclusive = log_sum(nests[k], 0, N)
            nothing[k] = own.discount * own.foresight * nothing_nxt[k]
            for i in range(k * V, (k + 1) * V):
                forced[i] = inclusive + routes.forced[i]
        carry_step(own, static, nxt, forced, ages[t], ages[t + 1], ahead.cost[t], ahead.ends[t], current)
        if t < keep:
            carry_on[t] = current
            nothing_out[t] = nothing
        purchase_carry(choices, current, bins[t], carry)
        inclusive_values(carry, nothing, ahead.price_utility[t], choices, own.nest_scale, nests)
        gain_step(
            own, routes, nests, new_nests, ages[t],
            ahead.boost_sell[t], ahead.boost_formal[t], ahead.boost_scrap[t], current, gains,
        )  # fmt: skip
        option_step(own, current, gains, now)
        for k in range(K):
            gain = log_sum(nests[k], 0, N - 1) - nothing[k] - own.effort_first[k]
            nothing_nxt[k] = nothing[k] + own.foresight * own.attention_scale * softplus(gain / own.attention_scale)
        nxt, now = now, nxt
    return Values(carry_on, nothing_out)
