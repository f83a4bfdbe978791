"""One good on its way from place to place, and how one that is new or comes from outside is made up."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.survival import LifeLaw, accident_months, life_months
from sim.behaviour.value import Ints
from sim.codes import AVERAGE_DAYS, NEVER, VINTAGE_MONTHS
from sim.numerics.compile import kernel, leaf
from sim.numerics.luck import uniform


class Good(NamedTuple):
    """One good on its way from one place to another."""

    registered: np.int64
    vintage: np.int64
    emission: np.int64
    worn: np.int64
    failing: np.int64
    end: np.int64


class Making(NamedTuple):
    """How a good that is new or comes from outside is made up."""

    law: LifeLaw
    vintage_start: int
    """First month of vintage 0."""
    newest_emission: Ints
    """Standard of a new good by fuel group [3]."""
    emission_from: Ints
    """First day of each standard by fuel group [3, 8]; a standard that does not exist starts never."""
    life_key: np.uint32
    accident_key: np.uint32
    age_key: np.uint32
    game_key: np.uint32
    gamed_share: float
    band_edges: Ints
    """Upper age of each band, months."""
    ages: NDArray[np.int64]
    """Equally likely ages of used goods from outside, months [3, bands, places]."""


@leaf
def make_good(making: Making, fuel: int, who: int, month: int, day: int, age: int) -> Good:
    """A good of this age that has survived so far; luck keyed by whom it is made for."""
    life = life_months(making.law, uniform(making.life_key, who), float(age))
    return good_of(making, fuel, month, day, age, life, accident_months(making.law, uniform(making.accident_key, who)))


@leaf
def good_of(making: Making, fuel: int, month: int, day: int, age: int, life: float, accident: float) -> Good:
    """A good of this age and physical life that meets its accident, if it does, so many months from now."""
    start = month - age
    registered = day - int(age * AVERAGE_DAYS)
    standard = int(making.newest_emission[fuel])
    if age > 0:
        standard = 0
        for s in range(making.emission_from.shape[1]):
            if registered >= making.emission_from[fuel, s]:
                standard = s
    worn = min(start + int(making.law.worn_at * life), NEVER)
    failing = min(start + int(making.law.failing_at * life), NEVER)
    end = min(start + int(life) + 1, month + 1 + int(min(accident, 20_000.0)), NEVER)
    vintage = max((start - making.vintage_start) // VINTAGE_MONTHS, 0)
    return Good(np.int64(registered), np.int64(vintage), np.int64(standard), np.int64(worn), np.int64(failing), np.int64(end))


@kernel
def fates(making: Making, who: NDArray[np.int64], age: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Physical lives, and months until an accident, of many goods; as ``make_good`` has them, eight at a time."""
    life, accident = np.empty(who.size), np.empty(who.size)
    for n in range(who.size):
        life[n] = life_months(making.law, uniform(making.life_key, who[n]), float(age[n]))
    for n in range(who.size):
        accident[n] = accident_months(making.law, uniform(making.accident_key, who[n]))
    return life, accident


@leaf
def band_of(making: Making, months: float) -> int:
    """Age band of a used good."""
    for b in range(making.band_edges.size - 1):
        if months < making.band_edges[b]:
            return b
    return making.band_edges.size - 1


@leaf
def age_in_band(making: Making, fuel: int, band: int, who: int) -> int:
    """Age in months of a used good from outside."""
    places = making.ages.shape[2]
    return int(making.ages[fuel, band, int(uniform(making.age_key, who) * places)])
