"""Conditions and grants of a measure file, resolved for one product: what several instruments have in common."""

from __future__ import annotations

import calendar
import datetime as dt
import math

import numpy as np

from sim.clock import MONTHS_A_YEAR, day_number
from sim.policy.keys import most_specific
from sim.policy.measure import Subsidy
from sim.policy.part import GrantRow, OldRow, SubsidyRow
from sim.policy.rules import FOREVER, NO_CONDITION, Ints
from sim.policy.terms import FUELS, OWNERS, USES, Fuel, Grant, OldGood, SubsidyVersion
from sim.schema.product import Product, Variant
from sim.units import fen


def shift_years(date: dt.date, years: float) -> dt.date:
    """Move a date by years (whole months), keeping to the end of a shorter month and at the end of the month."""
    month = date.year * MONTHS_A_YEAR + date.month - 1 + round(years * MONTHS_A_YEAR)
    year, index = divmod(month, MONTHS_A_YEAR)
    longest = calendar.monthrange(year, index + 1)[1]
    at_end = date.day == calendar.monthrange(date.year, date.month)[1]
    return dt.date(year, index + 1, longest if at_end else min(date.day, longest))


def described(variant: Variant) -> tuple[str, ...]:
    """The words that keys of a measure file may use for a variant."""
    return tuple(word for word in (variant.powertrain, variant.fuel, variant.size, variant.label) if word)


def any_old_good(product: Product) -> OldRow:
    """No condition at all, for measures that need no old good."""
    return old_row(OldGood(fuels=FUELS), product)


def old_row(old: OldGood, product: Product, shift: float = 0.0) -> OldRow:
    """Conditions as arrays; every ``registered_by`` moved by ``shift`` years."""
    cutoffs = {fuel: day_number(shift_years(date, shift)) for fuel, date in old.registered_by.items()}
    ceilings: dict[Fuel, int] = {fuel: standard for fuel, standard in old.emission_max.items()}
    return OldRow(
        registered_by=np.array([cutoffs.get(fuel, NO_CONDITION) for fuel in FUELS], dtype=np.int64),
        emission_max=np.array([ceilings.get(fuel, NO_CONDITION) for fuel in FUELS], dtype=np.int64),
        fuel_ok=np.array([fuel in old.eligible_fuels for fuel in FUELS], dtype=np.int64),
        owned_before=FOREVER if old.owned_before is None else day_number(old.owned_before),
        min_age_months=round(old.age_min * MONTHS_A_YEAR),
        use=NO_CONDITION if old.use == "any" else USES.index(old.use),
        old_ok=np.array([_named(old, v) for v in product.variants.values()], dtype=np.int64),
    )


def _named(old: OldGood, variant: Variant) -> bool:
    """Whether size and label of an old good are among those that are named."""
    return (not old.sizes or variant.size in old.sizes) and (not old.labels or variant.label in old.labels)


def grant_row(grants: dict[str, Grant], product: Product, factor: float, scale: float) -> GrantRow:
    """Grant of each new variant; amounts and rates times ``factor`` and ``scale``, caps times ``factor``."""
    variants = list(product.variants.values())
    rate, cap, price_max = np.zeros(len(variants)), np.full(len(variants), math.inf), np.full(len(variants), math.inf)
    tiers: list[tuple[tuple[float, float], ...]] = []
    for i, variant in enumerate(variants):
        grant = most_specific(grants, described(variant))
        limit = math.inf if grant is None or grant.max_displacement_l is None else grant.max_displacement_l
        if grant is None or variant.displacement_l > limit:
            tiers.append(())
            continue
        rate[i] = (grant.rate or 0.0) * factor * scale
        cap[i] = math.inf if grant.cap is None else grant.cap * factor
        price_max[i] = math.inf if grant.price_max is None else grant.price_max
        steps = ((0.0, grant.amount),) if grant.amount is not None else [(t.price_from, t.amount) for t in grant.tiers]
        tiers.append(tuple((start, amount * factor * scale) for start, amount in steps))
    return GrantRow(rate=rate, cap=cap, tiers=tuple(tiers), price_max=price_max)


def subsidy_rows(
    measure: Subsidy, version: SubsidyVersion, levered: bool, product: Product, route: int
) -> tuple[SubsidyRow, ...]:
    """Entitlements of a subsidy: one per group of old fuels that opens the same grants."""
    factor = measure.amount_factor if levered else 1.0
    scale = 1.0 if version.amount_scale is None else version.amount_scale.value
    grants = {key: _levered_grant(grant, key, measure, levered) for key, grant in version.grants.items()}
    base = (
        any_old_good(product)
        if version.old is None
        else old_row(version.old, product, measure.cutoff_shift_years if levered else 0.0)
    )
    return tuple(
        SubsidyRow(
            old=_only(base, fuels),
            grant=grant_row({key: grants[key] for key in keys}, product, factor, scale),
            route=route,
            purchase_required=version.purchase_required,
            once=version.per_person or int(version.one_per_person),
            owner_ok=np.array([not version.owners or owner in version.owners for owner in OWNERS], dtype=np.int64),
            scrap=_scrap_tiers(version, product, factor * scale),
        )
        for keys, fuels in _fuel_groups(version).items()
    )


def _levered_grant(grant: Grant, key: str, measure: Subsidy, levered: bool) -> Grant:
    """The grant with a fixed amount in its place where the lever for its powertrain is set."""
    lever = measure.ice_amount if "ice" in key.split("/") else measure.nev_amount
    if not levered or lever is None:
        return grant
    return grant.model_copy(update={"amount": lever, "rate": None, "cap": None, "tiers": ()})


def _fuel_groups(version: SubsidyVersion) -> dict[tuple[str, ...], list[Fuel]]:
    """Keys of the grants that are open -> fuel groups of the old good that open exactly these."""
    eligible = FUELS if version.old is None else version.old.eligible_fuels
    groups: dict[tuple[str, ...], list[Fuel]] = {}
    for fuel in eligible:
        keys = tuple(key for key, grant in version.grants.items() if not grant.old_fuels or fuel in grant.old_fuels)
        groups.setdefault(keys, []).append(fuel)
    return groups


def _only(old: OldRow, fuels: list[Fuel]) -> OldRow:
    """The same conditions, open to these fuel groups alone."""
    chosen: Ints = np.array([fuel in fuels for fuel in FUELS], dtype=np.int64)
    return OldRow(
        old.registered_by,
        old.emission_max,
        old.fuel_ok * chosen,
        old.owned_before,
        old.min_age_months,
        old.use,
        old.old_ok,
    )


def _scrap_tiers(version: SubsidyVersion, product: Product, factor: float) -> tuple[tuple[tuple[float, int], ...], ...]:
    """Tiers for scrapping each old variant: (years early, fen)."""
    found = [most_specific(version.scrap_grants, described(v)) or () for v in product.variants.values()]
    return tuple(tuple((tier.years_early, fen(tier.amount * factor)) for tier in tiers) for tiers in found)
