"""Keyed permutations of households that can be followed both ways: the luck of a slot in a month is its place in one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Ints
from sim.numerics.compile import leaf
from sim.numerics.luck import bits, derived

SMALLEST_SHUFFLE = 4
"""Bits of the smallest shuffle."""


class Layers(NamedTuple):
    """Slots of a category by layer: the first good of every household, the second, ..."""

    first: Ints
    """Row of the layer's first slot [L]."""
    households: int
    """Households that the shuffle covers, from the first row of owners on."""
    place: NDArray[np.int32]
    """Slot of a household in a layer, -1: none [L, households]."""
    width: int
    """Bits of the shuffle."""


class Shuffle(NamedTuple):
    """Keyed permutations of the numbers below 2^width, one for each layer: odd multipliers, their inverses, what is added."""

    width: int
    mask: int
    half: int
    times: Ints
    """[L, 3]."""
    back: Ints
    plus: Ints
    jitter: NDArray[np.uint32]
    """Key of the bits below the shuffle's width [L]."""


def shuffle(base: np.uint32, width: int, layers: int) -> Shuffle:
    """The permutations that belong to a key."""
    size = 1 << width
    keys = [derived(base, layer) for layer in range(layers)]
    times = [[int(bits(derived(key, n), 0)) % size | 1 for n in range(3)] for key in keys]
    plus = [[int(bits(derived(key, 10 + n), 0)) % size for n in range(3)] for key in keys]
    back = [[pow(m, -1, size) for m in row] for row in times]
    jitter = np.array([derived(key, 20) for key in keys], dtype=np.uint32)
    return Shuffle(width, size - 1, (width + 1) // 2, np.array(times), np.array(back), np.array(plus), jitter)


@leaf
def step_on(x: np.uint32, times: np.uint32, plus: np.uint32, mask: np.uint32, half: np.uint32) -> np.uint32:
    """One of the three rounds of the shuffle; 32 bits hold what is left of the product, and eight fit into a vector."""
    x = np.uint32(np.uint32(np.uint32(x * times) + plus) & mask)
    return np.uint32(x ^ np.uint32(x >> half))


@leaf
def step_back(x: np.uint32, back: np.uint32, plus: np.uint32, mask: np.uint32, half: np.uint32) -> np.uint32:
    """``step_on`` backwards."""
    x = np.uint32(x ^ np.uint32(x >> half))
    return np.uint32(np.uint32(np.uint32(x - plus) * back) & mask)


@leaf
def rank_of(times: Ints, plus: Ints, mask: int, half: int, layer: int, number: int) -> int:
    """Place of a number in the shuffle."""
    x = np.uint32(number)
    for n in range(3):
        x = step_on(x, np.uint32(times[layer, n]), np.uint32(plus[layer, n]), np.uint32(mask), np.uint32(half))
    return int(np.int64(x))


@leaf
def at_rank(back: Ints, plus: Ints, mask: int, half: int, layer: int, rank: int) -> int:
    """The number at a place: ``rank_of`` backwards."""
    x = np.uint32(rank)
    for step in range(3):
        n = 2 - step
        x = step_back(x, np.uint32(back[layer, n]), np.uint32(plus[layer, n]), np.uint32(mask), np.uint32(half))
    return int(np.int64(x))


@leaf
def luck_at(jitter: np.uint32, width: int, rank: int) -> np.uint32:
    """32 bits for a rank: even over all ranks, with keyed bits below the shuffle's width."""
    return np.uint32(np.uint32(np.uint32(rank) << np.uint32(32 - width)) | np.uint32(bits(jitter, rank) >> np.uint32(width)))


@leaf
def layer_of(first: Ints, slot: int) -> int:
    """Layer of a slot."""
    layer = first.size - 1
    while first[layer] > slot:
        layer -= 1
    return layer
