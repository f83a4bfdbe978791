"""The goods in use at the start: who holds what, how old, in what condition, with which loan."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.survival import LifeLaw, accident_months, life_months
from sim.clock import EPOCH, MONTHS_A_YEAR
from sim.codes import AVERAGE_DAYS, EMPTY, NEVER, VINTAGE_MONTHS
from sim.numerics.compile import kernel
from sim.numerics.luck import derived, uniform
from sim.population.cache_lines import side_by_side
from sim.population.products import Catalogue
from sim.settings import Settings


class StockLaw(NamedTuple):
    """Distributions that the goods in use are drawn from; V variants, Y registration years, S emission steps."""

    weights: NDArray[np.float64]
    """Cumulated shares of the variants by income quintile (0: organisations) [6, V]."""
    years: NDArray[np.float64]
    """Cumulated shares of the registration years by variant [V, Y]."""
    first_year: int
    emission: NDArray[np.int64]
    """(standard, from, early from) by fuel, latest first [3, S, 3]."""
    early: NDArray[np.float64]
    """Share that met the standard early [3, S]."""
    fuel: NDArray[np.int64]
    price: NDArray[np.float64]
    life: LifeLaw
    start: int
    """First month of the run: goods were registered before."""
    vintage_start: int
    """Month of vintage 0; what is older counts as that."""
    credit_share: float
    bought_used_share: float
    loan_term: float


def empty_goods(count: int) -> GoodColumns:
    """Columns for so many empty slots."""
    kinds = {
        "id": np.int32, "owner": np.int32, "loan": np.float32, "type": np.int16, "registered": np.int16, "vintage": np.int16,
        "worn": np.int16, "failing": np.int16, "end": np.int16, "loan_month": np.int16, "scrapped_on": np.int16,
        "variant": np.int8, "shopping": np.int8, "scrapped": np.int8, "emission": np.int8,
    }  # fmt: skip
    goods = GoodColumns(owned_since=np.zeros(count, dtype=np.int16), **side_by_side(count, kinds))
    goods.variant[:] = EMPTY
    goods.scrapped[:] = EMPTY
    return goods


def emission_arrays(catalogue: Catalogue) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Emission steps of each fuel group as arrays; missing steps never start."""
    steps = max(max(len(rows) for rows in catalogue.emission), 1)
    table = np.zeros((3, steps, 3), dtype=np.int64)
    table[:, :, 1:] = np.iinfo(np.int64).max
    early = np.zeros((3, steps))
    for fuel, rows in enumerate(catalogue.emission):
        for s, (standard, start, early_from, share) in enumerate(rows):
            table[fuel, s] = standard, start, early_from
            early[fuel, s] = share
    return table, early


def stock_law(
    settings: Settings, catalogue: Catalogue, shares: NDArray[np.float64], years: NDArray[np.float64], first_year: int
) -> StockLaw:
    """Put together the law from the stock's shares by quintile and variant [6, V] and of the years by variant [V, Y]."""
    base = settings.region.baseline
    table, early = emission_arrays(catalogue)
    start = settings.clock.first
    return StockLaw(
        weights=np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1),
        years=np.cumsum(years / years.sum(axis=1, keepdims=True), axis=1),
        first_year=first_year,
        emission=table,
        early=early,
        fuel=catalogue.fuel,
        price=catalogue.list_price,
        life=catalogue.law,
        start=start,
        vintage_start=(first_year - 1 - EPOCH.year) * MONTHS_A_YEAR,
        credit_share=base["credit_share_new"].value,
        bought_used_share=base["bought_used_share"].value,
        loan_term=settings.market.loan_term_months.value,
    )


@kernel
def emission_of(law: StockLaw, fuel: int, registered: int, luck: float) -> int:
    """Emission standard of a good by its first registration; a share met the next standard early."""
    for s in range(law.emission.shape[1]):
        if registered >= law.emission[fuel, s, 1]:
            return int(law.emission[fuel, s, 0])
        if registered >= law.emission[fuel, s, 2] and luck < law.early[fuel, s]:
            return int(law.emission[fuel, s, 0])
    return 0


@kernel
def place_in(cumulated: NDArray[np.float64], luck: float) -> int:
    """First entry whose cumulated share exceeds ``luck``."""
    for n in range(cumulated.size - 1):
        if luck < cumulated[n]:
            return n
    return int(cumulated.size - 1)


