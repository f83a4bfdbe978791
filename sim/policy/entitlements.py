"""What can be claimed, as a table: conditions, grants and limits of every subsidy, and what each comes to in whole fen.

Axes: M entitlements, V variants of the product in file order, T price tiers, K scrapping tiers, 3 fuel groups, 3 kinds of
owner.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.policy.tables import Floats, Ints
from sim.units import all_fen


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
    tiers = np.take_along_axis(ent.tier_amount, reached[:, :, None], axis=2)[:, :, 0]
    amount = np.minimum(ent.rate * prices + tiers, ent.cap)
    return all_fen(np.where(prices <= ent.price_max, amount, 0.0))


def pays(ent: Entitlements) -> bool:
    """Whether any row pays anything at any price."""
    return bool(ent.rate.any() or ent.tier_amount.any() or ent.scrap_fen.any())
