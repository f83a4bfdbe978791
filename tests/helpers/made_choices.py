"""Decisions made up at random, small enough to be worked out uncompiled: owners, what they hold, and what is on offer."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from made_columns import good_columns, owner_columns

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.offers import Financing, Heard, Keys, Offers
from sim.behaviour.value import Choices
from sim.codes import EMPTY, LEAVES, LOOKS, MUST, NEW, NOTHING, USED
from sim.policy.entitlements import Entitlements
from sim.policy.tables import FOREVER

MONTH, DAY = 100, 3000
TYPES, VARIANTS, VINTAGES, CONDITIONS, AGES, ROWS = 3, 3, 6, 3, 40, 4
FIRST_VINTAGE = MONTH - 6 * VINTAGES + 4
"""Some goods are older than the first vintage, and some lie before or behind their own."""
FUEL, USE = np.array([0, 1, 2]), np.array([1, 0, 1])
CANNOT = -1e30
HEARD_KEYS, HEARD_SHARE = np.array([71, 72], dtype=np.uint32), np.array([0.2, 0.4])
LONG, SHORT = 8, 3
"""Goods to choose from: more than the sieve lets pass, and few."""


class Problem(NamedTuple):
    """Everything that ``decide`` reads."""

    slots: Any
    reasons: Any
    lucks: Any
    goods: GoodColumns
    owners: OwnerColumns
    communities: Any
    offers: Offers
    financing: Financing
    keys: Keys
    choices: Choices
    ent: Entitlements

    def terms(self) -> tuple[Any, ...]:
        """As ``decide`` takes them."""
        return (
            self.slots,
            self.reasons,
            self.lucks,
            self.slots.size,
            self.goods,
            self.owners,
            self.communities,
            self.offers,
            self.financing,
            self.keys,
            self.choices,
            self.ent,
            FUEL,
            USE,
        )


def choices_of(count: int) -> Choices:
    """New goods of every variant, used ones of two bands, and nothing."""
    kind = np.array([NEW] * 3 + [USED] * (count - 3) + [NOTHING])
    variant, band = np.array([0, 1, 2, 0, 2, 0, 1, 2])[:count], np.array([0, 0, 0, 0, 0, 1, 1, 1])[:count]
    nest = np.array([0, 0, 1, 2, 2, 2, 2, 2])[:count]
    last = nest.max() + 1
    none = np.zeros(count + 1, dtype=np.int64)
    return Choices(kind, np.append(variant, 0), np.append(band, 0), np.append(nest, last), none, np.zeros((count + 1, 3)))


def offers_of(rng: np.random.Generator, choices: Choices, loans: bool, resold: bool, beliefs: int) -> Offers:
    """This month's counter; two subsidies to hear of where there are two beliefs, so that half of the owners hold either."""
    count = choices.kind.size
    due = np.append(rng.uniform(5e3, 8e4, count - 1), 0.0)
    base = rng.normal(0.0, 1.5, (beliefs, TYPES, count))
    base[:, rng.random((TYPES, count)) < 0.1] = CANNOT
    trouble = rng.normal(-0.5, 0.5, (TYPES, 4))
    trouble[:, 0] = trouble[:, 0] if resold else CANNOT
    sale = rng.uniform(1e3, 4e4, (AGES, CONDITIONS, VARIANTS)) if resold else np.zeros((AGES, CONDITIONS, VARIANTS))
    used = rng.random((2, 2, count)) < 0.8
    subsidies = 2 * (beliefs - 1)
    bought = np.append(rng.normal(0.0, 0.3, (TYPES, count - 1)), np.zeros((TYPES, 1)), axis=1)
    return Offers(
        month=MONTH,
        first_day=DAY,
        days=31,
        due=due,
        loan_max=loans * used * due * rng.uniform(0.3, 1.1, (2, 2, count)),
        base=base,
        nothing=rng.normal(-1.0, 0.5, (beliefs, TYPES)),
        nothing_waiting=rng.normal(-0.5, 0.5, (beliefs, TYPES)),
        waiting=rng.normal(0, 1, (beliefs, VINTAGES + 1, CONDITIONS, TYPES * VARIANTS)).astype(np.float32),
        first_vintage=FIRST_VINTAGE,
        sale=sale,
        formal=rng.uniform(500, 3e3, VARIANTS),
        informal=rng.uniform(300, 5e3, (AGES, CONDITIONS, VARIANTS)),
        route_utility=trouble,
        km_value=rng.normal(0, 0.5, (TYPES, VARIANTS)),
        km_bought=bought,
        nev_bought=(choices.variant == 2) * (choices.kind != NOTHING) * 1.0,
        social_weight=0.8,
        social_mean=0.1,
        grants=rng.integers(0, 2_000_000, (ROWS, VARIANTS)),
        felt=0.016,
        later_chance=rng.uniform(0.0, 1.0, (ROWS, TYPES)),
        later_fen=rng.uniform(0.0, 2_000_000, (ROWS, TYPES)),
        open=np.array([1, 1, 1, 1], dtype=np.int8),
        aware=np.array([0.5, 0.9, 0.7, 0.9]),
        heard=Heard(HEARD_KEYS[:subsidies], HEARD_SHARE[:subsidies]),
        retirement=rng.integers(120, 240, (VARIANTS, 2)),
        money=rng.uniform(1e-5, 4e-5, TYPES),
        effort_keep=rng.normal(1.5, 0.3, TYPES),
        effort_first=rng.normal(1.5, 0.3, TYPES),
        shopping_scale=0.5,
        nest_scale=0.6,
        route_scale=rng.uniform(0.3, 0.6, TYPES),
        season_shift=0.1,
        patience=-1.5,
        nev_only=np.array([0.0, 0.6, 1.0]),
    )


