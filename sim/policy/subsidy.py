"""Subsidies: what their measure files say; the entitlements that come of it for one product are in ``entitlements``.

Scrappage, replacement and purchase subsidies differ in what they ask of the old good; all else is here.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from sim.errors import Both, Unfit
from sim.policy.conditions import ANY_OLD_GOOD, OldGood
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import Effect, Factor, Frozen, Share, Years, Yuan
from sim.schema.product import Fuel, Owner


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
            raise Unfit(Both("amount、rate、tiers 三者只写一项", "give exactly one of amount, rate, tiers"))
        if self.cap is not None and self.amount is not None:
            raise Unfit(Both("cap 只与 rate 或 tiers 一起使用", "a cap belongs to a rate or to tiers"))
        froms = [tier.price_from for tier in self.tiers]
        if froms != sorted(set(froms)):
            raise Unfit(Both("tiers 应按 price_from 由低到高排列", "tiers must rise in price_from"))
        return self

    @property
    def steps(self) -> tuple[tuple[float, float], ...]:
        """(price from which it is paid, yuan), rising; a fixed amount is one step from the first yuan on."""
        return ((0.0, self.amount),) if self.amount is not None else tuple((t.price_from, t.amount) for t in self.tiers)


class EarlyTier(Frozen):
    """Paid when at least this many years remain to the mandatory retirement age."""

    years_early: Years
    amount: Yuan


class SubsidyVersion(VersionBase):
    """A subsidy for getting rid of an old good in one way and (usually) buying a new one.

    ``grants``: by powertrain, size or label of the new good, or several of them as ``bev/heavy``; what is not listed earns
    nothing.
    ``scrap_grants``: by size of the old good, for the scrapping itself, by years before mandatory retirement.
    ``owners``: who may claim; empty: everybody. ``one_per_person``: one claim a person in a calendar year;
    ``per_person``: so many claims a person and calendar year for each product category.
    ``retroactive_to``: claims since that day are topped up to these terms.
    ``scrapped_before``: the old good may have been scrapped before the purchase, from the first day of the terms (or of
    ``retroactive_to``) on; the certificate of scrapping is kept until then.
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
    scrapped_before: bool = False
    amount_scale: Effect | None = None

    @property
    def grants_by_old_fuel(self) -> dict[tuple[str, ...], list[Fuel]]:
        """Keys of the grants that are open -> fuel groups of the old good that open exactly these."""
        groups: dict[tuple[str, ...], list[Fuel]] = {}
        for fuel in (self.old or ANY_OLD_GOOD).eligible_fuels:
            keys = tuple(key for key, grant in self.grants.items() if not grant.old_fuels or fuel in grant.old_fuels)
            groups.setdefault(keys, []).append(fuel)
        return groups


class Subsidy(MeasureBase[SubsidyVersion]):
    """Scrappage subsidy (报废更新), replacement subsidy (置换更新) or purchase subsidy; the levers are null as enacted.

    ``nev_amount``/``ice_amount``: yuan per new NEV / ICE vehicle, in place of every grant.
    ``amount_factor``: multiplies every amount, rate and cap.
    ``cutoff_shift_years``: moves every ``registered_by`` (positive: younger vehicles become eligible).
    """

    levers = ("nev_amount", "ice_amount", "amount_factor", "cutoff_shift_years")
    costs_money = True
    applied_for = True
    needs_old: ClassVar[bool] = True
    """Whether every version says what the old good must be."""
    pays_scrapping: ClassVar[bool] = False
    """Whether the scrapping itself may be paid for."""

    instrument: str
    nev_amount: Yuan | None = None
    ice_amount: Yuan | None = None
    amount_factor: Factor = 1.0
    cutoff_shift_years: Annotated[float, Field(ge=-10.0, le=10.0)] = 0.0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.payers:
            raise Unfit(Both("补贴须写明出资方（payers）", "a subsidy needs payers"))
        if self.needs_old and any(v.old is None for v in self.versions.values()):
            raise Unfit(Both("每个版本须写明旧品条件（old）", "every version needs old: what the old good must be"))
        if not self.pays_scrapping and any(v.scrapped_before for v in self.versions.values()):
            raise Unfit(Both("scrapped_before 只用于 scrappage_subsidy", "scrapped_before belongs to a scrappage_subsidy"))
        if any(v.scrapped_before and not v.purchase_required for v in self.versions.values()):
            raise Unfit(
                Both("scrapped_before 只用于须购新的版本（purchase_required）", "scrapped_before needs purchase_required")
            )
        if not self.pays_scrapping and any(v.scrap_grants for v in self.versions.values()):
            raise Unfit(Both("scrap_grants 只用于 scrappage_subsidy", "scrap_grants belong to a scrappage_subsidy"))
        return self
