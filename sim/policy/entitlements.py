"""What can be claimed, as a table: conditions, grants and limits of every subsidy, and what each comes to in whole fen.

Axes: M entitlements, V variants of the product in file order, T price tiers, K scrapping tiers, 3 fuel groups, 3 kinds of
owner.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.clock import day_number
from sim.policy.claims import SCRAP_ROUTE
from sim.policy.conditions import ANY_OLD_GOOD, conditions_of
from sim.policy.matching import described, most_specific
from sim.policy.tables import FOREVER, Conditions, Floats, Ints
from sim.schema.product import FUELS, OWNERS, Fuel, Product
from sim.units import all_fen, fen

if TYPE_CHECKING:
    from sim.policy.subsidy import Grant, Subsidy, SubsidyVersion


class Entitlements(NamedTuple):
    """Subsidies that can be claimed, one row per measure, version and group of old fuels that opens the same grants.

    The conditions on the old good come first, as in ``Conditions``. A new variant earns min(rate x price + the tier reached,
    cap) yuan.
    """

    first_day: Ints
    last_day: Ints
    registered_by: Ints
    emission_max: Ints
    fuel_ok: Ints
    owned_before: Ints
    min_age_months: Ints
    use: Ints
    old_ok: Ints
    measure: Ints
    """Index into ``Calendar.measures``."""
    version: Ints
    """Index into ``Calendar.versions``."""
    route: Ints
    """What is asked of the old good, as in ``claims``."""
    purchase_required: Ints
    scrapped_from: Ints
    """First day on which an old good may have been scrapped for a purchase to come; FOREVER: only with the purchase."""
    once: Ints
    """Most claims a person; 0: no limit."""
    owner_ok: Ints
    """[M, 3] by kind of owner."""
    scrap_years: Floats
    """[M, V, K] years that must remain to mandatory retirement; unused tiers pay 0."""
    scrap_fen: Ints
    """[M, V, K]."""
    rate: Floats
    """[M, V]."""
    cap: Floats
    """[M, V]; inf: none."""
    tier_from: Floats
    """[M, V, T], rising; inf: unused."""
    tier_amount: Floats
    """[M, V, T + 1]; entry 0, below the first tier, is 0."""
    price_max: Floats
    """[M, V]; inf: none."""


def grants_fen(ent: Entitlements, prices: Floats) -> Ints:
    """Grant for buying each new variant at these prices (yuan, VAT included), whole fen [M, V]."""
    reached = (ent.tier_from <= prices[None, :, None]).sum(axis=2)
    tiers = ent.tier_amount[np.arange(reached.shape[0])[:, None], np.arange(reached.shape[1]), reached]
    amount = np.minimum(ent.rate * prices + tiers, ent.cap)
    return all_fen(np.where(prices <= ent.price_max, amount, 0.0))


def most_fen(ent: Entitlements, prices: Floats) -> int:
    """Most that any row pays for any new variant at these prices and for scrapping, fen."""
    grants, scrapped = grants_fen(ent, prices).max(axis=1), ent.scrap_fen.max(axis=(1, 2), initial=0)
    return int((grants + scrapped).max(initial=0))


def pays(ent: Entitlements) -> bool:
    """Whether any row pays anything at any price."""
    return bool(ent.rate.any() or ent.tier_amount.any() or ent.scrap_fen.any())


def entitlements(measure: Subsidy, version: SubsidyVersion, product: Product, route: int) -> Entitlements:
    """What a version of a subsidy entitles to: one row per group of old fuels that opens the same grants."""
    groups = version.grants_by_old_fuel
    grants = {key: _levered(grant, key, measure) for key, grant in version.grants.items()}
    amounts = measure.amount_factor * (1.0 if version.amount_scale is None else version.amount_scale.value)
    tables = [_grants({key: grants[key] for key in keys}, product, measure.amount_factor, version) for keys in groups]
    rate, cap, tier_from, tier_amount, price_max = (np.stack(column) for column in zip(*tables, strict=True))
    scrap_years, scrap_fen = _scrap_tiers(version, product, amounts)
    rows = len(groups)
    return Entitlements(
        *_conditions(measure, version, product, list(groups.values())),
        measure=np.full(rows, -1),
        version=np.full(rows, -1),
        route=np.full(rows, route),
        purchase_required=np.full(rows, int(version.purchase_required)),
        scrapped_from=np.full(rows, _scrapped_from(version, route)),
        once=np.full(rows, version.per_person or int(version.one_per_person)),
        owner_ok=np.tile([int(not version.owners or owner in version.owners) for owner in OWNERS], (rows, 1)),
        scrap_years=np.tile(scrap_years, (rows, 1, 1)),
        scrap_fen=np.tile(scrap_fen, (rows, 1, 1)),
        rate=rate,
        cap=cap,
        tier_from=tier_from,
        tier_amount=tier_amount,
        price_max=price_max,
    )


def _scrapped_from(version: SubsidyVersion, route: int) -> int:
    """First day of scrappings that count for a later purchase: of the terms, or of the claims that are topped up to them."""
    if route != SCRAP_ROUTE or not version.scrapped_before:
        return FOREVER
    return day_number(version.retroactive_to or version.window.start)


def _levered(grant: Grant, key: str, measure: Subsidy) -> Grant:
    """The grant with a fixed amount in its place where the lever for its powertrain is set."""
    lever = measure.ice_amount if "ice" in key.split("/") else measure.nev_amount
    return grant if lever is None else grant.model_copy(update={"amount": lever, "rate": None, "cap": None, "tiers": ()})


def _conditions(measure: Subsidy, version: SubsidyVersion, product: Product, groups: list[list[Fuel]]) -> Conditions:
    """Conditions of every row, each open to its own fuel groups alone."""
    shift = 0.0 if version.old is None else measure.cutoff_shift_years
    row = conditions_of(version.old or ANY_OLD_GOOD, product, shift)
    chosen = np.array([[int(fuel in fuels) for fuel in FUELS] for fuels in groups])
    repeated = Conditions(*(np.repeat(column, len(groups), axis=0) for column in row))
    return repeated._replace(fuel_ok=repeated.fuel_ok * chosen)


def _grants(
    grants: dict[str, Grant], product: Product, factor: float, version: SubsidyVersion
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Columns ``rate`` to ``price_max`` of one row: amounts and rates times factor and scale, caps times factor."""
    scale = 1.0 if version.amount_scale is None else version.amount_scale.value
    variants = list(product.variants.values())
    most = max([1, *(len(grant.steps) for grant in version.grants.values())])
    rate, cap, price_max = np.zeros(len(variants)), np.full(len(variants), math.inf), np.full(len(variants), math.inf)
    tier_from, tier_amount = np.full((len(variants), most), math.inf), np.zeros((len(variants), most + 1))
    for v, variant in enumerate(variants):
        grant = most_specific(grants, described(variant))
        if grant is None or (grant.max_displacement_l is not None and variant.displacement_l > grant.max_displacement_l):
            continue
        rate[v] = (grant.rate or 0.0) * factor * scale
        cap[v] = math.inf if grant.cap is None else grant.cap * factor
        price_max[v] = math.inf if grant.price_max is None else grant.price_max
        for t, (start, amount) in enumerate(grant.steps):
            tier_from[v, t], tier_amount[v, t + 1] = start, amount * factor * scale
    return rate, cap, tier_from, tier_amount, price_max


def _scrap_tiers(version: SubsidyVersion, product: Product, factor: float) -> tuple[Floats, Ints]:
    """Years early and fen of the tiers for scrapping each old variant [V, K]."""
    found = [most_specific(version.scrap_grants, described(variant)) or () for variant in product.variants.values()]
    shape = (len(found), max([1, *(len(tiers) for tiers in found)]))
    years, amounts = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    for v, tiers in enumerate(found):
        for k, tier in enumerate(tiers):
            years[v, k], amounts[v, k] = tier.years_early, fen(tier.amount * factor)
    return years, amounts