@kernel
def draw_good(law: StockLaw, base: np.uint32, i: int, quintile: int, goods: GoodColumns) -> None:
    """Fill slot ``i`` with a good from the stock; luck keyed by the slot's id."""
    who = int(goods.id[i])
    variant = place_in(law.weights[quintile], uniform(derived(base, 1), who))
    year = law.first_year + place_in(law.years[variant], uniform(derived(base, 2), who))
    month = (year - 1990) * 12 + int(uniform(derived(base, 3), who) * 12.0)
    month = min(month, law.start - 1)
    age = law.start - month
    # days since 1990 by mean month length: exact months, days within half a day
    day = int((month + uniform(derived(base, 4), who)) * AVERAGE_DAYS)
    fuel = law.fuel[variant]
    life = life_months(law.life, uniform(derived(base, 5), who), float(age))
    accident = int(min(accident_months(law.life, uniform(derived(base, 6), who)), 20_000.0))
    goods.variant[i] = variant
    goods.registered[i] = day
    goods.vintage[i] = max((month - law.vintage_start) // VINTAGE_MONTHS, 0)
    goods.emission[i] = emission_of(law, fuel, day, uniform(derived(base, 7), who))
    goods.worn[i] = min(month + int(law.life.worn_at * life), NEVER)
    goods.failing[i] = min(month + int(law.life.failing_at * life), NEVER)
    goods.end[i] = min(month + int(life) + 1, law.start + accident, NEVER)
    bought_used = uniform(derived(base, 8), who) < law.bought_used_share
    since = int(uniform(derived(base, 9), who) * age) if bought_used else 0
    goods.owned_since[i] = day + int(since * AVERAGE_DAYS)
    held = age - since
    if held < law.loan_term and uniform(derived(base, 10), who) < law.credit_share:
        goods.loan[i] = 0.6 * law.price[variant] * (0.5 if bought_used else 1.0)
        goods.loan_month[i] = law.start - held


@kernel
def fill_household_slots(
    law: StockLaw,
    base: np.uint32,
    owners: OwnerColumns,
    rows: int,
    start: int,
    first_share: NDArray[np.float64],
    second_share: NDArray[np.float64],
    first_type: NDArray[np.int64],
    second_type: NDArray[np.int64],
    goods: GoodColumns,
) -> None:
    """First slots in rows 0 ..., second slots behind them. Shares by urban and quintile [2, 6]; types [2, 6, 2 home], [6]."""
    for i in range(rows):
        urban, quintile, home = int(owners.urban[i]), int(owners.quintile[i]), int(owners.home[i])
        goods.id[i] = i
        goods.id[rows + i] = i + (1 << 28)
        goods.owner[i] = i
        goods.owner[rows + i] = i
        goods.type[i] = first_type[urban, quintile, home]
        goods.type[rows + i] = second_type[quintile]
        if owners.from_month[i] > start:
            continue
        luck = uniform(derived(base, 11), i)
        if luck < first_share[urban, quintile]:
            draw_good(law, base, i, quintile, goods)
            if luck < second_share[urban, quintile]:
                draw_good(law, base, rows + i, quintile, goods)


@kernel
def fill_organisation_slots(
    law: StockLaw,
    base: np.uint32,
    first: int,
    filled: int,
    types: NDArray[np.int64],
    owners_of: NDArray[np.int64],
    goods: GoodColumns,
) -> None:
    """Slots from row ``first`` on with given types and owners; the first ``filled`` hold a good."""
    for n in range(types.size):
        i = first + n
        goods.id[i] = n + (1 << 29)
        goods.owner[i] = owners_of[n]
        goods.type[i] = types[n]
        if n < filled:
            draw_good(law, base, i, 0, goods)


@kernel
def count_neighbours(
    owners: OwnerColumns,
    goods: GoodColumns,
    nev: NDArray[np.bool_],
    communities: NDArray[np.int32],
    masks: NDArray[np.int64],
    rows: int,
    community: int,
) -> None:
    """Count each household's NEV, each community's and what the links see, from scratch."""
    for i in range(goods.variant.size):
        if goods.variant[i] != EMPTY and nev[goods.variant[i]] and goods.owner[i] < rows:
            owners.nev[goods.owner[i]] += 1
    for o in range(rows):
        if owners.nev[o] > 0:
            communities[o // community] += 1
            for m in range(masks.size):
                other = o ^ int(masks[m])
                if other < rows:
                    owners.linked_nev[other] += 1
