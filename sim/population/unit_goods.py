"""Goods in use at the start for categories without a table of registration years: household by household, slot by slot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.survival import LifeLaw, life_months
from sim.codes import AVERAGE_DAYS, NEVER, VINTAGE_MONTHS
from sim.numerics.arithmetic import exp_all, log, log_all
from sim.numerics.compile import kernel
from sim.numerics.luck import bits, derived, uniform
from sim.population.products import Catalogue
from sim.population.stock import place_in
from sim.settings import Settings

Floats = NDArray[np.float64]
LONGEST = 360
"""Oldest good that is drawn, months."""
BLOCK = 1024
"""Households whose luck is worked out together."""
NO_STANDARD = np.iinfo(np.int64).max
"""First day of a standard that does not exist."""
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


@kernel
def life_table(law: LifeLaw) -> NDArray[np.int16]:
    """Physical life by age reached and quantile, months."""
    out = np.empty((LONGEST + 1, QUANTILES), np.int16)
    for age in range(LONGEST + 1):
        for q in range(QUANTILES):
            out[age, q] = int(min(life_months(law, (q + 0.5) / QUANTILES, float(age)), 20_000.0))
    return out


@kernel
def draw_units(law: UnitLaw, base: np.uint32, rows: NDArray[np.int64], count: int, goods: GoodColumns) -> None:
    """Fill the first ``count`` of ``rows`` with goods in use; luck keyed by each slot's id, worked out as vectors."""
    ids, variants, registered, since, vintage = goods.id, goods.variant, goods.registered, goods.owned_since, goods.vintage
    worn, failing, ends, emission = goods.worn, goods.failing, goods.end, goods.emission
    of_variant, of_accident = derived(base, 1), derived(base, 2)
    first, luck, accident = np.empty(count, np.uint32), np.empty(count), np.full(count, 20_000.0)
    standards, life = law.emission.min() < NO_STANDARD, law.law
    for n in range(count):
        first[n] = bits(base, ids[rows[n]])
        luck[n] = uniform(of_variant, ids[rows[n]])
    if life.accident > 0.0:
        for n in range(count):
            accident[n] = min(-log(uniform(of_accident, ids[rows[n]])) / life.accident, 20_000.0)
    for n in range(count):
        i, variant = rows[n], place_in(law.variants, luck[n])
        age = min(np.int64(law.ages[first[n] >> np.uint32(20)]), law.oldest[variant])
        years = np.int64(law.life[age, (first[n] >> np.uint32(8)) & np.uint32(255)])
        month = law.start - age
        day = int((month + np.float64(first[n] & np.uint32(255)) / 256.0) * AVERAGE_DAYS)
        variants[i], registered[i], since[i] = variant, day, day
        vintage[i] = max((month - law.vintage_start) // VINTAGE_MONTHS, 0)
        worn[i] = min(month + int(life.worn_at * years), NEVER)
        failing[i] = min(month + int(life.failing_at * years), NEVER)
        end = month + years + 1
        if life.accident > 0.0:
            end = min(end, law.start + int(accident[n]))
        ends[i] = min(max(end, law.start), NEVER)
        for standard in range(8 if standards else 0):
            if day >= law.emission[variant, standard]:
                emission[i] = standard


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
    urban, quintiles, luck, rows = owners.urban, owners.quintile, np.empty(BLOCK), np.empty(BLOCK, np.int64)
    for at in range(0, households, BLOCK):
        count, held = min(BLOCK, households - at), 0
        for n in range(count):
            luck[n] = uniform(who_key, at + n)
        for n in range(count):
            i = at + n
            group, quintile = np.int64(urban[i]), np.int64(quintiles[i])
            place[i] = -1
            if luck[n] >= potential[group, quintile]:
                continue
            place[i], ids[row], holder[row], of_type[row] = row, i + (layer << 24), i, types[quintile]
            rows[held] = row
            held += int(luck[n] < chance[group, quintile] and from_month[i] <= law.start)
            row += 1
        draw_units(law, base, rows, held, goods)
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
    draw_units(law, base, np.arange(first, first + min(filled, types.size)), min(filled, types.size), goods)
