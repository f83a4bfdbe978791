"""The floor of a run: what its events alone would cost, each done once with nothing round it.

Slots are streamed over, those who look are fetched from memory and drawn luck for, alternatives are weighed by exponentials,
and what is decided is fetched again. What an operation costs is measured on this machine in the same minute, so that a run
over its floor is a ratio that machines have in common.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.call_up import BLOCK, stream
from sim.codes import ROUTES
from sim.numerics.arithmetic import exp_all
from sim.numerics.compile import kernel, prefetch
from sim.numerics.luck import bits

HASHES, EXPONENTIALS, FETCHES, STREAMED = 1 << 20, 1 << 12, 1 << 20, 256 * BLOCK
"""How many operations are timed at once; exponentials stay in the first cache, fetches lie anywhere in memory."""
WORDS = 1 << 23
"""64-bit words that fetches are spread over: more than caches hold."""
AHEAD = 16
REPEATED = 5
"""The fastest counts, as whatever else the machine does only ever adds."""
LINES = 2
"""Lines of memory that an owner and a good take up at least."""
DRAWN = 3
"""Random numbers that an owner who looks takes at least: to be let through, the day, the award of a subsidy."""


class Costs(NamedTuple):
    """Nanoseconds of one operation."""

    hash: float
    exponential: float
    fetch: float
    """A line from anywhere in memory, asked for ahead."""
    stream: float
    """Passing over a slot that does nothing."""


class Events(NamedTuple):
    """What happens in a run."""

    slot_months: int
    weighed: int
    exponentials: int
    decided: int

    def plus(self, other: Events) -> Events:
        """Both together."""
        return Events(*(one + more for one, more in zip(self, other, strict=True)))


NOTHING = Events(0, 0, 0, 0)


def exponentials_of(alternatives: int) -> int:
    """Of one weighing at least: each alternative with each disposal route, paying for it, and its place in its nest."""
    return alternatives * (ROUTES + 2)


def floor_seconds(events: Events, costs: Costs) -> float:
    """What these events alone would take."""
    looking = LINES * costs.fetch + DRAWN * costs.hash
    parts = (
        events.slot_months * costs.stream, events.weighed * looking, events.exponentials * costs.exponential,
        events.decided * LINES * costs.fetch,
    )  # fmt: skip
    return 1e-9 * sum(parts)


def measure_costs() -> Costs:
    """Time each operation."""
    x = np.linspace(-20.0, 20.0, EXPONENTIALS)
    table = np.arange(WORDS, dtype=np.int64)
    places = table[hashes_of(np.uint32(1), FETCHES).astype(np.int64) % WORDS]
    bounds, found = np.zeros(STREAMED, np.uint16), np.empty(STREAMED + 8, np.int64)
    return Costs(
        hash=_nanoseconds(lambda: hashes_of(np.uint32(7), HASHES), HASHES),
        exponential=_nanoseconds(lambda: exp_all(x), EXPONENTIALS),
        fetch=_nanoseconds(lambda: fetch(table, places), FETCHES),
        stream=_nanoseconds(lambda: stream(np.uint32(3), bounds, found), STREAMED),
    )


def _nanoseconds(work: Callable[[], object], count: int) -> float:
    work()  # compiles, and brings what fits into caches
    best = np.inf
    for _ in range(REPEATED):
        start = time.perf_counter_ns()
        work()
        best = min(best, time.perf_counter_ns() - start)
    return float(best) / count


@kernel
def hashes_of(base: np.uint32, count: int) -> NDArray[np.uint32]:
    """Luck of so many agents."""
    out = np.empty(count, np.uint32)
    for n in range(count):
        out[n] = bits(base, n)
    return out


@kernel
def fetch(table: NDArray[np.int64], places: NDArray[np.int64]) -> int:
    """Sum of words from anywhere."""
    total = 0
    for n in range(places.size):
        if n + AHEAD < places.size:
            prefetch(table, places[n + AHEAD])
        total += table[places[n]]
    return total
