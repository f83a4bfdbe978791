"""The law of the value of owning in plain arithmetic, written from its equations; ``sim.behaviour`` must satisfy it.

States are (age, condition); lanes are types x variants. 0: out of the market, 1: in it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Owning

Floats = NDArray[np.float64]
FAILING = 2


class Carried(NamedTuple):
    """What carrying on is worth: K0 and K1 [..., lanes]."""

    away: Floats
    inside: Floats


class Open(NamedTuple):
    """What being free to act is worth [..., lanes]."""

    W0: Floats
    W1: Floats
    buys: Floats
    """Chance that one in the market acts."""
    enters: Floats
    """Chance that one out of it enters."""
    entering: Floats
    """S - K0."""


def share(odds: Floats) -> Floats:
    """The logistic law."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -odds)))


def lane_of(own: Owning, by_type: Floats) -> Floats:
    """A number of each type, for every lane."""
    return np.repeat(by_type, own.flow.shape[2] // own.money.size)


def carry_on(own: Owning, still: Floats, later: Floats, lost_good: Floats, a: int, c: int) -> Carried:
    """K0 and K1 of one state without rules, from V [C, lanes] and W [2, C, lanes] a month later."""
    phi, chances = own.foresight, own.moves[c, :, a]
    worth = [own.ends[c, a] * phi * lost_good for _ in range(2)]
    for d, chance in enumerate(chances):
        begins = own.wear_entry if d == FAILING and c != FAILING else 0.0
        stays = (1.0 - own.lost) + own.lost * begins
        for n, shopping in enumerate((begins, stays)):
            seen = (1.0 - shopping) * later[0, d] + shopping * later[1, d]
            worth[n] = worth[n] + chance * (phi * seen + (1.0 - phi) * still[d])
    use = own.flow[a, c]
    return Carried(use + own.discount * worth[0], use + own.discount * worth[1])


def carry_on_all(own: Owning, still: Floats, W: Floats, lost_good: Floats) -> Carried:
    """K0 and K1 [A, C, lanes] when nothing changes; the last age repeats itself."""
    ages, conditions, _ = own.flow.shape
    rows = [
        [carry_on(own, still[min(a + 1, ages - 1)], W[min(a + 1, ages - 1)], lost_good, a, c) for c in range(conditions)]
        for a in range(ages)
    ]
    return Carried(
        np.array([[each.away for each in row] for row in rows]), np.array([[each.inside for each in row] for row in rows])
    )


def be_open(own: Owning, carried: Carried, gain: Floats, effort: Floats, entry: Floats) -> Open:
    """W0 and W1 from K0 and K1, the gain G of acting over K1, and the efforts of buying and entering."""
    odds = (gain - effort) / own.shopping_scale
    entering = carried.inside - carried.away + own.shopping_scale * np.logaddexp(0.0, odds)
    enters = share((entering - entry) / own.entry_scale)
    return Open(
        W0=carried.away + own.foresight * enters * entering,
        W1=carried.inside + own.foresight * (carried.away + entering - carried.inside),
        buys=share(odds), enters=enters, entering=entering,
    )  # fmt: skip


def lost_good(own: Owning, nests: Floats, nothing: Floats) -> Floats:
    """What is left to who has lost a good [lanes], disposal apart: any good, or to look on without one.

    From the inclusive values of the nests [K, N], the last one of buying nothing, and W0 and W1 of having none [K, 2].
    """
    looking = own.discount * own.foresight * (own.lost * nothing[:, 0] + (1.0 - own.lost) * nothing[:, 1])
    goods = np.logaddexp.reduce(nests[:, :-1], axis=1) - own.effort_keep
    return lane_of(own, np.logaddexp(goods, looking))


def have_none(own: Owning, nothing: Floats, goods: Floats) -> tuple[Carried, Open]:
    """The same of those who have none [K], from W0 and W1 [K, 2] and the inclusive value of all goods [K]."""
    ahead = own.discount * own.foresight
    carried = Carried(ahead * nothing[:, 0], ahead * (own.lost * nothing[:, 0] + (1.0 - own.lost) * nothing[:, 1]))
    return carried, be_open(own, carried, goods - carried.inside, own.effort_first, own.entry_first)
