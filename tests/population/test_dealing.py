"""The drawn goods go to those who hold one when the district has come to rest: every count and date of the draw is kept."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from made_columns import good_columns

from sim.behaviour.columns import GoodColumns
from sim.behaviour.survival import LifeLaw
from sim.codes import AVERAGE_DAYS, EMPTY
from sim.population.dealing import Dealt, Kinds, deal, dealt_from

SLOTS, TYPES, VARIANTS = 4000, 3, 5
POWERTRAIN = np.array([0, 0, 1, 2, 2])
SEEDS = [1, 2, 3]
LAW = LifeLaw(scale=180.0, shape=2.5, accident=1e-3, worn_at=0.6, failing_at=0.85)
KINDS = Kinds(POWERTRAIN, LAW)
TODAY = 7100
"""The day of dealing; the last good was registered a while ago."""


def stock(rng: np.random.Generator, types: Any, shares: list[float], first_day: int) -> GoodColumns:
    """Goods in some slots; what is registered later is of a later vintage and a higher standard."""
    registered = rng.integers(first_day, first_day + 4000, SLOTS)
    start, age = np.floor(registered / AVERAGE_DAYS), (TODAY - registered) / AVERAGE_DAYS
    life = LAW.scale * ((age / LAW.scale) ** LAW.shape - np.log(rng.random(SLOTS))) ** (1.0 / LAW.shape)
    accident = np.floor(TODAY / AVERAGE_DAYS) + 1 + rng.integers(0, 1000, SLOTS)
    return good_columns(
        SLOTS, type=types, variant=rng.choice(np.arange(-1, VARIANTS), SLOTS, p=shares), registered=registered,
        vintage=registered // 180, emission=registered // 1500, worn=start + np.floor(LAW.worn_at * life),
        failing=start + np.floor(LAW.failing_at * life), end=np.minimum(start + np.floor(life) + 1, accident),
        owned_since=registered + rng.integers(0, 900, SLOTS), loan_month=rng.integers(60, 100, SLOTS),
        loan=rng.integers(0, 2, SLOTS) * 5e4,
    )  # fmt: skip


def lived(seed: int) -> tuple[Dealt, GoodColumns, GoodColumns]:
    """What was drawn, what people hold when they have lived with it, and the same once more, to be dealt to."""
    rng = np.random.default_rng(seed)
    types = rng.integers(0, TYPES, SLOTS)
    drawn = dealt_from(stock(rng, types, [0.4, 0.2, 0.1, 0.1, 0.1, 0.1], 1000), np.ones(SLOTS, dtype=np.bool_))
    now = stock(rng, types, [0.4, 0.05, 0.15, 0.2, 0.05, 0.15], 3000)
    now.variant[types == 1] = np.where(rng.random((types == 1).sum()) < 0.3, EMPTY, now.variant[types == 1])
    held = types == 2
    now.variant[held] = np.where(rng.random(held.sum()) < 0.3, 1, now.variant[held])
    return drawn, now, GoodColumns(*(column.copy() for column in now))


def groups(columns: Any, types: Any, together: bool) -> list[Any]:
    """Slots that hold a good, of all types or of each."""
    held = columns["variant"] != EMPTY
    return [np.flatnonzero(held)] if together else [np.flatnonzero(held & (types == k)) for k in range(TYPES)]


def dealt(seed: int, together: bool) -> tuple[Dealt, GoodColumns, GoodColumns]:
    drawn, before, goods = lived(seed)
    deal(np.uint32(seed), TODAY, drawn, goods, KINDS, together)
    return drawn, before, goods


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_count_and_every_date_is_that_of_the_draw(seed: int, together: bool) -> None:
    drawn, before, goods = dealt(seed, together)
    then, now = drawn.columns, goods._asdict()
    had, has = then["variant"] != EMPTY, goods.variant != EMPTY
    assert np.bincount(goods.type[has]).tolist() == np.bincount(goods.type[had]).tolist()
    assert np.bincount(goods.type[before.variant != EMPTY]).tolist() != np.bincount(goods.type[had]).tolist()
    names = ("variant", "registered", "vintage", "emission")
    for old, new in zip(groups(then, goods.type, together), groups(now, goods.type, together), strict=True):
        expected, found = (
            Counter(zip(*(columns[name][slots].tolist() for name in names), strict=True))
            for columns, slots in ((then, old), (now, new))
        )
        assert found == expected


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_of_each_variant_the_older_good_stays_with_whom_held_the_older_one(seed: int, together: bool) -> None:
    drawn, before, goods = dealt(seed, together)
    gone = before.variant == EMPTY  # these have back what they were drawn to hold
    held_from = np.where(gone, drawn.columns["registered"], before.registered)
    pairs = 0
    for slots in groups(goods._asdict(), goods.type, together):
        for v in range(VARIANTS):
            of_variant = slots[goods.variant[slots] == v]
            order = np.argsort(held_from[of_variant], kind="stable")
            apart = np.diff(held_from[of_variant][order]) > 0
            assert (np.diff(goods.registered[of_variant][order])[apart] >= 0).all()
            pairs += int(apart.sum())
    assert pairs > 1000


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_who_holds_something_keeps_holding_and_its_loan_stays(seed: int, together: bool) -> None:
    drawn, before, goods = dealt(seed, together)
    had, held, has = drawn.columns["variant"] != EMPTY, before.variant != EMPTY, goods.variant != EMPTY
    for k in range(TYPES):
        of_type = goods.type == k
        more = int((held & of_type).sum()) - int((had & of_type).sum())
        assert int((held & ~has & of_type).sum()) == max(more, 0), "no more give theirs up than are too many"
        assert int((~held & has & of_type).sum()) == max(-more, 0)
    assert not (held & ~has & ~had).any(), "those stay who came by a good of their own accord"
    assert not (~held & has & ~had).any(), "goods go back to whom they were drawn for"
    np.testing.assert_array_equal(goods.loan_month[held & has], before.loan_month[held & has])
    np.testing.assert_array_equal(goods.loan_month[~held & has], drawn.columns["loan_month"][~held & has])
    np.testing.assert_array_equal(goods.loan[held & has], before.loan[held & has])
    assert (goods.loan[held & ~has] == 0.0).all()
    assert (goods.owned_since[has] >= goods.registered[has]).all()
    for name in ("id", "owner", "type"):
        np.testing.assert_array_equal(getattr(goods, name), getattr(before, name))
    back = ~held & has
    assert (goods.shopping[back] == 0).all(), "who has back what was lost is not in the market for it"
    np.testing.assert_array_equal(goods.shopping[~back], before.shopping[~back])


def nearness(goods: GoodColumns, slots: Any) -> tuple[Any, Any]:
    """Chance that a good of this age lasts beyond the physical life that these ones have, at the least and at the most."""
    start = np.floor(goods.registered[slots] / AVERAGE_DAYS)
    age = (TODAY - goods.registered[slots]) / AVERAGE_DAYS
    least = np.maximum((goods.failing[slots] - start) / LAW.failing_at, age)
    most = np.maximum((goods.failing[slots] - start + 1) / LAW.failing_at, age)
    return tuple(np.exp((age / LAW.scale) ** LAW.shape - (life / LAW.scale) ** LAW.shape) for life in (most, least))


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_good_of_another_date_is_as_near_its_end_among_those_of_its_age(seed: int, together: bool) -> None:
    _, before, goods = dealt(seed, together)
    stay = np.flatnonzero((before.variant != EMPTY) & (goods.variant != EMPTY))
    assert (goods.registered[stay] != before.registered[stay]).mean() > 0.9
    (low, high), (least, most) = nearness(before, stay), nearness(goods, stay)
    assert ((least <= high + 1e-9) & (low - 1e-9 <= most)).all()
    start = np.floor(goods.registered[stay] / AVERAGE_DAYS)
    by_wear = (goods.failing[stay] - start) / LAW.failing_at
    accident = before.end[stay] < np.floor(before.registered[stay] / AVERAGE_DAYS) + np.floor(
        (before.failing[stay] - np.floor(before.registered[stay] / AVERAGE_DAYS)) / LAW.failing_at
    )
    assert 0.05 < accident.mean() < 0.95
    assert (goods.end[stay] <= start + by_wear + 3).all()
    assert (goods.end[stay][accident] <= before.end[stay][accident]).all()
    assert (goods.end[stay] > TODAY / AVERAGE_DAYS - 1).all()
    assert (goods.worn[stay] <= goods.failing[stay]).all()


@pytest.mark.parametrize("together", [True, False])
def test_as_few_as_can_be_get_another_variant_and_most_of_them_the_same_powertrain(together: bool) -> None:
    drawn, before, goods = dealt(1, together)
    stay = (before.variant != EMPTY) & (goods.variant != EMPTY)
    least, away = 0, 0
    for slots in groups(goods._asdict(), goods.type, together):
        was = np.where(stay[slots], before.variant[slots], drawn.columns["variant"][slots]).astype(np.int64)
        surplus = np.bincount(was, minlength=VARIANTS) - np.bincount(goods.variant[slots].astype(np.int64), minlength=VARIANTS)
        by_power = np.bincount(POWERTRAIN, np.maximum(surplus, 0)), np.bincount(POWERTRAIN, np.maximum(-surplus, 0))
        least, away = least + int(np.maximum(surplus, 0).sum()), away + int(np.maximum(by_power[0] - by_power[1], 0).sum())
    changed = stay & (before.variant != goods.variant)
    back = (before.variant == EMPTY) & (goods.variant != EMPTY) & (drawn.columns["variant"] != goods.variant)
    assert int(changed.sum()) + int(back.sum()) == least
    powers = POWERTRAIN[before.variant[changed]] != POWERTRAIN[goods.variant[changed]]
    assert powers.sum() < changed.sum()
    assert changed.sum() > 100


def test_who_lived_through_nothing_keeps_everything() -> None:
    drawn, _, _ = lived(1)
    rng = np.random.default_rng(1)
    goods = good_columns(SLOTS, type=rng.integers(0, TYPES, SLOTS), **drawn.columns)
    before = GoodColumns(*(column.copy() for column in goods))
    deal(np.uint32(5), TODAY, drawn, goods, KINDS, False)
    for name, column in before._asdict().items():
        np.testing.assert_array_equal(getattr(goods, name), column)
