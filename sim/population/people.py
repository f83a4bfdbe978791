"""Households, firms and public institutions at the start of the clock."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import KM_CLASSES, km_classes
from sim.behaviour.columns import OwnerColumns
from sim.codes import COMMUNITY, FIRM, HOUSEHOLD, INSTITUTION, NEVER
from sim.numerics.arithmetic import exp, log
from sim.numerics.compile import kernel, leaf
from sim.numerics.luck import Event, derived, key, logistic, uniform
from sim.population.cache_lines import side_by_side
from sim.settings import Settings

LOGISTIC_TO_UNIT = 0.5513288954217921
"""sqrt(3) / pi: scales a logistic variable to unit variance."""
GOLDEN, SILVER = 0.6180339887498949, 0.41421356237309515
"""Steps of evenly spread sequences: golden and silver ratio, which share no common multiple."""
SAME_AS_COMMUNITY = 0.3
"""Chance that a household has its community's income quintile: incomes cluster in space (assumption, grade C)."""
KM_SPREAD = 0.35
"""Standard deviation of the log of kilometres within an owner type (assumption, grade C)."""
FIRM_TURNOVER = 10.0
"""Turnover of the median organisation over a household's mean income (assumption, grade C)."""
FIRM_SPREAD = 1.2
"""Standard deviation of the log of a firm's turnover (assumption, grade C; firm sizes are very unequal)."""


class PeopleLaw(NamedTuple):
    """Distributions that owners are drawn from."""

    households: int
    """Households at the start; more rows follow for those that form later."""
    firms: int
    urban_share: float
    home_urban: float
    home_rural: float
    income: NDArray[np.float64]
    """Mean monthly income of a household by urban (1) and quintile [2, 5]."""
    income_spread: float
    liquid_months: float
    organisation_liquid_months: float
    liquid_spread: float
    event_rate: float
    """Life events a month."""
    forming: int
    """Households that form within the run; rows beyond them stay empty for good."""
    formation: float
    dissolution: float
    first: int
    """First month of the run."""
    banks: int
    firm_income: float


def household_income(settings: Settings) -> float:
    """Mean monthly income of a household, yuan."""
    base = settings.region.baseline
    urban = base["urban_share"].value
    head = urban * base["income_urban"].value + (1.0 - urban) * base["income_rural"].value
    return head * settings.money.household_size.value / 12.0


def firm_income(settings: Settings) -> float:
    """Median monthly turnover of an organisation that funds its vehicles, yuan."""
    return FIRM_TURNOVER * household_income(settings)


def people_law(settings: Settings, firms: int) -> PeopleLaw:
    """Read the distributions off the region's baseline."""
    base, money, behaviour = settings.region.baseline, settings.money, settings.behaviour
    size = money.household_size.value
    households = round(base["households"].value * settings.population.scale)
    per_head = {"urban": base["income_urban"].value, "rural": base["income_rural"].value}
    quintiles = settings.region.income_quintiles
    income = np.array([[per_head[g] * size / 12.0 * f for f in quintiles[g]] for g in ("rural", "urban")])
    return PeopleLaw(
        households=households,
        firms=firms,
        urban_share=base["urban_share"].value,
        home_urban=base["home_charging_urban"].value,
        home_rural=base["home_charging_rural"].value,
        income=income,
        income_spread=money.income_spread.value,
        liquid_months=money.liquid_months.value,
        organisation_liquid_months=money.organisation_liquid_months.value,
        liquid_spread=money.liquid_spread.value,
        event_rate=behaviour.event_rate_per_year.value / 12.0,
        forming=int(money.formation_per_year.value / 12.0 * households * settings.clock.months),
        formation=money.formation_per_year.value / 12.0,
        dissolution=money.dissolution_per_year.value / 12.0,
        first=settings.clock.first,
        banks=settings.market.banks,
        firm_income=firm_income(settings),
    )


