"""Who drives an NEV, as neighbours see it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Ints
from sim.codes import COMMUNITY, HOUSEHOLD, LINKS
from sim.numerics.compile import leaf


@leaf
def count_nev(
    kinds: NDArray[np.int8],
    nev: NDArray[np.int8],
    linked: NDArray[np.int8],
    communities: NDArray[np.int32],
    masks: Ints,
    owner: int,
    change: int,
) -> None:
    """Keep each household's NEV, its community's count and what its links see; only changes are pushed."""
    if change == 0 or kinds[owner] != HOUSEHOLD:
        return
    had = nev[owner] > 0
    nev[owner] += change
    has = nev[owner] > 0
    if had == has:
        return
    step = 1 if has else -1
    communities[owner // COMMUNITY] += step
    for link in range(LINKS):
        other = owner ^ int(masks[link])
        if other < kinds.size and kinds[other] == HOUSEHOLD:
            linked[other] += step