def financing_of(rng: np.random.Generator) -> Financing:
    return Financing(
        income_index=1.02,
        rebuild=0.05,
        reserve_months=4.0,
        strain_weight=0.5,
        instalment_share=0.4,
        instalment=np.array([0.03, 0.035]),
        present_cost=np.array([0.05, -0.01]),
        approval=0.7,
        aversion=0.2,
        aversion_spread=0.3,
        term=36,
        interest_share=np.array([0.01, 0.02]),
        interest_most=np.array([500.0, 300.0]),
    )


def entitlements_of(rng: np.random.Generator) -> Entitlements:
    """Four rows: for a purchase alone, for scrapping, for a transfer, and for scrapping without a purchase."""
    registered = np.full((ROWS, 3), -1)
    registered[1, 0], registered[3, 1] = DAY - 900, DAY - 600
    return Entitlements(
        first_day=np.array([DAY, DAY + 3, DAY - 5, 0]),
        last_day=np.array([DAY + 25, DAY + 99, DAY + 20, DAY + 999]),
        registered_by=registered,
        emission_max=np.array([[-1] * 3, [4, 5, -1], [-1] * 3, [-1] * 3]),
        fuel_ok=np.array([[1, 1, 1], [1, 1, 0], [1, 1, 1], [1, 1, 1]]),
        owned_before=np.full(ROWS, DAY - 100),
        min_age_months=np.array([0, 12, 6, 0]),
        use=np.array([-1, -1, 1, -1]),
        old_ok=np.ones((ROWS, VARIANTS), dtype=np.int64),
        measure=np.array([0, 1, 2, 1]),
        version=np.array([0, 1, 2, 3]),
        route=np.array([0, 1, 2, 1]),
        purchase_required=np.array([1, 1, 1, 0]),
        scrapped_from=np.array([FOREVER, DAY - 40, FOREVER, FOREVER]),
        once=np.array([1, 0, 1, 0]),
        owner_ok=np.array([[1, 0, 1], [1, 1, 1], [1, 1, 0], [1, 1, 1]]),
        scrap_years=np.array([[[1.0, 6.0]] * VARIANTS] * ROWS),
        scrap_fen=rng.integers(0, 900_000, (ROWS, VARIANTS, 2)),
        rate=np.zeros((ROWS, VARIANTS)),
        cap=np.zeros((ROWS, VARIANTS)),
        tier_from=np.zeros((ROWS, VARIANTS, 1)),
        tier_amount=np.zeros((ROWS, VARIANTS, 2)),
        price_max=np.zeros((ROWS, VARIANTS)),
    )


def problem(
    seed: int, *, goods: int = LONG, loans: bool = True, resold: bool = True, owners: int = 45, beliefs: int = 2, **said: Any
) -> Problem:  # fmt: skip
    """Owners of three types (the third of firms), some of whom hold nothing, in any order; ``said``: fields of offers."""
    rng = np.random.default_rng(seed)
    choices = choices_of(goods)
    types = rng.integers(0, TYPES, owners)
    holder = rng.permutation(owners)
    held = rng.integers(-1, VARIANTS, owners)
    kind = np.zeros(owners)
    kind[holder[types == 2]] = 1
    loaned = rng.random(owners) < 0.4
    columns = good_columns(
        owners,
        id=rng.integers(0, 1 << 20, owners),
        owner=holder,
        type=types,
        variant=held,
        registered=DAY - rng.integers(0, 2900, owners),
        vintage=rng.integers(0, VINTAGES, owners),
        owned_since=DAY - rng.integers(0, 1000, owners),
        emission=rng.integers(2, 7, owners),
        worn=rng.integers(80, 120, owners),
        failing=rng.integers(90, 140, owners),
        loan=loaned * rng.uniform(1e3, 3e4, owners),
        loan_month=rng.integers(60, MONTH + 1, owners),
        scrapped=np.where(held == EMPTY, rng.integers(-1, VARIANTS, owners), EMPTY),
        scrapped_on=DAY - rng.integers(0, 80, owners),
    )
    people = owner_columns(
        owners,
        kind=kind,
        bank=rng.integers(0, 2, owners),
        income=rng.uniform(2e3, 2e4, owners),
        liquid=rng.uniform(0, 6e4, owners),
        liquid_target=rng.uniform(0, 6e4, owners),
        aversion=rng.logistic(size=owners),
        liquid_month=rng.integers(80, MONTH + 1, owners),
        km=rng.uniform(0.5, 1.8, owners),
        linked_nev=rng.integers(0, 5, owners),
        claims=rng.integers(0, 4, owners),
    )
    slots = rng.permutation(owners)[: owners - 5]
    reasons = np.where(held[slots] == EMPTY, LOOKS, rng.choice([LOOKS, LOOKS, MUST, LEAVES], slots.size)).astype(np.int8)
    lucks = rng.integers(0, 1 << 32, slots.size, dtype=np.uint32)
    offers = offers_of(rng, choices, loans, resold, beliefs)._replace(**said)
    keys = Keys(*(np.uint32(seed * 10 + n) for n in range(8)))
    return Problem(
        slots.astype(np.int64),
        reasons,
        lucks,
        columns,
        people,
        np.array([70], dtype=np.int32),
        offers,
        financing_of(rng),
        keys,
        choices,
        entitlements_of(rng),
    )
