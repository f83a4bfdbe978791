"""Months that have been lived through before the first one: every date moves, and what lies between two dates stays."""

from __future__ import annotations

import numpy as np
from made_columns import good_columns, owner_columns

from sim.codes import NEVER
from sim.markets.dates import back_in_time
from sim.markets.lots import Lots
from sim.markets.settlement_state import World, open_world

FIRST, MONTHS, DAYS = 400, 24, 730
"""24 months of 30.4375 days are 730 days and a half."""


def world() -> World:
    rng, size = np.random.default_rng(1), 300
    goods = good_columns(
        size, registered=rng.integers(5000, 12_000, size), owned_since=rng.integers(11_000, 12_900, size),
        vintage=rng.integers(0, 40, size), worn=rng.choice([350, 410, NEVER], size), failing=rng.choice([405, NEVER], size),
        end=rng.choice([424, 500, NEVER], size), loan_month=rng.integers(380, 424, size), loan=1.0,
        variant=rng.integers(-1, 3, size), emission=rng.integers(2, 7, size), shopping=rng.integers(0, 2, size),
    )  # fmt: skip
    owners = owner_columns(size, liquid_month=rng.integers(FIRST - 3, FIRST + MONTHS, size), event_month=FIRST + 5)
    out = open_world(goods, owners, np.zeros(2, np.int32), np.zeros(4, np.int64), 3, 6)
    for column in (out.lots.registered, out.lots.vintage, out.lots.worn, out.lots.failing, out.lots.end):
        column[:, :20] = rng.integers(10, 12_000, (6, 20))
    out.lots.end[:, :5] = NEVER
    return out


def copied(of: Lots | object) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    return {name: column.copy() for name, column in of._asdict().items()}  # type: ignore[union-attr]


def test_all_dates_of_goods_move_alike() -> None:
    now = world()
    before, lots = copied(now.goods), copied(now.lots)
    back_in_time(now, FIRST, MONTHS)
    for was, place in ((before, now.goods), (lots, now.lots)):
        assert (was["registered"] - place.registered == DAYS).all()
        np.testing.assert_array_equal(place.vintage, np.maximum(was["vintage"] - 4, 0))
        for name in ("worn", "failing", "end"):
            np.testing.assert_array_equal(getattr(place, name), np.where(was[name] == NEVER, NEVER, was[name] - MONTHS))
    assert (before["owned_since"] - now.goods.owned_since == DAYS).all()
    assert (before["loan_month"] - now.goods.loan_month == MONTHS).all()
    for name in ("id", "owner", "type", "variant", "emission", "shopping", "loan"):
        np.testing.assert_array_equal(getattr(now.goods, name), before[name])
    for name in ("emission", "head", "held"):
        np.testing.assert_array_equal(getattr(now.lots, name), lots[name])


def test_money_spent_meanwhile_was_spent_before_and_what_is_still_to_come_stays() -> None:
    now = world()
    before = copied(now.owners)
    back_in_time(now, FIRST, MONTHS)
    spent = before["liquid_month"] >= FIRST
    assert 0 < spent.sum() < spent.size
    np.testing.assert_array_equal(now.owners.liquid_month, before["liquid_month"] - MONTHS * spent)
    assert now.owners.liquid_month.max() < FIRST
    for name in ("event_month", "from_month", "until_month", "liquid"):
        np.testing.assert_array_equal(getattr(now.owners, name), before[name])
