"""What one dated version of a measure may say, by instrument: terms, window, legal source and quoted words."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sim.schema.bricks import Frozen, Grade, Number, Quantity

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Yuan = Annotated[float, Field(ge=0.0, le=10_000_000.0)]
Years = Annotated[float, Field(ge=0.0, le=60.0)]
Payer = Literal["central", "province", "city", "district"]
Fuel = Literal["petrol", "diesel", "nev"]
Use = Literal["any", "operating", "non_operating"]
Owner = Literal["household", "firm", "institution"]

PAYERS: tuple[Payer, ...] = ("central", "province", "city", "district")
FUELS: tuple[Fuel, ...] = ("petrol", "diesel", "nev")
"""Fuel groups, in the order of every array over them."""
USES: tuple[Use, ...] = ("operating", "non_operating")
"""Uses, in the order of every array over them."""
OWNERS: tuple[Owner, ...] = ("household", "firm", "institution")
"""Kinds of owner, in the order of every array over them."""


def _not_negative(given: Quantity) -> Quantity:
    if given.value < 0.0 or (given.low is not None and given.low < 0.0):
        raise ValueError("must not be negative")
    return given


Effect = Annotated[Number, AfterValidator(_not_negative)]
"""Size of an effect: estimated, not enacted, so it carries its own unit, source, grade and range."""
NO_EFFECT = Quantity(value=0.0, unit="none", source="not affected by this version", grade="A")


class Window(Frozen):
    """Days on which a version is in force, both included; ``end: null`` means until something else is enacted."""

    start: dt.date
    end: dt.date | None = None

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise ValueError("the window ends before it starts")
        return self


class OldGood(Frozen):
    """What the old good must be. Every condition that is given must hold; fuel groups named nowhere are not eligible.

    ``registered_by``: last eligible first-registration day by fuel group.
    ``emission_max``: highest eligible emission standard by fuel group (3 = National III).
    Both may name one fuel group: then both must hold. ``fuels``: groups eligible whatever their date and standard.
    ``owned_before``: in the owner's name before that day (strictly). ``age_min``: completed years since registration.
    ``sizes``, ``labels``: of the product file; empty: every one. A good that burns nothing belongs to no fuel group, and
    ``fuels: [petrol, diesel, nev]`` names it too.
    """

    registered_by: dict[Fuel, dt.date] = Field(default_factory=dict)
    emission_max: dict[Literal["petrol", "diesel"], Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=dict)
    fuels: tuple[Fuel, ...] = ()
    owned_before: dt.date | None = None
    age_min: Years = 0.0
    use: Use = "any"
    sizes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _some_fuel(self) -> Self:
        if not self.eligible_fuels:
            raise ValueError("name at least one fuel group in registered_by, emission_max or fuels")
        return self

    @property
    def eligible_fuels(self) -> tuple[Fuel, ...]:
        """Every fuel group that is named somewhere, in the order of ``FUELS``."""
        named = {*self.registered_by, *self.emission_max, *self.fuels}
        return tuple(fuel for fuel in FUELS if fuel in named)


class Tier(Frozen):
    """From this price (inclusive) up to the next tier, this amount."""

    price_from: Yuan
    amount: Yuan


class Grant(Frozen):
    """How much one new good earns: a fixed amount, a share of the price or tiers by price, both up to ``cap``.

    ``old_fuels``: fuel groups of the old good that open this grant; empty: every eligible one.
    """

    amount: Yuan | None = None
    rate: Share | None = None
    cap: Yuan | None = None
    tiers: tuple[Tier, ...] = ()
    max_displacement_l: float | None = None
    price_max: Yuan | None = None
    old_fuels: tuple[Fuel, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.amount is not None) + (self.rate is not None) + bool(self.tiers)
        if ways != 1:
            raise ValueError("give exactly one of amount, rate, tiers")
        if self.cap is not None and self.amount is not None:
            raise ValueError("a cap belongs to a rate or to tiers")
        froms = [tier.price_from for tier in self.tiers]
        if froms != sorted(set(froms)):
            raise ValueError("tiers must rise in price_from")
        return self


class EarlyTier(Frozen):
    """Paid when at least this many years remain to the mandatory retirement age."""

    years_early: Years
    amount: Yuan


class VersionBase(Frozen):
    """What every dated version carries: where it is written, in which words, when it was known and in force.

    ``window`` is the window as announced; on its days a version replaces those of the measure that started before it.
    """

    announced: dt.date
    window: Window
    reference: Annotated[str, Field(min_length=1)]
    quote: Annotated[str, Field(min_length=1)]
    grade: Grade
    note: str = ""
    """What is approximated, assumed or not verified."""

    @model_validator(mode="after")
    def _known_in_time(self) -> Self:
        if self.window.end is not None and self.announced > self.window.end:
            raise ValueError("announced after the window has ended")
        return self


class SubsidyVersion(VersionBase):
    """A subsidy for getting rid of an old good in one way and (usually) buying a new one.

    ``grants``: by powertrain, size or label of the new good, or several of them as ``bev/heavy``; what is not listed earns
    nothing.
    ``scrap_grants``: by size of the old good, for the scrapping itself, by years before mandatory retirement.
    ``owners``: who may claim; empty: everybody. ``one_per_person``: one claim a person in a calendar year;
    ``per_person``: so many claims a person and calendar year for each product category.
    ``retroactive_to``: claims since that day are topped up to these terms.
    ``amount_scale``: uncertain factor on every amount, not on caps, where the official table was not found.
    """

    old: OldGood | None = None
    grants: dict[str, Grant] = Field(default_factory=dict)
    scrap_grants: dict[str, tuple[EarlyTier, ...]] = Field(default_factory=dict)
    purchase_required: bool = True
    owners: tuple[Owner, ...] = ()
    one_per_person: bool = False
    per_person: Annotated[int, Field(ge=1, le=10)] | None = None
    retroactive_to: dt.date | None = None
    amount_scale: Effect | None = None


class TaxVersion(VersionBase):
    """Purchase tax: rate by powertrain on the price without VAT, and the most that a reduction may save.

    A powertrain pays ``rates[powertrain]``, but never less than ``full_rate`` x base - ``max_saving[category]`` of the
    product category; a powertrain that is not listed pays the full rate.
    """

    full_rate: Share
    rates: dict[str, Share]
    max_saving: dict[str, Yuan] = Field(default_factory=dict)


class LoanVersion(VersionBase):
    """Highest loan-to-price ratio by powertrain or powertrain/use, and for used goods; 1 leaves it to the bank."""

    max_ratio: dict[str, Share]
    max_ratio_used: Share


class InterestSubsidyVersion(VersionBase):
    """Interest paid by the treasury on a loan for a new good: percentage points on at most ``principal_max`` of it.

    ``cap_per_year``: most that one borrower receives in a year, yuan. ``owners``: whose loans it is paid on.
    """

    owners: tuple[Owner, ...] = ("household",)
    points: Annotated[float, Field(ge=0.0, le=10.0)]
    principal_max: Yuan | None = None
    cap_per_year: Yuan | None = None


class TaxCreditVersion(VersionBase):
    """Tax that firms save when they buy equipment, as a share of its price without VAT, by label, size or powertrain.

    ``credit``: deducted from the tax itself (抵免). ``depreciation``: worth of writing the price off at once instead of over
    the years: tax rate x (1 - present value of a yuan of ordinary depreciation).
    """

    credit: dict[str, Share] = Field(default_factory=dict)
    depreciation: Effect = NO_EFFECT


class RetirementVersion(VersionBase):
    """Age in years at which a good must be scrapped, by product category, size, label and use in any combination of
    ``a/b``; the most specific key counts; null: no limit; 0: goods of the kind must go at once."""

    years: dict[str, Years | None]


class RestrictionVersion(VersionBase):
    """Use restriction or stricter inspection of the named goods.

    ``cost_per_year``: lost use and trouble, yuan. ``fail_per_year``: share that fails inspection and must go.
    """

    old: OldGood
    cost_per_year: Effect
    fail_per_year: Effect = NO_EFFECT


class CollectionVersion(VersionBase):
    """Pick-up, reverse invoicing, network: what formal scrapping gains in price and in saved effort, yuan a good;
    ``capacity_gain``: growth of what dismantlers can take in, as a share."""

    offer_gain: Effect = NO_EFFECT
    effort_saved: Effect = NO_EFFECT
    capacity_gain: Effect = NO_EFFECT


class UsedMarketVersion(VersionBase):
    """One-permit registration, pending-sale endorsement, platforms, export: friction that is taken away, yuan a car."""

    transaction_cost_cut: Effect = NO_EFFECT
    border_cost_cut: Effect = NO_EFFECT


class CampaignVersion(VersionBase):
    """Publicity: how fast owners hear of measures (added to the monthly spread), and how much cheaper a look becomes
    (units of the attention scale)."""

    spread_gain: Effect = NO_EFFECT
    effort_cut: Effect = NO_EFFECT


class ChargingVersion(VersionBase):
    """Charging roll-out: the yearly hassle of running on electricity falls by this share."""

    hassle_cut: Effect = NO_EFFECT


class MandateVersion(VersionBase):
    """Of what the named owners buy new, at least this share must be of the named powertrains or labels.

    ``owners``: kinds of owner or owner types of the product file.
    """

    owners: tuple[str, ...]
    powertrains: tuple[str, ...]
    share: Share