def empty_owners(count: int) -> OwnerColumns:
    """Columns for so many owners, all zero."""
    read_often = {
        "income": np.float32, "liquid": np.float32, "liquid_target": np.float32, "km": np.float32, "aversion": np.float32,
        "liquid_month": np.int16, "from_month": np.int16, "until_month": np.int16, "kind": np.int8, "quintile": np.int8,
        "urban": np.int8, "bank": np.int8, "linked_nev": np.int8, "nev": np.int8,
    }  # fmt: skip
    others = {"home": np.int8, "km_class": np.int8, "claims": np.int8, "event_month": np.int16}
    apart = {name: np.zeros(count, dtype=kind) for name, kind in others.items()}
    return OwnerColumns(**side_by_side(count, read_often), **apart)


@leaf
def even(start: float, n: int, step: float) -> float:
    """Number ``n`` of an evenly spread sequence in (0, 1) from ``start`` on (Weyl): shares come out right at any size."""
    place = start + n * step
    return float(place - np.floor(place))


@leaf
def spread(base: np.uint32, i: int, deviation: float) -> float:
    """A factor for one owner, logistic in its log with this standard deviation."""
    return exp(deviation * LOGISTIC_TO_UNIT * logistic(base, i))


@leaf
def level(base: np.uint32, i: int, deviation: float) -> float:
    """``spread`` about a mean."""
    return exp(deviation * LOGISTIC_TO_UNIT * logistic(base, i) - 0.5 * deviation * deviation)


@leaf
def wait(base: np.uint32, i: int, rate: float) -> float:
    """Whole months until something that happens at a rate happens to one owner."""
    return float(np.floor(min(-log(uniform(base, i)) / max(rate, 1e-9), 20_000.0)))


