"""What a measure file may say: one provision of the plan or the law, its dated terms, who pays, from which pot."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import Field, model_validator

from sim.policy.terms import (
    CampaignVersion,
    ChargingVersion,
    CollectionVersion,
    InterestSubsidyVersion,
    LoanVersion,
    MandateVersion,
    Payer,
    RestrictionVersion,
    RetirementVersion,
    Share,
    SubsidyVersion,
    TaxCreditVersion,
    TaxVersion,
    UsedMarketVersion,
    VersionBase,
    Window,
    Years,
    Yuan,
)
from sim.schema.bricks import Frozen, Number, Title

LEVERS_FROM = dt.date(2024, 1, 1)
"""Of measures and pots that are not part of settings; those have the month after ``clock.now``."""
Factor = Annotated[float, Field(ge=0.0, le=10.0)]

V = TypeVar("V", bound=VersionBase)


class MeasureBase(Frozen, Generic[V]):
    """What every measure file says first; on any day the version that started last counts.

    Levers that every measure has: ``enabled: false`` means that it never existed; ``until`` is its last day, whatever
    the versions say, and is known as soon as the version is; ``enacted_until``: what was announced after that day is
    not enacted. An instrument's own levers change its terms from ``levers_from`` on, and are news on that day; settings
    put the month after ``clock.now`` there where files and scenario say nothing.
    """

    levers: ClassVar[tuple[str, ...]] = ()
    """Fields of this instrument that change the terms; as enacted they hold their default."""

    title: Title
    article: str
    """Article of the plan that it carries out, e.g. （十三）; empty for law that was there before."""
    quote: str
    """The article's words."""
    goods: tuple[str, ...]
    """Product categories it binds."""
    payers: dict[Payer, Share] = Field(default_factory=dict)
    pot: str | None = None
    payment_lag_months: Annotated[int, Field(ge=0, le=24)] = 0
    note: str = ""
    enabled: bool = True
    until: dt.date | None = None
    enacted_until: dt.date | None = None
    levers_from: dt.date = LEVERS_FROM
    versions: Annotated[dict[str, V], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.payers and abs(sum(self.payers.values()) - 1.0) > 1e-9:
            raise ValueError("payers' shares must sum to 1")
        if (self.pot is not None or self.payment_lag_months) and not self.payers:
            raise ValueError("money needs payers")
        starts = [version.window.start for version in self.versions.values()]
        if len(set(starts)) < len(starts):
            raise ValueError("two versions start on the same day")
        return self

    @property
    def levers_set(self) -> bool:
        """Whether any lever of the instrument departs from the terms as enacted."""
        fields = type(self).model_fields
        return any(getattr(self, name) != fields[name].default for name in self.levers)


class Subsidy(MeasureBase[SubsidyVersion]):
    """Scrappage subsidy (报废更新), replacement subsidy (置换更新) or purchase subsidy; the levers are null as enacted.

    ``nev_amount``/``ice_amount``: yuan per new NEV / ICE vehicle, in place of every grant.
    ``amount_factor``: multiplies every amount, rate and cap.
    ``cutoff_shift_years``: moves every ``registered_by`` (positive: younger vehicles become eligible).
    """

    levers = ("nev_amount", "ice_amount", "amount_factor", "cutoff_shift_years")

    instrument: Literal["scrappage_subsidy", "replacement_subsidy", "purchase_subsidy"]
    nev_amount: Yuan | None = None
    ice_amount: Yuan | None = None
    amount_factor: Factor = 1.0
    cutoff_shift_years: Annotated[float, Field(ge=-10.0, le=10.0)] = 0.0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.payers:
            raise ValueError("a subsidy needs payers")
        if self.instrument != "purchase_subsidy" and any(v.old is None for v in self.versions.values()):
            raise ValueError("every version needs old: what the old good must be")
        if self.instrument != "scrappage_subsidy" and any(v.scrap_grants for v in self.versions.values()):
            raise ValueError("scrap_grants belong to a scrappage_subsidy")
        return self


class PurchaseTax(MeasureBase[TaxVersion]):
    """Purchase tax (车辆购置税) and its reduction for NEV; ``payers`` bear the revenue that the reduction costs."""

    instrument: Literal["purchase_tax"]


class TaxCredit(MeasureBase[TaxCreditVersion]):
    """Tax credit (税额抵免) and accelerated depreciation (加速折旧) for firms. ``strength``: lever, multiplies both."""

    levers = ("strength",)

    instrument: Literal["tax_credit"]
    strength: Factor = 1.0


class LoanTerms(MeasureBase[LoanVersion]):
    """Rules for vehicle loans.

    ``min_down_payment``: lever, share of the price of a new good paid at once that banks then ask for, neither more nor
    less; null: the rule sets the least and each bank decides.
    """

    levers = ("min_down_payment",)

    instrument: Literal["loan_terms"]
    min_down_payment: Share | None = None


class InterestSubsidy(MeasureBase[InterestSubsidyVersion]):
    """Interest subsidy (贴息) for private loans. ``points_factor``: lever, multiplies the points and the cap."""

    levers = ("points_factor",)

    instrument: Literal["interest_subsidy"]
    points_factor: Factor = 1.0


class MandatoryRetirement(MeasureBase[RetirementVersion]):
    """Mandatory scrappage ages (强制报废年限). ``years_cut``: lever, shortens every limit."""

    levers = ("years_cut",)

    instrument: Literal["mandatory_retirement"]
    years_cut: Years = 0.0


class UseRestriction(MeasureBase[RestrictionVersion]):
    """Restricted use or inspection. ``strength``: lever, multiplies cost and failures."""

    levers = ("strength",)

    instrument: Literal["use_restriction"]
    strength: Factor = 1.0


class CollectionService(MeasureBase[CollectionVersion]):
    """Collection service. ``strength``: lever, multiplies every gain."""

    levers = ("strength",)

    instrument: Literal["collection_service"]
    strength: Factor = 1.0


class UsedMarketConvenience(MeasureBase[UsedMarketVersion]):
    """Used-market convenience. ``strength``: lever, multiplies every cut."""

    levers = ("strength",)

    instrument: Literal["used_market_convenience"]
    strength: Factor = 1.0


class InformationCampaign(MeasureBase[CampaignVersion]):
    """Publicity (第三十一条) and events. ``strength``: lever, multiplies every effect."""

    levers = ("strength",)

    instrument: Literal["information_campaign"]
    strength: Factor = 1.0


class ChargingRollout(MeasureBase[ChargingVersion]):
    """Public and private chargers. ``strength``: lever, multiplies the cut."""

    levers = ("strength",)

    instrument: Literal["charging_rollout"]
    strength: Factor = 1.0


class ProcurementMandate(MeasureBase[MandateVersion]):
    """What public bodies must buy. ``min_share``: lever, in place of every share."""

    levers = ("min_share",)

    instrument: Literal["procurement_mandate"]
    min_share: Share | None = None


Measure = Annotated[
    Subsidy
    | PurchaseTax
    | TaxCredit
    | LoanTerms
    | InterestSubsidy
    | MandatoryRetirement
    | UseRestriction
    | CollectionService
    | UsedMarketConvenience
    | InformationCampaign
    | ChargingRollout
    | ProcurementMandate,
    Field(discriminator="instrument"),
]


class Tranche(Frozen):
    """Money for one period, from all payers together; what is unspent at its end lapses.

    ``monthly``: it is released in equal monthly parts, unspent parts carried over within the period.
    """

    window: Window
    amount: Number
    monthly: bool = False

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.window.end is None:
            raise ValueError("a tranche needs an end")
        if self.amount.value < 0.0:
            raise ValueError("amount must not be negative")
        return self


class Pot(Frozen):
    """Money set aside for one or more measures, tranche by tranche; never overdrawn.

    ``when_dry``: ``refuse`` turns claimants away until the pot is topped up; ``queue`` holds them, first come first
    served, until new money comes. Levers, from the month of ``levers_from`` on: ``amount_factor`` multiplies what is
    released (a tranche that opened before is handed out already); ``uncapped`` pays every claim.
    """

    title: Title
    tranches: dict[str, Tranche]
    amount_factor: Annotated[float, Field(ge=0.0, le=100.0)] = 1.0
    uncapped: bool = False
    levers_from: dt.date = LEVERS_FROM
    when_dry: Literal["refuse", "queue"] = "refuse"
    note: str = ""
