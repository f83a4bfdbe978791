"""Keyed luck: every random number is a hash of (seed, event, who, when, which), never a draw from a stream.

Two scenarios therefore share all luck that policy does not touch, and nothing depends on order, threads or workers.
"""

from __future__ import annotations

import enum
import hashlib

import numpy as np
from numpy.typing import NDArray

from sim.numerics.arithmetic import log
from sim.numerics.compile import kernel, leaf

_GOLDEN = np.uint32(0x9E3779B9)
_MIX_1 = np.uint32(0x21F0AAAD)
_MIX_2 = np.uint32(0x735A2D97)
_STEP = np.uint32(0x85EBCA6B)
_S15 = np.uint32(15)
_S16 = np.uint32(16)
_UNIT = 2.0**-32


class Event(enum.IntEnum):
    """What a random number decides; each has luck of its own."""

    ATTENTION = 1
    TASTE_NEST = 2
    TASTE_VARIANT = 3
    LIFE = 4
    LIFE_EVENT = 5
    DAY = 6
    APPROVAL = 7
    QUEUE = 8
    AWARENESS = 9
    INSPECTION = 10
    RELEASE = 11
    BORDER = 12
    SYNTHESIS = 13
    LINKS = 14
    FATE = 15
    GAMING = 16
    TASTE_ROUTE = 17
    MANDATE = 18
    CALL = 19
    ENTRY = 20
    LOST = 21
    SPELL = 22
    NATION = 23
    DISCREPANCY = 24
    MEASUREMENT = 25
    DISTRICT = 27


def key(seed: int, event: int, month: int = 0) -> np.uint32:
    """Fold (seed, event, month) into the 32-bit key of one family of random numbers."""
    text = f"{seed}/{int(event)}/{month}".encode()
    return np.uint32(int.from_bytes(hashlib.blake2b(text, digest_size=4).digest(), "little"))


def district_seed(seed: int, luck: int) -> int:
    """The seed of what befalls the people of one district; 0 leaves the seed as it is."""
    return int(key(seed, Event.DISTRICT, luck)) if luck else seed


@leaf
def bits(base: np.uint32, who: int) -> np.uint32:
    """32 random bits for one agent: two rounds of a full-avalanche mixer (Wellons, hash-prospector, lowbias32)."""
    x = np.uint32(np.uint32(np.uint32(who) * _GOLDEN) ^ base)
    x = np.uint32(x ^ np.uint32(x >> _S16))
    x = np.uint32(x * _MIX_1)
    x = np.uint32(x ^ np.uint32(x >> _S15))
    x = np.uint32(x * _MIX_2)
    x = np.uint32(x ^ np.uint32(x >> _S15))
    x = np.uint32(x + np.uint32(base * _STEP))
    x = np.uint32(x ^ np.uint32(x >> _S16))
    x = np.uint32(x * _MIX_1)
    return np.uint32(x ^ np.uint32(x >> _S15))


@leaf
def uniform(base: np.uint32, who: int) -> float:
    """A number in (0, 1), never 0 nor 1, for one agent."""
    return (float(bits(base, who)) + 0.5) * _UNIT


@leaf
def derived(base: np.uint32, which: int) -> np.uint32:
    """The key of a sub-family: one for each alternative, nest or attempt."""
    return bits(np.uint32(base ^ np.uint32(0x5BD1E995)), which + 1)


@leaf
def gumbel(base: np.uint32, who: int) -> float:
    """A standard extreme-value shock for one agent."""
    return -log(-log(uniform(base, who)))


@leaf
def logistic(base: np.uint32, who: int) -> float:
    """A standard logistic shock for one agent."""
    return logit(bits(base, who))


@leaf
def logit(luck: np.uint32) -> float:
    """The logistic shock that belongs to 32 random bits."""
    u = (float(luck) + 0.5) * _UNIT
    return log(u) - log(1.0 - u)


@leaf
def normal(base: np.uint32, who: int) -> float:
    """A standard normal number for one agent: the polar method (Marsaglia and Bray 1964), pair after pair of uniforms."""
    which = 0
    while True:
        x = 2.0 * uniform(derived(base, which), who) - 1.0
        y = 2.0 * uniform(derived(base, which + 1), who) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return float(x * np.sqrt(-2.0 * log(square) / square))
        which += 2


@kernel
def normals(base: np.uint32, who: NDArray[np.int64]) -> NDArray[np.float64]:
    """``normal`` for many agents."""
    out = np.empty(who.size)
    for n in range(who.size):
        out[n] = normal(base, who[n])
    return out


@kernel
def uniforms(base: np.uint32, who: NDArray[np.int64]) -> NDArray[np.float64]:
    """``uniform`` for many agents."""
    out = np.empty(who.size)
    for n in range(who.size):
        out[n] = uniform(base, who[n])
    return out
