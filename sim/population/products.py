"""A product category as arrays: what the kernels need of a product file, in file order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.survival import LifeLaw, condition_mix
from sim.behaviour.value import Choices
from sim.clock import MONTHS_A_YEAR, day_number
from sim.codes import CONDITIONS, NEW, NOTHING, USED
from sim.schema.behaviour import Behaviour
from sim.schema.product import FUELS, POWERTRAINS, USES, Anchor, Product

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENTRY_ODDS = 5.0
"""Log odds against entering the market in a month in which nothing is to be gained, before the anchor (start value)."""
EMISSION_STANDARDS = 8
"""Room for emission standards; the latest is National VI."""
AGES = 30 * MONTHS_A_YEAR
"""Ages in months that are told apart; older goods count as the last."""


class VariantNumbers(NamedTuple):
    """Numbers of every variant, named as in the product file [V]."""

    litres_per_100km: Floats
    kwh_per_100km: Floats
    kwh_per_year: Floats
    insurance_per_year: Floats
    upkeep_per_year: Floats
    service_per_year: Floats
    scrap_mass_t: Floats


@dataclass(frozen=True)
class Catalogue:
    """One category: V variants, K owner types, J alternatives, B bands of used goods."""

    id: str
    product: Product
    variants: tuple[str, ...]
    types: tuple[str, ...]
    powertrain: Ints
    """Index in POWERTRAINS [V]; 0 for what is not a vehicle."""
    fuel: Ints
    """Index in FUELS [V]; 0 for what burns none."""
    numbers: VariantNumbers
    list_price: Floats
    taste: Floats
    improvement: Floats
    """Utility a year [V]."""
    price_sensitivity: float
    """Marginal utility of a yuan to an owner of mean income, of a good of sensitivity 1."""
    money: Floats
    """Marginal utility of a yuan [K]."""
    km: Floats
    """Kilometres a year [K]."""
    use: Ints
    """Index in USES [K]."""
    available: NDArray[np.bool_]
    """Whether a type may buy a variant [K, V]."""
    home: Floats
    """Share of charging at home [K]: 0 or 1, or the mean where the type does not say."""
    effort_keep: Floats
    effort_first: Floats
    entry_keep: Floats
    entry_first: Floats
    law: LifeLaw
    mix: Floats
    """Condition mix of the goods alive [CONDITIONS, AGES]."""
    choices: Choices
    band_age: Ints
    """Typical age in months of each band [bands]."""
    band_edges: Ints
    """Upper age in months of each band [bands]."""
    residual: Floats
    """National used price over list price [V, AGES]."""
    taste_used: float
    """Utility of buying used rather than new."""
    taste_age: float
    """Its change per year of age."""
    effort_sell: float
    effort_formal: float
    effort_informal: float
    effort_idle: float
    credit_aversion: float
    """Utility cost of signing a loan, to the owner in the middle."""
    """Utility cost of each disposal route."""
    emission: tuple[tuple[tuple[int, int, int, float], ...], ...]
    """Per fuel group: (standard, from day, early from day, early share), latest first."""

    @cached_property
    def money_at_mean(self) -> float:
        """Marginal utility of a yuan at the mean income of the start."""
        return self.product.sensitivity.value * self.price_sensitivity

    @cached_property
    def is_nev(self) -> NDArray[np.bool_]:
        """Whether each variant is a new-energy vehicle, or what a procurement mandate counts in its place."""
        return np.asarray((self.powertrain > 0) | np.array([v.green for v in self.product.variants.values()]))

    @cached_property
    def emission_from(self) -> Ints:
        """First day of each standard by fuel group [3, EMISSION_STANDARDS]; one that does not exist starts never."""
        since = np.full((len(FUELS), EMISSION_STANDARDS), np.iinfo(np.int64).max)
        for fuel, steps in enumerate(self.emission):
            for standard, start, _, _ in steps:
                since[fuel, standard] = start
        return since

    def newest_emission(self, day: int) -> Ints:
        """Standard of a good made on a day, by fuel group [3]."""
        return np.asarray(np.where(self.emission_from <= day, np.arange(EMISSION_STANDARDS), 0).max(axis=1))

    @cached_property
    def on_offer(self) -> NDArray[np.bool_]:
        """Which alternatives each type may take [K, J]."""
        choices = self.choices
        return np.asarray(self.available[:, choices.variant] | (choices.kind == NOTHING))

    @cached_property
    def new_nests(self) -> int:
        """Number of nests of new goods, one for each powertrain on offer."""
        return len(set(self.powertrain.tolist()))

    def type_index(self, name: str) -> int:
        """Row of an owner type."""
        return self.types.index(name)


def _column(product: Product, field: str) -> Floats:
    """One number of every variant."""
    return np.array([getattr(v, field).value for v in product.variants.values()])


def life_law(product: Product) -> LifeLaw:
    """The survival curve in months."""
    survival, condition = product.survival, product.condition
    return LifeLaw(
        scale=survival.scale_years.value * MONTHS_A_YEAR,
        shape=survival.shape.value,
        accident=survival.accident_per_year.value / MONTHS_A_YEAR,
        worn_at=condition.worn_at.value,
        failing_at=condition.failing_at.value,
    )


def _residual(product: Product) -> Floats:
    """Used price over list price by age in months, straight lines between whole years [V, AGES]."""
    ages = np.arange(AGES) / MONTHS_A_YEAR
    if product.used_market is None:
        return np.zeros((len(product.variants), AGES))
    curves: dict[str, Floats] = {name: np.asarray(curve) for name, curve in product.used_market.residual.items()}
    by_variant = [curves[v.powertrain or POWERTRAINS[0]] for v in product.variants.values()]
    return np.stack([np.interp(ages, np.arange(len(curve)), curve) for curve in by_variant])


def _effort_first(product: Product, anchor: Anchor) -> Floats:
    """Effort of buying of those who have none [K], no less than that of owners: to lose a good must not be a way to save it."""
    owners = product.owners.values()
    return np.array([max(o.effort_first.value + anchor.effort_first, o.effort_keep.value) for o in owners])


def _choices(product: Product, powertrain: Ints, mix: Floats) -> tuple[Choices, Ints, Ints]:
    """Alternatives in order: new by variant, used by variant and band, nothing; typical age and upper edge of bands."""
    count = len(product.variants)
    edges = np.array(product.used_market.age_bands if product.used_market else (), dtype=np.int64) * MONTHS_A_YEAR
    lower = np.concatenate([[0], edges[:-1]]).astype(np.int64)
    typical = np.where(edges < AGES, (lower + edges) // 2, lower + 2 * MONTHS_A_YEAR)
    nest_of = {p: n for n, p in enumerate(sorted(set(powertrain.tolist())))}
    rows = [(NEW, v, 0, nest_of[int(powertrain[v])], 0) for v in range(count)]
    rows += [(USED, v, b, len(nest_of), int(typical[b])) for v in range(count) for b in range(edges.size)]
    rows += [(NOTHING, 0, 0, len(nest_of) + (1 if edges.size else 0), 0)]
    kind, variant, band, nest, age = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    conditions = np.zeros((len(rows), CONDITIONS))
    conditions[kind == NEW, 0] = 1.0
    conditions[kind == USED] = mix[:, np.minimum(age[kind == USED], AGES - 1)].T
    return Choices(kind, variant, band, nest, age, conditions), typical, edges


def _emission(product: Product) -> tuple[tuple[tuple[int, int, int, float], ...], ...]:
    """Emission steps by fuel group, latest first; NEV have none."""
    never = day_number(dt.date(2078, 1, 1))
    table = []
    for fuel in FUELS:
        steps = product.emission.get(fuel, ()) if fuel != "nev" else ()
        rows = [
            (s.standard, day_number(s.start), day_number(s.early_from) if s.early_from else never, s.early_share) for s in steps
        ]
        table.append(tuple(sorted(rows, key=lambda row: -row[1])))
    return tuple(table)


def build_catalogue(product_id: str, product: Product, behaviour: Behaviour, home_share: float, anchor: Anchor) -> Catalogue:
    """Turn a product file into arrays; ``home_share`` of owners who do not say charges at home; anchors are added."""
    law = life_law(product)
    mix = condition_mix(law, AGES)
    powertrain = np.array([POWERTRAINS.index(v.powertrain or POWERTRAINS[0]) for v in product.variants.values()])
    choices, band_age, edges = _choices(product, powertrain, mix)
    owners = product.owners.values()
    income = np.array([o.income_factor.value for o in owners])
    sizes = [v.size for v in product.variants.values()]
    return Catalogue(
        id=product_id,
        product=product,
        variants=tuple(product.variants),
        types=tuple(product.owners),
        powertrain=powertrain,
        fuel=np.array([FUELS.index(v.fuel or FUELS[0]) for v in product.variants.values()]),
        numbers=VariantNumbers(*(_column(product, name) for name in VariantNumbers._fields)),
        list_price=_column(product, "price"),
        taste=_column(product, "taste") + np.array([anchor.taste.get(v, 0.0) for v in product.variants]),
        improvement=_column(product, "improvement_per_year"),
        price_sensitivity=behaviour.price_sensitivity.value * 1e-4,
        money=product.sensitivity.value
        * (behaviour.price_sensitivity.value * 1e-4 * income**-behaviour.price_sensitivity_income.value),
        km=np.array([o.km_per_year.value for o in owners]),
        use=np.array([USES.index(o.use) for o in owners]),
        available=np.array([[not o.sizes or s in o.sizes for s in sizes] for o in owners]),
        home=np.array([home_share if o.home_charging is None else float(o.home_charging) for o in owners]),
        effort_keep=np.array([o.effort_keep.value for o in owners]),
        effort_first=_effort_first(product, anchor),
        entry_keep=np.full(len(owners), behaviour.entry_scale.value * (ENTRY_ODDS + anchor.entry_keep)),
        entry_first=np.full(len(owners), behaviour.entry_scale.value * (ENTRY_ODDS + anchor.entry_first)),
        law=law,
        mix=mix,
        choices=choices,
        band_age=band_age,
        band_edges=edges,
        residual=_residual(product),
        taste_used=anchor.taste_used + (product.used_market.taste.value if product.used_market else 0.0),
        taste_age=anchor.taste_age + (product.used_market.taste_age.value if product.used_market else 0.0),
        effort_sell=anchor.effort_sell + product.used_market.sale_effort.value if product.used_market else 1e30,
        effort_formal=product.end_of_life.formal_effort.value + anchor.effort_formal,
        effort_informal=anchor.effort_informal,
        effort_idle=product.end_of_life.hoard_effort.value + anchor.effort_idle,
        credit_aversion=behaviour.credit_aversion.value + anchor.credit_aversion,
        emission=_emission(product),
    )
