"""From the region's baseline to owners and goods: the shares and counts that the drawing needs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.survival import LifeLaw, wear_survival
from sim.clock import MONTHS_A_YEAR, year_of
from sim.codes import COMMUNITY, DIESEL, EMPTY, LINKS, NEVER, PETROL
from sim.numerics.arithmetic import exp_all, log_all
from sim.numerics.luck import Event, derived, key, uniform, uniforms
from sim.population.holdings import OpeningGoods, holders_of, leaving_by_month, unit_stock
from sim.population.people import add_classes, class_counts, synthesise_people
from sim.population.products import Catalogue
from sim.population.stock import (
    StockLaw,
    count_neighbours,
    empty_goods,
    fill_household_slots,
    fill_organisation_slots,
    stock_law,
)
from sim.settings import Settings

Floats = NDArray[np.float64]
SPARE_SLOTS = 0.25
"""Room for the fleets of organisations to grow, as a share of what they hold."""
RAKES = 50
"""Rounds in which shares are fitted to the stock's mix and to one in every quintile."""
LEVELLING = 0.8
"""Power of the hazard by which goods of an age end within the first year (measured: with it as many vehicles of old emission
standards are left at its end as the baseline counts, within 9%)."""
MOST_ENDED = 0.8
"""Largest part of a vintage that can have ended within a year."""
BISECTIONS = 60
LINK_BLOCK = 1 << 16
"""Links join households within a block of so many."""


@dataclass(frozen=True)
class District:
    """Everyone and everything at the start of the clock."""

    owners: OwnerColumns
    households: int
    """Rows of households; organisations follow."""
    communities: NDArray[np.int32]
    link_masks: NDArray[np.int64]
    stocks: dict[str, OpeningGoods]
    leaving: dict[int, NDArray[np.int64]]
    """Households that dissolve in each month of the run."""
    never: NDArray[np.int16]
    """Life events of nobody: a month that does not come, for every owner."""
    quiet: NDArray[np.int8]
    """Marks of owners of whom none is special."""


def scaled(settings: Settings, name: str) -> float:
    """A count of the baseline at the run's scale."""
    return settings.region.baseline[name].value * settings.population.scale


def nev_at_start(settings: Settings, catalogue: Catalogue) -> float:
    """NEV among the goods of a category when the clock starts, as a share of the stock at the end of its first year.

    Cars: the district's NEV less those of other fleets and trucks, less what is added in the first year. The small number
    that leaves within the year is neglected here; the anchor closes the account at the year's end.
    """
    base = settings.region.baseline
    trucks = base["nev_trucks"].value
    if catalogue.id == "truck":
        return trucks * 0.75
    new_nev = base["nev_share_new"].value * base["new_registrations"].value - truck_nev_sales(settings)
    return passenger_nev(settings) - new_nev * 0.98


def passenger_nev(settings: Settings) -> float:
    """NEV passenger cars at the end of the first year: the district's less those of other fleets and trucks."""
    base = settings.region.baseline
    return base["nev_stock"].value - base["fleet_nev_other"].value - base["nev_trucks"].value


def truck_nev_sales(settings: Settings) -> float:
    """NEV among the new trucks of the reference year."""
    base = settings.region.baseline
    return base["new_trucks"].value * fsum(
        value.value for name, value in base.items() if name.startswith("new_mix_") and name.endswith("_bev")
    )


def stock_at_start(settings: Settings, catalogue: Catalogue) -> float:
    """Goods in use when the clock starts, at the run's scale: the stock a year later less what is added, net of what ends.

    Net trade in used goods with other regions is taken as zero.
    """
    return start_of_year(settings, catalogue) * settings.population.scale


def start_of_year(settings: Settings, catalogue: Catalogue) -> float:
    """``stock_at_start`` of the whole district."""
    base = settings.region.baseline
    share = base["truck_share_elv"].value if catalogue.id == "truck" else 1.0 - base["truck_share_elv"].value
    ended = base["elv_recovered"].value * share / base["formal_share_elv"].value
    return base[catalogue.product.baseline_stock].value - base[catalogue.product.baseline_sales].value + ended


