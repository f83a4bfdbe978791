"""Goods of which a household has one, two or three: layers of slots, the first good of every household, the second, ..."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Ints


class Layers(NamedTuple):
    """Slots of a category by layer."""

    first: Ints
    """Row of the layer's first slot [L]."""
    place: NDArray[np.int32]
    """Slot of a household in a layer, -1: none [L, households]."""
