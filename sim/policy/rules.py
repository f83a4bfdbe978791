"""What the measures amount to on given days, as arrays: what owners, buyers, banks and dismantlers have to reckon with.

Axes: M entitlements, V variants of the product in file order, T price tiers, K scrapping tiers, R restrictions,
3 fuel groups (petrol, diesel, nev), 3 kinds of owner (household, firm, institution), 2 uses (operating, non_operating).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.policy.interest import Interest, all_interest
from sim.units import VAT_DIVISOR, all_fen

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ROUTE_ANY, ROUTE_SCRAP, ROUTE_TRANSFER = 0, 1, 2
FOREVER = 1_000_000
"""Day or month number that is never reached."""
NO_CONDITION = -1


class OldRules(NamedTuple):
    """Conditions on the old good, one row each; flags are 0 or 1."""

    first_day: Ints
    last_day: Ints
    registered_by: Ints
    """[M, 3]; -1: no such condition."""
    emission_max: Ints
    """[M, 3]; -1: no such condition."""
    fuel_ok: Ints
    """[M, 3]."""
    owned_before: Ints
    """Owner since a day strictly before."""
    min_age_months: Ints
    """Completed months since registration."""
    use: Ints
    """-1: any."""
    old_ok: Ints
    """[M, V]."""


class Entitlements(NamedTuple):
    """Subsidies that can be claimed, one row per measure, version and group of old fuels that opens the same grants."""

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
    """0 any purchase, no old good needed; 1 formal scrapping; 2 transfer."""
    purchase_required: Ints
    once: Ints
    """Most claims a person; 0: no limit."""
    owner_ok: Ints
    """[M, 3] by kind of owner."""
    scrap_years: Floats
    """[M, V, K] years that must remain to mandatory retirement; unused tiers pay 0."""
    scrap_fen: Ints
    """[M, V, K]."""


class GrantTable(NamedTuple):
    """What each new variant earns as a function of its price: min(rate x price + the tier reached, cap); yuan."""

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

    def fen(self, prices: Floats) -> Ints:
        """Grant for each variant at these prices (yuan, VAT included), whole fen [M, V]."""
        reached = (self.tier_from <= prices[None, :, None]).sum(axis=2)
        tiers = np.take_along_axis(self.tier_amount, reached[:, :, None], axis=2)[:, :, 0]
        amount = np.minimum(self.rate * prices + tiers, self.cap)
        amount = np.where(prices <= self.price_max, amount, 0.0)
        return all_fen(amount)


class TaxTerms(NamedTuple):
    """Purchase tax on the price without VAT."""

    measure: int
    version: int
    rates: Floats
    """[V]."""
    full_rate: float
    max_saving: float
    """Most that a reduction may save, yuan; inf: no limit."""

    def due(self, prices: Floats) -> Floats:
        """Tax of each variant, yuan [V] (车辆购置税法; 财政部 税务总局 工业和信息化部公告2023年第10号)."""
        base = prices / VAT_DIVISOR
        return np.maximum(self.rates * base, self.full_rate * base - self.max_saving)

    def relief(self, prices: Floats) -> Floats:
        """What the reduction saves against the full rate, yuan [V]."""
        return np.maximum(self.full_rate * prices / VAT_DIVISOR - self.due(prices), 0.0)

    def relief_fen(self, prices: Floats) -> Ints:
        """The same, whole fen [V]."""
        return all_fen(self.relief(prices))


class Mandate(NamedTuple):
    """Of what these owners buy new, at least ``share`` must be among ``variants``."""

    owners: tuple[str, ...]
    """Owner types of the product file."""
    variants: Bools
    """[V]."""
    share: float


class Frictions(NamedTuple):
    """Effects of services and campaigns; several measures add up."""

    offer_gain: float = 0.0
    """Yuan more that formal dismantlers can offer for a good."""
    effort_saved: float = 0.0
    """Worth of the trouble that the formal channel saves, yuan a good."""
    capacity_gain: float = 0.0
    transaction_cost_cut: float = 0.0
    """Yuan a transfer."""
    border_cost_cut: float = 0.0
    """Yuan a car moved across the district border."""
    spread_gain: float = 0.0
    effort_cut: float = 0.0
    hassle_cut: float = 0.0

    def plus(self, other: Frictions) -> Frictions:
        """Both together; shares of hassle that are taken away multiply what is left."""
        together = Frictions(*(one + two for one, two in zip(self, other, strict=True)))
        return together._replace(hassle_cut=self.hassle_cut + other.hassle_cut * (1.0 - self.hassle_cut))


@dataclass(frozen=True, eq=False)
class Rules:
    """Everything in force in a month as far as it is known; equal rules of a calendar are the same object."""

    entitlements: Entitlements
    grants: GrantTable
    restrictions: OldRules
    cost_per_month: Floats
    """[R] yuan a month for the goods that a row of ``restrictions`` names."""
    fail_per_month: Floats
    """[R] chance to fail inspection in a month."""
    retirement_months: Ints
    """[V, 2] age in months at which the good must go, by use; 10**6: none."""
    max_loan_ratio: Floats
    """[V, 2] highest loan over price for a new good, by use; 1: the bank decides."""
    max_loan_ratio_used: float
    down_payment_set: float
    """Share of the price that banks ask for new goods, whatever they would choose; -1: they choose within the rule."""
    taxes: tuple[TaxTerms, ...]
    interest: Interest
    frictions: Frictions
    mandates: tuple[Mandate, ...] = field(default_factory=tuple)

    def grants_fen(self, prices: Floats) -> Ints:
        """Subsidy for buying each new variant at these prices under each entitlement, whole fen [M, V]."""
        return self.grants.fen(prices)

    def tax_yuan(self, prices: Floats) -> Floats:
        """Purchase tax due on each new variant at these prices, yuan [V]."""
        return _total([tax.due(prices) for tax in self.taxes], prices)

    def tax_relief_yuan(self, prices: Floats) -> Floats:
        """Purchase tax that reductions save, yuan [V]."""
        return _total([tax.relief(prices) for tax in self.taxes], prices)

    def interest_subsidy_yuan(self, principal: float) -> float:
        """Interest that the treasury pays in a year on a loan of this principal, yuan."""
        return all_interest(self.interest.share, self.interest.most, principal)


def _total(parts: Sequence[Floats], like: Floats) -> Floats:
    return np.sum(parts, axis=0) if parts else np.zeros_like(like)
