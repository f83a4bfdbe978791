"""What owners can expect of money that runs short: the share of claims that will find some, by month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.policy.tables import Ints

Floats = NDArray[np.float64]


def funded_shares(asked: Floats, held: Floats, coming: Floats, last: Ints) -> Floats:
    """Share of the fen asked for in each month that will be paid [T], if claims go on as they came.

    ``asked`` [T]: fen by month, the first of which is the present one. ``held`` [N]: what each tranche has now; ``coming``
    [N, T]: what it is known to get, by month; ``last`` [N]: place of its last month, after which the rest lapses. Tranches
    that end first are spent first. In months after the last known tranche nothing is expected to be short.
    """
    left, share = held.copy(), np.ones(asked.size)
    order = np.argsort(last, kind="stable")
    for t in range(min(asked.size, int(last.max(initial=-1)) + 1)):
        left[last < t] = 0.0
        left += coming[:, t]
        due = asked[t]
        for n in order:
            paid = min(left[n], due)
            left[n] -= paid
            due -= paid
        share[t] = 1.0 - due / asked[t] if asked[t] > 0.0 else 1.0
    return share
