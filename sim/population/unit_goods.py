"""Goods in use at the start for categories without a table of registration years: household by household, slot by slot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.survival import LifeLaw, life_months
from sim.codes import AVERAGE_DAYS, EMPTY, NEVER, VINTAGE_MONTHS
from sim.numerics.arithmetic import exp_all, log, log_all
from sim.numerics.compile import kernel, leaf
from sim.numerics.luck import bits, derived, uniform
from sim.population.products import Catalogue
from sim.settings import Settings

Floats = NDArray[np.float64]
LONGEST = 360
"""Oldest good that is drawn, months."""
BLOCK = 1024
"""Households whose luck is worked out together."""
NO_STANDARD = np.iinfo(np.int64).max
"""First day of a standard that does not exist."""
LONGEST_LIFE = 20_000.0
"""Months beyond which nothing is told apart."""
QUANTILES = 256
"""Steps of a good's own life that the first stock tells apart."""


class UnitLaw(NamedTuple):
    """Distributions of the goods in use: ages by quantile, variants, and life by age and quantile."""

    ages: NDArray[np.int16]
    """Age in months at even quantiles [4096]."""
    variants: Floats
    """Cumulated shares [V]."""
    life: NDArray[np.int16]
    """Physical life in months of a good that has reached an age [LONGEST + 1, QUANTILES]."""
    law: LifeLaw
    oldest: NDArray[np.int64]
    """Greatest age in months of each variant [V]."""
    start: int
    vintage_start: int
    emission: NDArray[np.int64]
    """First day of each standard of each variant's fuel [V, 8]; a standard that does not exist starts never."""


def unit_law(settings: Settings, catalogue: Catalogue) -> UnitLaw:
    """Read the law off the product file."""
    product = catalogue.product
    stock = product.stock
    assert stock is not None
    months = np.arange(1, LONGEST + 1, dtype=np.float64)
    years = months / 12.0
    worn = exp_all(stock.use_shape.value * log_all(years / stock.use_years.value))
    weight = exp_all(-stock.growth_per_year.value * years - worn)
    cumulated = np.cumsum(weight) / weight.sum()
    quantile = (np.arange(4096) + 0.5) / 4096
    shares = np.array([v.share_stock.value for v in product.variants.values()])
    start = settings.clock.first
    first = np.array([(v.first_year - 1990) * 12 for v in product.variants.values()])
    since = np.full((len(product.variants), 8), NO_STANDARD)
    for v, fuel in enumerate(catalogue.fuel):
        for standard, day, _, _ in catalogue.emission[fuel]:
            since[v, standard] = day
    ages = (np.searchsorted(cumulated, quantile) + 1).astype(np.int16)
    return UnitLaw(
        ages=ages,
        variants=np.cumsum(shares / shares.sum()),
        life=life_table(catalogue.law),
        law=catalogue.law,
        oldest=np.maximum(start - first, 1),
        start=start,
        vintage_start=(start - int(ages[-1])) // VINTAGE_MONTHS * VINTAGE_MONTHS,
        emission=since,
    )


@leaf
def whole(number: float, held: bool) -> np.int16:
    """The whole part of a number if the good is held, else 0; by way of 32 bits, for which processors have vectors."""
    return np.int16(np.int32(number)) if held else np.int16(0)


@kernel
def life_table(law: LifeLaw) -> NDArray[np.int16]:
    """Physical life by age reached and quantile, months."""
    out = np.empty((LONGEST + 1, QUANTILES), np.int16)
    for age in range(LONGEST + 1):
        for q in range(QUANTILES):
            out[age, q] = whole(min(life_months(law, (q + 0.5) / QUANTILES, float(age)), LONGEST_LIFE), True)
    return out


@kernel
def draw_units(law: UnitLaw, base: np.uint32, first: int, held: NDArray[np.bool_], goods: GoodColumns) -> None:
    """Fill the slots from row ``first`` on that are ``held`` with goods in use; luck keyed by each slot's id.

    All slots are worked out, one quantity after the other as vectors, and what is not held stays empty: that is faster than
    to leave it out.
    """
    count, life, start = held.size, law.law, np.float64(law.start)
    ids, luck, kinds = goods.id[first : first + count], np.empty(count, np.uint32), np.zeros(count, np.int8)
    months, lives = np.empty(count), np.empty(count)
    _draw_kinds(law, base, ids, kinds)
    for n in range(count):
        luck[n] = bits(base, ids[n])
    _draw_ages(law, luck, kinds, months, lives)
    variants, registered, since = goods.variant[first:], goods.registered[first:], goods.owned_since[first:]
    vintage, worn, failing, ends = goods.vintage[first:], goods.worn[first:], goods.failing[first:], goods.end[first:]
    for n in range(count):
        registered[n] = whole((months[n] + np.float64(luck[n] & np.uint32(255)) / 256.0) * AVERAGE_DAYS, held[n])
    for n in range(count):
        since[n] = registered[n]
        variants[n] = kinds[n] if held[n] else np.int8(EMPTY)
    for n in range(count):
        vintage[n] = whole(max(months[n] - law.vintage_start, 0.0) / VINTAGE_MONTHS, held[n])
    for column, share in ((worn, life.worn_at), (failing, life.failing_at)):
        for n in range(count):
            column[n] = whole(min(months[n] + np.floor(share * lives[n]), NEVER), held[n])
    if life.accident > 0.0:
        key = derived(base, 2)
        for n in range(count):
            accident = start + np.floor(min(-log(uniform(key, ids[n])) / life.accident, LONGEST_LIFE))
            lives[n] = min(lives[n], accident - months[n] - 1.0)
    for n in range(count):
        ends[n] = whole(min(max(months[n] + lives[n] + 1.0, start), NEVER), held[n])
    _meet_standards(law, kinds, held, registered[:count], goods.emission[first : first + count])


