"""Goods that are made up: how long they last, which standard they meet, and how old those from outside are."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from made_columns import CERTAIN, good_columns, making

from sim.codes import EMPTY, NEVER, NON_OPERATING
from sim.markets.counting import count_old_diesels, count_owned
from sim.markets.goods import age_in_band, band_of, make_good
from sim.markets.settlement import put_away
from sim.markets.settlement_state import Idle, empty_tally, open_world
from sim.numerics.luck import uniform

DAY = 3000


def test_a_new_good_starts_today_with_the_newest_standard() -> None:
    made = make_good(making(vintage_start=12), 0, 7, month=100, day=DAY, age=0)
    assert tuple(made) == (DAY, 14, 6, 150, 180, 201), "registered, vintage, standard, worn, failing, end"
    assert make_good(making(), 1, 7, 100, DAY, 0).emission == 5


def test_a_used_good_started_before_and_has_what_is_left() -> None:
    made = make_good(making(vintage_start=12), 0, 7, month=100, day=DAY, age=36)
    assert tuple(made) == (DAY - 1095, 8, 1, 114, 144, 165)
    assert make_good(making(), 1, 7, 100, 500 + 1095, 36).emission == 1, "registered on the day the standard began"
    assert make_good(making(), 1, 7, 100, 499 + 1095, 36).emission == 0
    assert make_good(making(), 1, 7, 100, 1000, 36).emission == 0, "registered before any standard"
    assert make_good(making(), 1, 7, 100, 2500 + 1095, 36).emission == 4, "the last of the table"
    assert make_good(making(), 0, 7, 100, 2000 + 30, 1).emission == 2, "a month is 30.4375 days: 30 whole ones"
    assert make_good(making(), 0, 7, 100, 1999 + 30, 1).emission == 1


def test_what_has_survived_lasts_longer_than_it_has() -> None:
    law = CERTAIN._replace(shape=4.0)
    for who in range(50):
        made = make_good(making(law=law), 0, who, 200, DAY, 90)
        life = (90.0**4 - 100.5**4 * log(uniform(np.uint32(1), who))) ** 0.25
        assert made.end == 110 + int(life) + 1 > 200
        assert (made.worn, made.failing) == (110 + int(0.5 * life), 110 + int(0.8 * life))


def test_an_accident_ends_a_good_before_its_time() -> None:
    law = CERTAIN._replace(accident=0.05)
    ends = [int(make_good(making(law=law), 0, who, 100, DAY, 0).end) for who in range(60)]
    months = [int(-log(uniform(np.uint32(2), who)) / 0.05) for who in range(60)]
    assert ends == [min(201, 101 + wait) for wait in months]
    assert sum(end < 201 for end in ends) > 0


def test_no_month_lies_beyond_the_last_one_that_fits() -> None:
    made = make_good(making(law=CERTAIN._replace(scale=1e6)), 0, 7, 15_000, DAY, 0)
    assert (made.worn, made.failing, made.end) == (NEVER, NEVER, NEVER)
    without = make_good(making(law=CERTAIN._replace(scale=1e6)), 0, 7, 100, DAY, 0)
    assert without.end == 100 + 1 + 20_000, "an accident that never comes"


@pytest.mark.parametrize(("months", "band"), [(0.0, 0), (23.9, 0), (24.0, 1), (59.9, 1), (60.0, 2), (2000.0, 2)])
def test_a_band_begins_at_the_upper_age_of_the_one_before(months: float, band: int) -> None:
    assert band_of(making(), months) == band


@pytest.mark.parametrize("fuel", [0, 2])
@pytest.mark.parametrize("band", [0, 1])
def test_ages_from_outside_are_those_of_the_fuel_and_the_band_alike(fuel: int, band: int) -> None:
    ages = np.array([[[5, 10, 20, 23], [30, 30, 40, 50]], [[0] * 4] * 2, [[1, 1, 1, 2], [24, 24, 24, 59]]])
    found = [age_in_band(making(ages=ages), fuel, band, who) for who in range(4000)]
    for age in set(ages[fuel, band]):
        share = (ages[fuel, band] == age).mean()
        assert np.mean(np.array(found) == age) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 4000))


# counting ------------------------------------------------------------------------------------------------------


def test_goods_are_counted_by_variant_and_empty_slots_are_not() -> None:
    variant = np.array([0, 1, 1, EMPTY, 2, 1, EMPTY, 0, 2, 2, 2, 1, 0, 0, 2, 1, 2, 2], dtype=np.int8)
    out = np.array([100, 0, 0, 0])
    count_owned(variant, out)
    assert out.tolist() == [104, 5, 7, 0], "added to what is there"


def room(size: int) -> Idle:
    none = np.zeros(size, np.int8)
    return Idle(none.copy(), none.copy(), none.copy(), np.zeros(size, np.int32), np.zeros(1, np.int64))


def test_old_diesels_are_those_of_national_iii_and_below_that_do_not_operate() -> None:
    """Of variants petrol, diesel, none: by standard, use (type 0 operating, type 1 not) and whether there is one at all."""
    fuel, use = np.array([0, 1, 2]), np.array([0, NON_OPERATING])
    goods = good_columns(
        8, variant=[1, 1, 1, 1, 0, 2, EMPTY, 1], emission=[3, 4, 0, 3, 3, 3, 3, 2], type=[1, 1, 1, 0, 1, 1, 1, 1]
    )
    idle = room(8)
    assert count_old_diesels(goods, use, fuel, idle) == 3
    for variant, emission, of_use in ((1, 3, 1), (1, 4, 1), (0, 3, 1), (1, 3, 0), (1, 1, 1)):
        assert put_away(idle, variant, emission, of_use, 5)
    assert count_old_diesels(goods, use, fuel, idle) == 5
    idle.held[0] = 1
    assert count_old_diesels(goods, use, fuel, idle) == 4, "what stands beyond the last is no good"


def test_a_full_garage_takes_nothing_more() -> None:
    idle = room(2)
    assert [put_away(idle, 1, 2, 3, 40 + n) for n in range(3)] == [True, True, False]
    assert idle.origin.tolist() == [40, 41]
    assert (idle.variant.tolist(), idle.emission.tolist(), idle.use.tolist()) == ([1, 1], [2, 2], [3, 3])
    assert idle.held.tolist() == [2]


@pytest.mark.parametrize(("slots", "expected"), [(8, 1024), (8 * 1024, 1024), (8 * 1025, 1025), (8 * 5000 + 7, 5000)])
def test_a_world_has_room_for_an_eighth_of_its_goods_to_be_idle(slots: int, expected: int) -> None:
    none = np.zeros(1, dtype=np.int32)
    world = open_world(good_columns(slots), None, none, none, variants=3, cells=2)  # type: ignore[arg-type]
    assert {column.size for column in world.idle[:4]} == {expected}
    assert world.idle.held.tolist() == [0]
    assert world.yard.tolist() == [0, 0, 0]
    assert world.lots.registered.shape == (2, 4096)
    assert world.lots.head.tolist() == world.lots.held.tolist() == [0, 0]


def test_a_tally_starts_at_nothing_with_a_cell_for_everything() -> None:
    tally = empty_tally(variants=3, cells=0, versions=2, interest=4)
    assert not any(column.any() for column in tally)
    shapes = {name: column.shape for name, column in tally._asdict().items()}
    assert shapes == {
        "moved": (8, 8), "moved_nev": (8, 8), "new_sales": (3, 3), "first_buyers": (3,), "sold": (1,), "bought": (1,),
        "out_by_route": (3, 4), "claims": (2, 4, 6, 2), "claimed": (2, 4, 6, 2), "waiting": (2, 2), "loans": (2,),
        "paid": (2,), "left": (1,), "shopped": (2,), "gamed": (3,), "interest": (4, 2),
    }  # fmt: skip
    assert empty_tally(1, 5, 1).sold.shape == (5,)
    assert empty_tally(1, 5, 1).interest.shape == (0, 2)