def variant_shares(settings: Settings, catalogue: Catalogue) -> Floats:
    """Shares of the variants in the stock at the start, by income quintile (0: organisations) [6, V]."""
    base = settings.region.baseline
    mix = np.array([base[f"new_mix_{v}"].value for v in catalogue.variants])
    nev = catalogue.is_nev
    share = nev_at_start(settings, catalogue) / start_of_year(settings, catalogue)
    weights = np.where(nev, 0.0, mix)
    weights *= (1.0 - share) / weights.sum()
    electric = {1: 1.0 - base["bev_share_of_nev"].value, 2: base["bev_share_of_nev"].value}
    groups = [p for p in (1, 2) if (catalogue.powertrain == p).any()]
    total = fsum(electric[p] for p in groups)
    for p in groups:
        chosen = catalogue.powertrain == p
        weights[chosen] = mix[chosen] / mix[chosen].sum() * share * electric[p] / total
    if (catalogue.fuel == DIESEL).any():
        weights = _with_diesel_share(catalogue, weights, base["diesel_share_of_trucks"].value)
    return _tilted(settings, catalogue, weights)


def _with_diesel_share(catalogue: Catalogue, weights: Floats, share: float) -> Floats:
    """Scale petrol and diesel so that diesels have their share of the whole stock."""
    out = weights.copy()
    diesel, petrol = catalogue.fuel == DIESEL, catalogue.fuel == PETROL
    rest = weights[diesel | petrol].sum()
    out[diesel] *= share / weights[diesel].sum()
    out[petrol] *= (rest - share) / weights[petrol].sum()
    return out


def _tilted(settings: Settings, catalogue: Catalogue, weights: Floats) -> Floats:
    """Tilt the richer quintiles to more expensive classes: weights x exp(tilt x (quintile - 3) x standardised log price).

    The mean over cars is kept.
    """
    tilt = settings.region.baseline["class_income_tilt"].value
    rank = log_all(catalogue.list_price)
    rank = (rank - rank.mean()) / rank.std()
    rows = [weights]
    for quintile in range(1, 6):
        row = weights * exp_all(tilt * (quintile - 3) * rank)
        rows.append(row / row.sum())
    quintiles = np.array(rows[1:])
    for _ in range(RAKES):
        quintiles *= weights / np.average(quintiles, axis=0, weights=settings.region.ownership_by_quintile)
        quintiles /= quintiles.sum(axis=1, keepdims=True)
    return np.vstack([weights, quintiles])


def year_shares(settings: Settings, catalogue: Catalogue) -> tuple[Floats, int]:
    """Shares of the registration years by variant [V, Y], and the first of these years.

    The table counts the stock at the end of the first year: without that year's vintage it lacks what ends within the year.
    """
    vintages = settings.region.vintages
    last = year_of(settings.clock.first) - 1
    first = min(min(table) for table in vintages.values())
    years = range(first, last + 1)
    whole = np.array([vintages[catalogue.id].get(y, 0.0) for y in years])
    electric = np.array([vintages["nev"].get(y, 0.0) for y in years])
    stock, nev = settings.region.baseline[catalogue.product.baseline_stock].value, nev_at_start(settings, catalogue)
    left = np.maximum(stock * whole - nev * electric / max(electric.sum(), 1e-9), 0.0)
    at_start = start_of_year(settings, catalogue) - nev
    fuel = left + ended_by_age(catalogue.law, last - np.array(years) + 0.5, left, max(at_start - left.sum(), 0.0))
    rows = []
    for v, variant in enumerate(catalogue.product.variants.values()):
        row = (electric if catalogue.is_nev[v] else fuel) * (np.array(years) >= variant.first_year)
        rows.append(row if row.sum() > 0 else (np.array(years) == last).astype(float))
    return np.array(rows), first


def ended_by_age(law: LifeLaw, years: Floats, left: Floats, total: float) -> Floats:
    """Goods of each age that ended within a year, ``total`` in all, given those that are left [Y].

    Older goods end more often, but less so than wear alone would have it, for sound ones are scrapped too: with the hazard h of
    wear and accident to the power of ``LEVELLING``, left = n (1 - c h), ended = n c h, and c such that the total comes out.
    """
    months = MONTHS_A_YEAR * years
    worn = 1.0 - wear_survival(law, months + MONTHS_A_YEAR) / np.maximum(wear_survival(law, months), 1e-12)
    hazard = exp_all(LEVELLING * log_all(np.clip(worn + MONTHS_A_YEAR * law.accident, 1e-6, 1.0)))

    def ended(c: float) -> Floats:
        chance = np.minimum(c * hazard, MOST_ENDED)
        return left * chance / (1.0 - chance)

    low, high = 0.0, 1.0 / float(hazard.min())
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if ended(middle).sum() > total else (middle, high)
    return ended(0.5 * (low + high))


