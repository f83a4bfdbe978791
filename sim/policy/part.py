"""What one version of a measure contributes to the rules, before its days and its name are added."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sim.policy.rules import Bools, Floats, Frictions, Ints


@dataclass(frozen=True, eq=False)
class OldRow:
    """Conditions on the old good; see ``OldRules`` for the meaning of each."""

    registered_by: Ints
    emission_max: Ints
    fuel_ok: Ints
    owned_before: int
    min_age_months: int
    use: int
    old_ok: Ints


@dataclass(frozen=True, eq=False)
class GrantRow:
    """Grant of each new variant; see ``GrantTable``. Tiers are lists of (from, amount) per variant."""

    rate: Floats
    cap: Floats
    tiers: tuple[tuple[tuple[float, float], ...], ...]
    price_max: Floats


@dataclass(frozen=True, eq=False)
class SubsidyRow:
    """One entitlement; see ``Entitlements``. Scrapping tiers are (years early, fen) per old variant."""

    old: OldRow
    grant: GrantRow
    route: int
    purchase_required: bool
    once: int
    """Most claims a person; 0: no limit."""
    owner_ok: Ints
    scrap: tuple[tuple[tuple[float, int], ...], ...]


@dataclass(frozen=True, eq=False)
class RestrictionRow:
    """One restriction with its monthly cost (yuan) and chance to fail inspection."""

    old: OldRow
    cost_per_month: float
    fail_per_month: float


@dataclass(frozen=True, eq=False)
class TaxPart:
    """Tax rates by variant, the full rate and the most that a reduction may save (yuan)."""

    rates: Floats
    full_rate: float
    max_saving: float


@dataclass(frozen=True, eq=False)
class LoanPart:
    """Loan ratios [V, 2] for new goods and for used ones; ``down_payment_set`` is -1 where banks choose."""

    max_ratio: Floats
    max_ratio_used: float
    down_payment_set: float


@dataclass(frozen=True, eq=False)
class InterestPart:
    """Share of the principal a year, at most so much a year (yuan), on loans of these kinds of owner; see ``Interest``."""

    share: float
    most: float
    owner_ok: Ints


@dataclass(frozen=True, eq=False)
class MandatePart:
    """Owner types, variants that count, and their least share."""

    owners: tuple[str, ...]
    variants: Bools
    share: float


@dataclass(frozen=True, eq=False)
class Part:
    """Everything that a version may contribute; most versions fill one field."""

    subsidies: tuple[SubsidyRow, ...] = ()
    restrictions: tuple[RestrictionRow, ...] = ()
    tax: TaxPart | None = None
    loans: LoanPart | None = None
    interest: InterestPart | None = None
    retirement_months: Ints | None = None
    mandate: MandatePart | None = None
    frictions: Frictions = field(default_factory=Frictions)

    @cached_property
    def changes_something(self) -> bool:
        """Whether it does anything at all; a subsidy of nothing does not."""
        grants = any(
            row.grant.rate.any()
            or any(amount for tiers in row.grant.tiers for _, amount in tiers)
            or any(amount for tiers in row.scrap for _, amount in tiers)
            for row in self.subsidies
        )
        binds = any(row.cost_per_month or row.fail_per_month for row in self.restrictions)
        others = (self.tax, self.loans, self.retirement_months, self.mandate)
        paid = self.interest is not None and self.interest.share > 0.0
        return grants or binds or paid or any(x is not None for x in others) or self.frictions != Frictions()
