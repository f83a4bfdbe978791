"""Owners side by side: what weighing holds of a batch of owners, one lane each.

A processor adds and multiplies four to eight numbers at once if neighbours in memory are treated alike. An owner has three to
fifty alternatives, too few and too unlike for that; so batches of owners are taken instead, and every inner loop runs over
the owners of a batch (structure of arrays, Intel 64 and IA-32 Architectures Optimization Reference Manual, 6.5.1). Batches
are small enough that most of this stays in the processor's second cache.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Floats, Ints
from sim.codes import ROUTES
from sim.numerics.compile import kernel

WIDTH = 512
"""Owners of a batch (measured: to hand the lanes from kernel to kernel takes a batch ten microseconds, however wide)."""


class Owned(NamedTuple):
    """Who weighs and what they hold [W]."""

    slot: Ints
    who: Ints
    """What luck is keyed by."""
    owner: Ints
    kind: Ints
    bank: Ints
    type: Ints
    variant: Ints
    """EMPTY: nothing held."""
    condition: Ints
    reason: Ints
    luck: NDArray[np.uint32]
    claims: Ints
    """Claims made so far."""
    day: Ints
    """Day on which they would act."""
    belief: Ints
    """As in ``Offers``."""
    row: Ints
    """Place of belief and type among all: belief x types + type."""


class Means(NamedTuple):
    """What they can spend and what acting must be worth [W]; yuan and utility."""

    money: Floats
    """Marginal utility of a yuan."""
    income: Floats
    cash: Floats
    reserve: Floats
    of_reserve: Floats
    """1 / reserve."""
    owed: Floats
    """On the good they have."""
    room: Floats
    """Largest instalment; NOT_LENT below zero where no lender lends."""
    route_scale: Floats
    """Scale of the taste shocks of disposal routes."""
    km: Floats
    """Relative kilometres less 1."""
    social: Floats
    """What neighbours add to an NEV."""
    averse: Floats
    """Aversion to debt, in spreads from the middle."""
    without: Floats
    """Value of being without a good: who has lost one is in the market, who gives one up is not."""
    bar: Floats
    """Carrying on and the effort of looking; LOWEST of all where one must act."""
    proceeds: Floats
    """What each disposal route brings, less what is owed [ROUTES, W]."""
    route: Floats
    """Utility of each disposal route [ROUTES, W]. Those who hold nothing have one: they "keep" nothing."""


class Rights(NamedTuple):
    """What they may claim [M, ..., W]."""

    eligible: NDArray[np.bool_]
    scrapped: Floats
    """Fen for scrapping the good itself."""
    known: NDArray[np.bool_]
    """Eligible, and heard of it [W]."""
    grant: Floats
    """Best grant that is known, fen, by disposal route and new variant, the last column for buying nothing or used."""
    later: Floats
    """What a certificate of scrapping may bring later to who has lost the good and buys nothing now, fen [W]."""


class Payments(NamedTuple):
    """What each alternative is worth and how it can be paid [J, W], whatever becomes of the good they have."""

    worth: Floats
    all_cash: Floats
    """exp(due / reserve) - 1."""
    lent: Floats
    down: Floats
    part_cash: Floats
    """exp(down / reserve) - 1."""
    loan_cost: Floats
    instalment: Floats
    """Of a yuan, and what it costs beyond the yuan, at the bank of each [W]."""
    present_cost: Floats
    aversion: Floats
    """Utility cost of signing a loan [W]."""


class Scores(NamedTuple):
    """Utilities and weights of the nested logit."""

    utility: Floats
    """By disposal route and alternative [ROUTES, J, W]."""
    principal: Floats
    """Borrowed for it [ROUTES, J, W]."""
    good: Floats
    """E_j [J, W]."""
    spread: Floats
    """exp(E_j / lambda) relative to the best [J, W]."""
    nest: Floats
    """exp(I_n), likewise [N, W]."""
    top: Floats
    """Highest E_j, and IV, and what takes part in summing [W]."""
    inclusive: Floats
    total: Floats
    plain: Floats
    """What the disposal route and its grants alone are worth [W]."""
    limited: Ints
    """Lanes of those who cannot do everything [W]."""


@kernel
def owned_lanes(width: int) -> Owned:
    """Lanes of so many owners."""
    t = np.zeros((13, width), np.int64)
    luck = np.zeros(width, np.uint32)
    return Owned(t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], luck, t[9], t[10], t[11], t[12])


@kernel
def means_lanes(width: int) -> Means:
    """Lanes of so many owners."""
    t, routes = np.zeros((13, width)), np.zeros((2, ROUTES, width))
    return Means(t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11], t[12], routes[0], routes[1])


@kernel
def rights_lanes(rows: int, variants: int, width: int) -> Rights:
    """Lanes for so many entitlements and new variants."""
    eligible, known = np.zeros((rows, width), np.bool_), np.zeros(width, np.bool_)
    return Rights(eligible, np.zeros((rows, width)), known, np.zeros((ROUTES, variants + 1, width)), np.zeros(width))


@kernel
def price_lanes(alternatives: int, width: int) -> Payments:
    """Lanes for so many alternatives."""
    t = np.zeros((6, alternatives, width))
    return Payments(t[0], t[1], t[2], t[3], t[4], t[5], np.zeros(width), np.zeros(width), np.zeros(width))


@kernel
def score_lanes(alternatives: int, nests: int, width: int) -> Scores:
    """Lanes for so many alternatives and nests."""
    by_route, goods = np.zeros((2, ROUTES, alternatives, width)), np.zeros((2, alternatives, width))
    nest, t = np.zeros((nests, width)), np.zeros((4, width))
    limited = np.zeros(width, np.int64)
    return Scores(by_route[0], by_route[1], goods[0], goods[1], nest, t[0], t[1], t[2], t[3], limited)