def _car_shares(settings: Settings, catalogue: Catalogue) -> tuple[Floats, Floats]:
    """Share of households with a first and with a second car, by urban and quintile [2, 6]."""
    base = settings.region.baseline
    organisations = fsum(catalogue.product.owner_shares.values())
    cars = stock_at_start(settings, catalogue) * (1.0 - organisations)
    mean = cars / round(scaled(settings, "households"))
    urban_share, factor = base["urban_share"].value, base["urban_car_factor"].value
    rural = 1.0 / (urban_share * factor + 1.0 - urban_share)
    by_quintile = np.array([0.0, *settings.region.ownership_by_quintile])
    cars_each = mean * np.array([rural, rural * factor])[:, None] * by_quintile[None, :]
    weight = np.array([1.0 - urban_share, urban_share])[:, None] * 0.2
    squares = cars_each**2
    second = squares * base["second_car_share"].value / (weight * squares[:, 1:]).sum()
    second = np.minimum(second, cars_each / 2.0)
    return np.minimum(cars_each - second, 0.985), second


def _type_tables(catalogue: Catalogue) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Owner type of first slots [2 urban, 6 quintiles, 2 home] and of second slots [6]."""
    first, second = np.zeros((2, 6, 2), dtype=np.int64), np.zeros(6, dtype=np.int64)
    for k, owner in enumerate(catalogue.product.owners.values()):
        if owner.owner != "household":
            continue
        if owner.slot == "second":
            second[owner.income_quintile] = k
        else:
            first[int(bool(owner.urban)), owner.income_quintile, int(bool(owner.home_charging))] = k
    return first, second


def household_stock(
    settings: Settings, catalogue: Catalogue, law: StockLaw, owners: OwnerColumns, rows: int, seed: int
) -> OpeningGoods:
    """Goods of a category that households and organisations hold (passenger cars)."""
    shares = catalogue.product.owner_shares
    total = stock_at_start(settings, catalogue)
    names = list(shares)
    counts = [round(total * shares[name]) for name in names]
    slots = [round(count * (1.0 + SPARE_SLOTS)) for count in counts]
    goods = empty_goods(2 * rows + sum(slots))
    base = key(seed, Event.SYNTHESIS, 10)
    first_share, second_share = _car_shares(settings, catalogue)
    first_type, second_type = _type_tables(catalogue)
    fill_household_slots(
        law, base, owners, rows, settings.clock.first, first_share, second_share, first_type, second_type, goods
    )
    start = 2 * rows
    for number, (name, count, room) in enumerate(zip(names, counts, slots, strict=True)):
        kind = 2 if catalogue.product.owners[name].owner == "institution" else 1
        pool = np.flatnonzero(owners.kind == kind)
        types = np.full(room, catalogue.type_index(name))
        holders = holders_of(pool, room, key(seed, Event.SYNTHESIS, 20 + number))
        fill_organisation_slots(law, key(seed, Event.SYNTHESIS, 30 + number), start, count, types, holders, goods)
        goods.id[start : start + room] += number << 24
        start += room
    return OpeningGoods(goods, law, rows)


def organisation_stock(
    settings: Settings, catalogue: Catalogue, law: StockLaw, owners: OwnerColumns, rows: int, seed: int
) -> OpeningGoods:
    """Goods of a category that organisations alone hold (trucks); their use follows from fuel, standard and size."""
    filled = round(stock_at_start(settings, catalogue))
    room = round(filled * (1.0 + SPARE_SLOTS))
    goods = empty_goods(room)
    pool = np.flatnonzero(owners.kind == 1)
    holders = holders_of(pool, room, key(seed, Event.SYNTHESIS, 40))
    types = np.zeros(room, dtype=np.int64)
    fill_organisation_slots(law, key(seed, Event.SYNTHESIS, 41), 0, filled, types, holders, goods)
    goods.type[:] = _truck_types(settings, catalogue, goods, key(seed, Event.SYNTHESIS, 42))
    return OpeningGoods(goods, law, 0)


def _truck_types(settings: Settings, catalogue: Catalogue, goods: GoodColumns, base: np.uint32) -> NDArray[np.int16]:
    """Owner type of every truck slot: size by what is held, use given size and standard, owner given both."""
    baseline = settings.region.baseline
    luck = np.stack([uniforms(derived(base, n), goods.id.astype(np.int64)) for n in range(3)], axis=1)
    held = goods.variant != EMPTY
    diesel = held & (catalogue.fuel[goods.variant] == 1)
    old = diesel & (goods.emission <= 3)
    idle_old = baseline["niii_nonoperating_diesel_trucks"].value / baseline["niii_diesel_trucks"].value
    sizes = np.array([v.size for v in catalogue.product.variants.values()])
    light = np.where(held, sizes[goods.variant] == "light", luck[:, 2] < baseline["light_share_of_trucks"].value)
    shares = _truck_table(catalogue)
    idle = shares[:, 1].sum(axis=1) / shares.sum(axis=(1, 2))
    share_old = np.array([old[held & (light == s)].sum() / max((held & (light == s)).sum(), 1) for s in (False, True)])
    rest = np.clip((idle - share_old * idle_old) / np.maximum(1.0 - share_old, 1e-9), 0.0, 1.0)
    of_size = light.astype(np.int64)
    non_operating = luck[:, 0] < np.where(old, idle_old, np.where(held, rest[of_size], idle[of_size]))
    of_firms = shares[:, :, 1] / shares.sum(axis=2)
    firm = luck[:, 1] < of_firms[of_size, non_operating.astype(np.int64)]
    types: NDArray[np.int16] = _truck_owners(catalogue)[firm.astype(np.int64), non_operating.astype(np.int64), of_size]
    return types


def _truck_owners(catalogue: Catalogue) -> NDArray[np.int16]:
    """Owner type by owner (0 driver, 1 firm), use (0 operating, 1 not) and size (0 heavy, 1 light)."""
    owners, uses, sizes = ("self", "firm"), ("operating", "non_operating"), ("heavy", "light")
    types = [catalogue.type_index("_".join(parts)) for parts in itertools.product(owners, uses, sizes)]
    return np.array(types, dtype=np.int16).reshape(2, 2, 2)


def _truck_table(catalogue: Catalogue) -> Floats:
    """Shares of the stock by size (0 heavy, 1 light), use (0 operating, 1 not) and owner (0 driver, 1 firm)."""
    table = np.zeros((2, 2, 2))
    for name, share in catalogue.product.owner_shares.items():
        owner = catalogue.product.owners[name]
        table[int("light" in owner.sizes), int(owner.use == "non_operating"), int(name.startswith("firm_"))] += share
    return table


def build_district(settings: Settings, catalogues: dict[str, Catalogue], seed: int) -> District:
    """Draw the whole district."""
    firms = max(round(scaled(settings, "firms")), 1)
    institutions = max(round(scaled(settings, "institutions")), 1)
    classes = class_counts(settings)
    owners, rows = synthesise_people(settings, seed, firms, institutions, sum(classes.values()))
    general = rows + firms + institutions
    class_rows = add_classes(settings, seed, general, owners)
    vehicle_owners = OwnerColumns(**{name: column[:general] for name, column in owners._asdict().items()})
    communities = np.zeros(owners.bank.size // COMMUNITY + 1, dtype=np.int32)
    masks = np.array([COMMUNITY + int(uniform(key(seed, Event.LINKS), n) * (LINK_BLOCK - COMMUNITY)) for n in range(LINKS)])
    stocks = {}
    for name, catalogue in catalogues.items():
        if catalogue.product.stock is not None:
            base = key(seed, Event.SYNTHESIS, 1000 + catalogue.product.luck)
            stocks[name] = unit_stock(settings, catalogue, owners, rows, class_rows, base)
            continue
        years, first_year = year_shares(settings, catalogue)
        law = stock_law(settings, catalogue, variant_shares(settings, catalogue), years, first_year)
        household_owned = any(o.owner == "household" for o in catalogue.product.owners.values())
        build = household_stock if household_owned else organisation_stock
        stocks[name] = build(settings, catalogue, law, vehicle_owners, rows, seed)
    district = District(
        owners,
        rows,
        communities,
        masks,
        stocks,
        leaving_by_month(settings, owners, rows),
        np.full(owners.kind.size, NEVER, dtype=np.int16),
        np.zeros(owners.kind.size, dtype=np.int8),
    )
    meet_neighbours(district, catalogues)
    return district


def meet_neighbours(district: District, catalogues: dict[str, Catalogue]) -> None:
    """Count afresh what each household, its community and its links drive."""
    for column in (district.owners.nev, district.owners.linked_nev, district.communities):
        column[:] = 0
    for name, catalogue in catalogues.items():
        if catalogue.is_nev.any() and any(o.owner == "household" for o in catalogue.product.owners.values()):
            count_neighbours(
                district.owners, district.stocks[name].goods, catalogue.is_nev, district.communities, district.link_masks,
                district.households, COMMUNITY,
            )  # fmt: skip
