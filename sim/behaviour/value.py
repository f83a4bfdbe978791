"""The value of owning: what a forward-looking owner expects from each holding, by backward induction.

An owner is in the market or not. Who is not enters it now and then; who is buys when enough is to be gained, and the spell
ends. For owner type k and a good of variant v in condition c and age a (Rust 1987; Adda & Cooper 2000; Gillingham et al. 2022;
for timing against level House & Shapiro 2008, McKay & Wieland 2021), with 0 for out of the market and 1 for in it,

    K0_t(s) = u(s) + beta E W0_{t+1}(s')                               carrying on, not in the market
    K1_t(s) = u(s) + beta E [(1 - lost) W1_{t+1}(s') + lost W0_{t+1}]  carrying on, in the market
    S_t(s)  = K1_t + E[(G_t - kappa)+] = K1_t + s1 softplus((G_t(s) - effort) / s1)      being in the market now
    W1_t(s) = K1_t + phi (S_t - K1_t)
    W0_t(s) = K0_t + phi lambda_t(s) (S_t(s) - K0_t(s)),   lambda = F((S - K0 - entry) / s0): who enters the market
    G_t(s)  = log sum over everything that can be done now of exp(utility) - K1_t(s)

kappa is logistic with scale s1 (``shopping_scale``): it sets how much of what is bought moves by weeks. The thought of buying
comes over people the more often the more is at stake; the wide scale s0 (``entry_scale``) sets how lasting prices move the
level. It is no choice and no good in itself: were its luck counted as utility, having nothing would be worth a fortune for the
thoughts alone. Who buys is out of the market afterwards. A good that begins to fail brings its owner into the market with
chance ``wear_entry``; who has lost a good and does not replace it at once is in the market.

phi is ``foresight``; with phi = 0, W = K = V, the value of never acting again, and every choice is the static logit on V. What
can be done now is a purchase (or none) and a disposal route for the old good: purchases are nested by powertrain, disposal
routes vary least,

    exp(utility of purchase j) = exp(v_j) [ sum_r exp((R_r + grant_rj money_k) / rho) ] ^ rho.

Here are the pieces of one month, for one age or vintage at a time; ``stationary`` repeats them until nothing changes,
``announced`` goes back with them from there over the months for which something is known. Both know one law and one length of
step, so that the place where one takes over from the other leaves no trace.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.codes import FAILING, NOTHING
from sim.numerics.arithmetic import exp, log, logistic_share, softplus
from sim.numerics.compile import kernel, leaf

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
    """Mean effort of buying when in the market, owners [K]."""
    effort_first: Floats
    """The same, those who have none [K]."""
    entry_keep: Floats
    """Mean effort of entering the market, owners [K]."""
    entry_first: Floats
    """The same, those who have none [K]."""
    discount: float
    foresight: float
    shopping_scale: float
    entry_scale: float
    lost: float
    """Chance that one in the market is out of it a month later."""
    wear_entry: float
    """Chance that a good that begins to fail brings its owner into the market."""
    nest_scale: float
    route_scale: Floats
    """Scale of the taste shocks of disposal routes [lanes]."""


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
    plain: Floats
    """What they are worth together, without grants: rho log(sell + formal + rest) [A, C, lanes]."""
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
    granted: NDArray[np.bool_]
    """Whether any of the three is above one, by age or vintage [...]."""


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
    """Value of having lost the good: of everything that can be bought, or of being in the market without one."""
    effort: Floats
    """Mean effort of buying when in the market."""
    entry: Floats
    """Mean effort of entering it."""


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
    room = np.zeros((7, lanes))
    return Acting(room[0], room[1], room[2], room[3], room[4], room[5], room[6])


@kernel
def prepare(own: Owning, forced: Floats, nests: Floats, looking: Floats, new_nests: int, acting: Acting) -> None:
    """Fill ``acting`` from nest values [K, N], of which the first ``new_nests`` hold new goods and the last one nothing.

    ``looking`` [K]: K1 of having none.
    """
    K, N = nests.shape
    V = forced.size // K
    for k in range(K):
        fresh, other = log_sum(nests[k], 0, new_nests), log_sum(nests[k], new_nests, N)
        top = max(fresh, other)
        fresh, other = exp(fresh - top), exp(other - top)
        total = top + log(fresh + other)
        goods = log_sum(nests[k], 0, N - 1) - own.effort_keep[k]  # who must buy makes the effort of one who chooses to
        lost = max(goods, looking[k]) + log(1.0 + exp(-abs(goods - looking[k])))
        for i in range(k * V, (k + 1) * V):
            acting.top[i], acting.fresh[i], acting.other[i], acting.total[i] = top, fresh, other, total
            acting.forced[i], acting.effort[i], acting.entry[i] = lost + forced[i], own.effort_keep[k], own.entry_keep[k]


@leaf
def keep_rows(
    own: Owning, static: Floats, later: Floats, forced: Floats, a: int, cost: Floats, ends: Floats, out: Floats, inside: Floats
) -> None:
    """K0(s) and K1(s) of all conditions and lanes at age ``a``, to ``out`` and ``inside`` [C, lanes].

    ``later`` [2, C, lanes]: W0 and W1 a month later, ``static`` [C, lanes]: V then; ``cost`` and ``ends`` [lanes].
    """
    phi, beta, wear, lose = own.foresight, own.discount, own.wear_entry, own.lost
    flow, moves, ending = own.flow, own.moves, own.ends
    C, lanes = out.shape
    for c in range(C):
        end = ending[c, a] * phi
        for i in range(lanes):
            out[c, i] = end * forced[i]
            inside[c, i] = out[c, i]
        for d in range(c, C):
            move, plain = moves[c, d, a] * phi, moves[c, d, a] * (1.0 - phi)
            enter = wear if d == FAILING and c < FAILING else 0.0
            stay = 1.0 - lose * (1.0 - enter)
            for i in range(lanes):
                more = later[1, d, i] - later[0, d, i]
                out[c, i] += move * (later[0, d, i] + enter * more)
                inside[c, i] += move * (later[0, d, i] + stay * more)
            if plain > 0.0:
                for i in range(lanes):
                    out[c, i] += plain * static[d, i]
                    inside[c, i] += plain * static[d, i]
        for i in range(lanes):
            lost = phi * ends[i]
            now, then = flow[a, c, i] - cost[i], lost * forced[i]
            out[c, i] = now + beta * ((1.0 - lost) * out[c, i] + then)
            inside[c, i] = now + beta * ((1.0 - lost) * inside[c, i] + then)


@leaf
def gain_rows(
    own: Owning, acting: Acting, routes: Routes, a: int, granted: bool, sell_more: Floats, formal_more: Floats,
    scrap_more: Floats, keep: Floats, out: Floats,
) -> None:  # fmt: skip
    """G(s) - effort of all conditions and lanes [C, lanes]: the gain of acting now over carrying on in the market."""
    rho, plain, effort, C, lanes = own.route_scale, routes.plain, acting.effort, out.shape[0], out.shape[1]
    if granted:
        sell, formal, rest, top, fresh, other = (
            routes.sell, routes.formal, routes.rest, acting.top, acting.fresh, acting.other,
        )  # fmt: skip
        for c in range(C):
            for i in range(lanes):
                scrap = formal[i] * scrap_more[i]
                alone = log(sell[a, c, i] + scrap + rest[a, c, i])
                paid = log(sell[a, c, i] * sell_more[i] + scrap * formal_more[i] + rest[a, c, i])
                best = top[i] + log(fresh[i] * exp(rho[i] * paid) + other[i] * exp(rho[i] * alone))
                out[c, i] = best - keep[c, i] - effort[i]
    else:
        total = acting.total
        for c in range(C):
            for i in range(lanes):
                out[c, i] = total[i] + plain[a, c, i] - keep[c, i] - effort[i]


@leaf
def option_rows(own: Owning, acting: Acting, gain: Floats, keep: Floats, inside: Floats, out: Floats) -> None:
    """W0(s) and W1(s) [2, C, lanes] to ``out``; ``gain`` [C, lanes], overwritten, then holds S(s) - K0(s)."""
    phi, narrow, entry = own.foresight, own.shopping_scale, acting.entry
    slim, flat, C, lanes = 1.0 / own.shopping_scale, 1.0 / own.entry_scale, gain.shape[0], gain.shape[1]
    for c in range(C):
        for i in range(lanes):
            option = narrow * softplus(gain[c, i] * slim)
            out[1, c, i] = inside[c, i] + phi * option
            gain[c, i] = (inside[c, i] - keep[c, i]) + option
        for i in range(lanes):
            out[0, c, i] = keep[c, i] + phi * gain[c, i] * logistic_share((gain[c, i] - entry[i]) * flat)


@kernel
def look_on(own: Owning, nothing: Floats, out: Floats) -> None:
    """K1 of having none [K] in the long run, from W0 and W1 of it [K, 2]."""
    ahead = own.discount * own.foresight
    for k in range(out.size):
        out[k] = ahead * (own.lost * nothing[k, 0] + (1.0 - own.lost) * nothing[k, 1])


@kernel
def none_options(own: Owning, k: int, first: float, none: Floats) -> tuple[float, float, float, float]:
    """K0, K1, W0 and S - K1 of one of type ``k`` who has none, from W0 and W1 a month later; ``first``: inclusive value."""
    ahead = own.discount * own.foresight
    keep = ahead * none[0]
    inside = ahead * (own.lost * none[0] + (1.0 - own.lost) * none[1])
    option = own.shopping_scale * softplus((first - inside - own.effort_first[k]) / own.shopping_scale)
    gain = inside + option - keep
    entered = gain * logistic_share((gain - own.entry_first[k]) / own.entry_scale)
    return keep, inside, keep + own.foresight * entered, option


@kernel
def none_settled(own: Owning, k: int, first: float, none: Floats) -> None:
    """W0 and W1 of one who has none in the long run, by Newton's method from ``none`` [2], in place."""
    ahead = own.discount * own.foresight
    stay, back = ahead * (1.0 - own.lost), ahead * own.lost
    for _ in range(50):
        keep, inside, away, option = none_options(own, k, first, none)
        shopping = inside + own.foresight * option
        chance = logistic_share((first - inside - own.effort_first[k]) / own.shopping_scale)
        gain = inside + option - keep
        share = logistic_share((gain - own.entry_first[k]) / own.entry_scale)
        entering = share + gain * share * (1.0 - share) / own.entry_scale
        miss0, miss1 = none[0] - away, none[1] - shopping
        rest, part = own.foresight * entering, 1.0 - own.foresight * chance
        a00, a01 = 1.0 - ahead - rest * ((1.0 - chance) * back - ahead), -rest * (1.0 - chance) * stay
        a10, a11 = -back * part, 1.0 - stay * part
        scale = a00 * a11 - a01 * a10
        step0, step1 = (miss0 * a11 - miss1 * a01) / scale, (miss1 * a00 - miss0 * a10) / scale
        none[0] -= step0
        none[1] -= step1
        if abs(step0) + abs(step1) < 1e-12:
            break