@kernel
def _draw_ages(law: UnitLaw, luck: NDArray[np.uint32], kinds: NDArray[np.int8], months: Floats, lives: Floats) -> None:
    """Month of registration and physical life in months, by what the bits of ``luck`` stand for in the tables."""
    ages, oldest, life, start = law.ages, law.oldest, law.life.reshape(-1), law.start
    for n in range(luck.size):
        age = min(np.uint64(ages[np.uint64(luck[n] >> np.uint32(20))]), np.uint64(oldest[np.uint64(kinds[n])]))
        months[n] = start - np.float64(age)
        lives[n] = life[(age << np.uint64(8)) | np.uint64((luck[n] >> np.uint32(8)) & np.uint32(255))]


@kernel
def _draw_kinds(law: UnitLaw, base: np.uint32, ids: NDArray[np.int32], kinds: NDArray[np.int8]) -> None:
    """Variant of each: the first whose cumulated share exceeds its luck."""
    key, luck = derived(base, 1), np.empty(ids.size)
    for n in range(ids.size):
        luck[n] = uniform(key, ids[n])
    for cumulated in law.variants[:-1]:
        for n in range(ids.size):
            kinds[n] += luck[n] >= cumulated


@kernel
def _meet_standards(
    law: UnitLaw, kinds: NDArray[np.int8], held: NDArray[np.bool_], registered: NDArray[np.int16], emission: NDArray[np.int8]
) -> None:
    """The last standard that had begun when each was registered."""
    if law.emission.min() == NO_STANDARD:
        return
    for n in range(kinds.size):
        for standard in range(8 if held[n] else 0):
            if registered[n] >= law.emission[kinds[n], standard]:
                emission[n] = standard


@kernel
def fill_layer(
    law: UnitLaw,
    base: np.uint32,
    layer: int,
    households: int,
    chance: Floats,
    potential: Floats,
    types: NDArray[np.int64],
    owners: OwnerColumns,
    first: int,
    place: NDArray[np.int32],
    goods: GoodColumns,
) -> int:
    """Slots of one layer from row ``first`` on; returns the row after the last.

    ``chance`` [2, 6]: share of households of a group (urban, quintile) that hold a good there at the start; ``potential``
    [2, 6]: share that has a slot; ``types`` [6].
    """
    row, who_key = first, derived(base, 100 + layer)
    ids, holder, of_type, from_month = goods.id, goods.owner, goods.type, owners.from_month
    urban, quintiles, luck = owners.urban, owners.quintile, np.empty(BLOCK)
    who, held = np.empty(BLOCK + 1, np.int32), np.empty(BLOCK + 1, np.bool_)
    for at in range(0, households, BLOCK):
        count, slots = min(BLOCK, households - at), 0
        for n in range(count):
            luck[n] = uniform(who_key, at + n)
        for n in range(count):
            i, group, quintile = at + n, np.int64(urban[at + n]), np.int64(quintiles[at + n])
            has = luck[n] < potential[group, quintile]
            place[i] = row + slots if has else -1
            who[slots], held[slots] = i, (luck[n] < chance[group, quintile]) & (from_month[i] <= law.start)
            slots += int(has)
        for n in range(slots):
            ids[row + n], holder[row + n], of_type[row + n] = who[n] + (layer << 24), who[n], types[quintiles[who[n]]]
        draw_units(law, base, row, held[:slots], goods)
        row += slots
    return row


@kernel
def slots_needed(base: np.uint32, layer: int, households: int, potential: Floats, owners: OwnerColumns) -> int:
    """Slots of a layer."""
    found, key = 0, derived(base, 100 + layer)
    for i in range(households):
        if uniform(key, i) < potential[np.int64(owners.urban[i]), np.int64(owners.quintile[i])]:
            found += 1
    return found


@kernel
def fill_places(
    law: UnitLaw, base: np.uint32, first: int, filled: int, kind: int, types: NDArray[np.int64], holders: NDArray[np.int64],
    goods: GoodColumns,
) -> None:  # fmt: skip
    """Slots of organisations from row ``first`` on; the first ``filled`` hold a good."""
    for n in range(types.size):
        i = first + n
        goods.id[i] = n + (1 << 29) + (kind << 24)
        goods.owner[i] = holders[n]
        goods.type[i] = types[n]
    held = np.arange(types.size) < filled
    for at in range(0, types.size, BLOCK):
        draw_units(law, base, first + at, held[at : at + BLOCK], goods)