@kernel
def draw_homes(law: PeopleLaw, base: np.uint32, rows: int, owners: OwnerColumns) -> None:
    """Where households live, how well off they are and whether they charge at home; nothing depends on any other household."""
    place = derived(base, 1)
    at_home, clustered, alone = derived(base, 5), derived(base, 2), derived(base, 4)
    towns, incomes = uniform(derived(place, 1), 0), uniform(derived(place, 2), 0)
    urban, quintile, home = owners.urban, owners.quintile, owners.home
    owners.kind[:rows] = HOUSEHOLD
    for i in range(rows):
        urban[i] = np.int8(even(towns, i // COMMUNITY, GOLDEN) < law.urban_share)
    for i in range(rows):
        together = even(incomes, i // COMMUNITY, SILVER)
        rank = together if uniform(clustered, i) < SAME_AS_COMMUNITY else uniform(alone, i)
        quintile[i] = np.int8(np.int32(rank * 5.0) + 1)
    for i in range(rows):
        home[i] = np.int8(uniform(at_home, i) < (law.home_urban if urban[i] else law.home_rural))


@kernel
def draw_means(law: PeopleLaw, base: np.uint32, rows: int, owners: OwnerColumns) -> None:
    """Income, liquid assets, kilometres, bank and aversion to debt of households."""
    earned, saved, driven, held = derived(base, 6), derived(base, 7), derived(base, 8), derived(base, 9)
    averse = derived(base, 14)
    income, target, km, bank, aversion = owners.income, owners.liquid_target, owners.km, owners.bank, owners.aversion
    urban, quintile, mean, means = owners.urban, owners.quintile, law.income.reshape(-1), np.empty(rows)
    for i in range(rows):
        means[i] = mean[np.uint64(5 * urban[i] + quintile[i] - 1)]
    for i in range(rows):
        income[i] = means[i] * level(earned, i, law.income_spread)
    for i in range(rows):
        target[i] = income[i] * law.liquid_months * level(saved, i, law.liquid_spread)
    owners.liquid[:rows], owners.liquid_month[:rows] = target[:rows], law.first
    for i in range(rows):
        km[i] = min(max(spread(driven, i, KM_SPREAD), KM_CLASSES[0]), KM_CLASSES[4])
    for i in range(rows):
        bank[i] = np.int8(np.int32(uniform(held, i) * law.banks))
    for i in range(rows):
        aversion[i] = logistic(averse, i)


@kernel
def draw_times(law: PeopleLaw, base: np.uint32, rows: int, owners: OwnerColumns) -> None:
    """When households form and dissolve, and their first life events."""
    first, formed = law.first, min(law.households + law.forming, rows)
    ended, happens = derived(base, 11), derived(base, 12)
    begins, ends, event = owners.from_month, owners.until_month, owners.event_month
    begins[formed:rows] = NEVER
    for i in range(law.households, formed):
        begins[i] = first + int((i - law.households + 0.5) / (law.formation * law.households))
    for i in range(rows):
        ends[i] = np.int16(np.int32(min(np.float64(max(first, int(begins[i]))) + wait(ended, i, law.dissolution), NEVER)))
    for i in range(rows):
        event[i] = np.int16(np.int32(min(first + wait(happens, i, law.event_rate), NEVER)))


@kernel
def draw_organisation(law: PeopleLaw, base: np.uint32, i: int, n: int, kind: int, owners: OwnerColumns) -> None:
    """Fill row ``i`` with organisation number ``n``: skewed turnover, funds in proportion."""
    owners.kind[i] = kind
    owners.home[i] = 1
    owners.urban[i] = 1
    owners.income[i] = law.firm_income * exp(FIRM_SPREAD * LOGISTIC_TO_UNIT * logistic(derived(base, 13), n))
    owners.liquid_target[i] = owners.income[i] * law.organisation_liquid_months
    owners.liquid[i] = owners.liquid_target[i]
    owners.liquid_month[i] = law.first
    owners.km[i] = 1.0
    owners.bank[i] = int(uniform(derived(base, 9), n) * law.banks)
    owners.aversion[i] = logistic(derived(base, 14), n)
    owners.until_month[i] = NEVER
    owners.event_month[i] = NEVER


@kernel
def draw_people(law: PeopleLaw, base: np.uint32, organisations: np.uint32, rows: int, owners: OwnerColumns) -> None:
    """Fill all rows: ``rows`` households (later ones included), then firms, then institutions."""
    draw_homes(law, base, rows, owners)
    draw_means(law, base, rows, owners)
    draw_times(law, base, rows, owners)
    for i in range(rows, owners.kind.size):
        kind = FIRM if i < rows + law.firms else INSTITUTION
        draw_organisation(law, organisations, i, i - rows, kind, owners)


@kernel
def draw_class(
    law: PeopleLaw, base: np.uint32, first: int, count: int, kind: int, turnover: float, spread: float, owners: OwnerColumns
) -> None:
    """Fill ``count`` rows from ``first`` on with organisations of one class: skewed turnover, funds in proportion."""
    for n in range(count):
        i = first + n
        draw_organisation(law, base, i, n, kind, owners)
        owners.income[i] = turnover * exp(spread * LOGISTIC_TO_UNIT * logistic(derived(base, 13), n))
        owners.liquid_target[i] = owners.income[i] * law.organisation_liquid_months
        owners.liquid[i] = owners.liquid_target[i]


def class_counts(settings: Settings) -> dict[str, int]:
    """Organisations of each class at the run's scale."""
    base, scale = settings.region.baseline, settings.population.scale
    return {name: max(round(base[c.count].value * scale), 1) for name, c in sorted(settings.region.organisations.items())}


def add_classes(settings: Settings, seed: int, first: int, owners: OwnerColumns) -> dict[str, NDArray[np.int64]]:
    """Draw the organisations of each class from row ``first`` on; returns their rows."""
    law, rows = people_law(settings, 0), {}
    for number, (name, count) in enumerate(class_counts(settings).items()):
        given = settings.region.organisations[name]
        kind = FIRM if given.kind == "firm" else INSTITUTION
        base = key(seed, Event.SYNTHESIS, 100 + number)
        draw_class(law, base, first, count, kind, given.turnover.value, given.spread.value, owners)
        rows[name] = np.arange(first, first + count)
        first += count
    return rows


def synthesise_people(
    settings: Settings, seed: int, firms: int, institutions: int, others: int = 0
) -> tuple[OwnerColumns, int]:
    """Draw every owner; returns the columns and the number of household rows. ``others``: rows behind, left to be filled."""
    law = people_law(settings, firms)
    rows = law.households + law.forming + settings.population.spare
    owners = empty_owners(rows + firms + institutions + others)
    draw_people(law, key(seed, Event.SYNTHESIS, 1), key(seed, Event.SYNTHESIS, 2), rows, owners)
    owners.km_class[:] = km_classes(owners.km)
    return owners, rows
