"""Who enters the market, looks, or loses interest: chances and reasons by hand, and rows that are streamed over."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from made_columns import good_columns, owner_columns
from reference.calling import believes, row_luck
from reference.chance import bits as plain_bits
from reference.chance import uniform as plain_uniform

from sim.behaviour.attention import (
    KM_CLASSES,
    MEANS_CLASSES,
    Entering,
    LookingLuck,
    Screen,
    belief,
    entry_chances,
    km_classes,
    look_first,
    mark_owners,
    means_classes,
    thresholds,
)
from sim.behaviour.call_up import BLOCK, LuckBounds, bound_all, bound_some, by_month, forced, slot_luck, stream
from sim.behaviour.gathering import believe
from sim.behaviour.lanes import owned_lanes
from sim.behaviour.life_events import schedule_events
from sim.behaviour.looking import look, lose_interest
from sim.behaviour.offers import Heard
from sim.codes import ABSENT, EMPTY, EVENT, LAST, LEAVES, LOOKS, MUST, NEVER, PRESENT
from sim.numerics.luck import uniform

MONTH, VARIANTS = 100, 2
CERTIFIED = 1900
"""Day from which on scrappings may count for a purchase to come."""
WHOLE = 2**32
TOP = WHOLE - 1


# bounds and rows -----------------------------------------------------------------------------------------------


def test_a_row_s_luck_is_half_of_a_shared_hash_and_half_of_its_own() -> None:
    rows = [0, 1, 7, BLOCK // 2 - 1, BLOCK // 2, BLOCK // 2 + 7, BLOCK - 1, BLOCK, 3 * BLOCK + 5, 3 * BLOCK + BLOCK // 2 + 5]
    assert [int(slot_luck(np.uint32(99), row)) for row in rows] == [row_luck(99, row) for row in rows]


def test_luck_of_rows_is_even_and_that_of_neighbours_partners_and_months_is_independent() -> None:
    size, half = 4 * BLOCK, BLOCK // 2
    luck = np.array([[row_luck(base, row) / WHOLE for row in range(size)] for base in (8, 9)])
    for month in luck:
        counts = np.histogram(month, bins=32, range=(0.0, 1.0))[0]
        assert np.abs(counts - size / 32).max() < 5.0 * np.sqrt(size / 32)
    pairs = luck[0].reshape(-1, 2, half)
    for one, other in ((luck[0, :-1], luck[0, 1:]), (luck[0], luck[1]), (pairs[:, 0].ravel(), pairs[:, 1].ravel())):
        assert abs(np.corrcoef(one, other)[0, 1]) < 5.0 / np.sqrt(one.size)


@pytest.mark.parametrize("base", [1, 2**31 + 5])
def test_streaming_passes_exactly_the_rows_whose_upper_half_is_at_or_below_their_bound(base: int) -> None:
    rng, size = np.random.default_rng(base), 3 * BLOCK
    bounds = rng.choice(np.array([0, 50, 3000, 40_000, 65_535], dtype=np.uint16), size)
    halves = np.array([row_luck(base, row) >> 16 for row in range(size)])
    for row in rng.permutation(size)[:500]:
        bounds[row] = max(halves[row] - row % 2, 0)  # at it, or just below
    out = np.empty(size + 8, np.int64)
    found = stream(np.uint32(base), bounds, out)
    assert out[:found].tolist() == np.flatnonzero(halves <= bounds).tolist()
    assert 3000 < found < size - 3000


def test_the_bound_of_a_slot_is_that_of_what_its_good_will_have_become() -> None:
    """Two vintages, three conditions, two types of two variants."""
    enter = np.arange(24, dtype=np.uint16).reshape(2, 3, 4)
    bounds = LuckBounds(enter, np.array([50, 51], np.uint16), (100 + enter).astype(np.uint16), np.array([150, 151], np.uint16))
    goods = good_columns(
        8, variant=[0, 1, 0, 1, 1, EMPTY, EMPTY, 1], type=[0, 0, 1, 1, 1, 1, 0, 1], vintage=[0, 0, 1, 1, 1, 0, 0, 1],
        worn=[NEVER, 103, 104, 99, 99, 0, 0, 99], failing=[NEVER, NEVER, NEVER, 103, 104, 0, 0, 103],
        shopping=[0, 0, 0, 0, 1, 0, 1, 1],
    )  # fmt: skip
    out = np.zeros(8, np.uint16)
    bound_all(103, goods, bounds, VARIANTS, out)
    assert out.tolist() == [0, 5, 14, 23, 119, 51, 150, 123]
    goods.shopping[:3], goods.variant[3] = 1, EMPTY
    bound_some(np.array([1, 3]), 103, goods, bounds, VARIANTS, out)
    assert out.tolist() == [0, 105, 14, 51, 119, 51, 150, 123], "those that are named, and no others"


def test_goods_are_sorted_by_the_month_in_which_they_end() -> None:
    ends = np.array([102, 90, 101, 100, 103, 102, 101], dtype=np.int16)
    variant = np.array([0, 0, 0, 0, 0, 0, EMPTY], dtype=np.int8)
    starts, slots = by_month(variant, ends, 100, 3)
    assert starts.tolist() == [0, 2, 3, 5]
    assert slots.tolist() == [1, 3, 2, 0, 5], "what is overdue ends at once"


def test_what_ends_must_be_replaced_and_who_dissolves_leaves() -> None:
    goods = good_columns(6, variant=[0, 0, EMPTY, 0, 0, 0], end=[100, 101, 90, 99, 150, 100], owner=[0, 0, 0, 1, 1, 2])
    owners = owner_columns(3, until_month=[NEVER, 100, 101])
    slots, reasons, lucks = np.zeros(9, np.int64), np.zeros(9, np.int8), np.ones(9, np.uint32)
    found = forced(MONTH, goods, owners, np.array([0, 1, 2, 3, 5]), np.array([3, 4, 2]), slots, reasons, lucks)
    assert found == 4
    assert slots[:4].tolist() == [0, 3, 5, 4]
    assert reasons[:4].tolist() == [MUST, LEAVES, MUST, LEAVES]
    assert lucks[:4].tolist() == [0] * 4


# chances -------------------------------------------------------------------------------------------------------


def test_owners_are_marked_by_kilometres_and_what_happens_to_them() -> None:
    owners = owner_columns(
        6, km_class=[0, 1, 2, 1, 1, 2], event_month=[0, 100, 0, 100, 0, 100], from_month=[0, 0, 101, 0, 100, 0],
        until_month=[101, 101, 200, 100, 99, 99],
    )  # fmt: skip
    expected = [PRESENT, 4 + EVENT, 8 + ABSENT, 4 + LAST, 4 + ABSENT, 8 + ABSENT]
    assert mark_owners(MONTH, owners).tolist() == expected


def test_classes_of_kilometres_begin_at_their_bounds() -> None:
    km = np.array([0.5, 0.74, 0.75, 0.99, 1.0, 1.29, 1.3, 1.8], dtype=np.float32)
    assert km_classes(km)[[0, 1, 3, 5, 7]].tolist() == [0, 0, 1, 2, 3]
    assert km_classes(np.array([0.75, 1.0], dtype=np.float32)).tolist() == [1, 2]
    assert len(KM_CLASSES) == 5


def test_classes_of_means_are_those_of_liquid_assets_in_reserves() -> None:
    """Reserves of four months' income, assets on their way to their target, incomes up by a fifth."""
    rng, size, index = np.random.default_rng(3), 3000, 1.2
    income, months = rng.uniform(1e3, 2e4, size), rng.integers(90, MONTH + 1, size)
    owners = owner_columns(
        size, income=income, liquid=income * rng.exponential(6.0, size), liquid_target=income * rng.exponential(8.0, size),
        liquid_month=months,
    )  # fmt: skip
    found = means_classes(MONTH, owners, index, 0.1, 4.0)
    wanted = owners.liquid_target.astype(np.float64) * index
    cash = wanted + (owners.liquid - wanted) * np.exp(-0.1 * (MONTH - months))
    reserves = cash / (4.0 * index * owners.income)
    least, most = np.array([-np.inf, *MEANS_CLASSES]), np.array([*MEANS_CLASSES, np.inf])
    assert ((least[found] - 1e-6 <= reserves) & (reserves < most[found])).all()
    assert np.unique(found).size == len(MEANS_CLASSES) + 1
    richer = means_classes(MONTH, owners, index * 0.9, 0.1, 4.0)
    assert (richer >= found).all(), "with a lower index, more seems to be left over"
    assert (richer > found).any()


def test_the_chance_to_buy_follows_the_gain() -> None:
    """Gains of -1 and 2 with margins of 1 and 0, a season of 0.5, a scale of 0.5: logits of -1 and 3."""
    out = np.zeros((1, 1, 2), dtype=np.uint32)
    thresholds(np.array([[[-1.0, 2.0]]]), np.array([1.0, 0.0]), 0.5, 0.5, out)
    assert (out[0, 0] / (WHOLE - 1)).tolist() == pytest.approx([1 / (1 + np.e), 1 / (1 + np.exp(-3.0))], abs=1e-9)
    first = np.zeros(2, dtype=np.uint32)
    nests = np.array([[0.0, np.log(3.0), 50.0], [1.0, -1e30, 50.0]])  # the last one is to buy nothing
    look_first(nests, np.array([0.0, 0.5]), np.array([np.log(4.0), 1.5]), 0.5, first)
    assert (first / (WHOLE - 1)).tolist() == pytest.approx([0.5, 1 / (1 + np.exp(2.0))], abs=1e-9)


def test_the_chance_to_enter_follows_what_being_in_the_market_is_worth() -> None:
    """Gains of 1 and 3 with efforts of 2 and 1, a scale of 4: logits of -1/4 and 1/2."""
    out = np.zeros((1, 1, 2), dtype=np.uint32)
    entry_chances(np.array([[[1.0, 3.0]]], dtype=np.float32), np.array([2.0, 1.0]), 4.0, out)
    assert (out[0, 0] / TOP).tolist() == pytest.approx([1 / (1 + np.exp(0.25)), 1 / (1 + np.exp(-0.5))], abs=1e-9)


# believing -----------------------------------------------------------------------------------------------------


def heard_of(*told: tuple[int, float]) -> Heard:
    """Subsidies: key of their luck, and the share of owners that has heard."""
    return Heard(np.array([key for key, _ in told], dtype=np.uint32), np.array([share for _, share in told], dtype=np.float64))


@pytest.mark.parametrize("told", [(), ((5, 0.3),), ((5, 0.2), (9, 0.0), (7, 0.1)), ((5, 0.0), (9, 1.0))])
def test_who_has_heard_of_any_subsidy_believes_what_is_known_of_them(told: tuple[tuple[int, float], ...]) -> None:
    size, heard = 500, heard_of(*told)
    expected = [believes(heard, who) for who in range(size)]
    assert [belief(heard, who) for who in range(size)] == expected
    owned = owned_lanes(size)
    owned.who[:], owned.belief[:], owned.type[:] = np.arange(size), 7, np.arange(size) % 3
    believe(size - 1, heard, 3, owned)
    rows = owned.belief * 3 + owned.type
    assert np.array_equal(owned.row[:-1], rows[:-1])
    assert owned.belief.tolist() == [*expected[:-1], 7], "those of the batch and no others"
    neither = float(np.prod(1.0 - heard.share))
    assert abs(sum(expected) / size - (1.0 - neither)) <= 4.0 * np.sqrt(neither * (1.0 - neither) / size)


def test_the_share_that_has_heard_is_those_below_it() -> None:
    least = plain_uniform(5, 3)
    for share, informed in ((least, 0), (np.nextafter(least, 1.0), 1)):
        heard, owned = heard_of((9, 0.0), (5, share)), owned_lanes(1)
        owned.who[0] = 3
        believe(1, heard, 1, owned)
        assert owned.belief[0] == belief(heard, 3) == believes(heard, 3) == informed


# looking -------------------------------------------------------------------------------------------------------

KEYS = LookingLuck(np.uint32(18), np.uint32(6), np.uint32(7), np.uint32(8))


def with_other(told: Any, believed: int, other: int) -> Any:
    """A table of those who believe so, and that of the others, full of one number."""
    both = [np.full_like(told, other), np.full_like(told, other)]
    both[believed] = told
    return np.stack(both)


def looked(**said: Any) -> tuple[list[tuple[int, int]], list[int]]:
    """As ``looked_by``, whatever the owners believe, and whatever those enter and buy for who believe something else."""
    (found, *others) = [looked_by(believed, other, **said) for believed, other in product((0, 1), (0, TOP))]
    assert others == [found] * 3
    return found


def looked_by(believed: int, other: int, **said: Any) -> tuple[list[tuple[int, int]], list[int]]:
    """(slot, reason) of the only good and the empty slot of an owner who is there; and who enters the market or leaves it.

    The good is registered in the middle between its vintage, 1, and the next one.
    """
    given: dict[str, Any] = {
        "keep": 0, "first": 0, "certified": 0, "fail": 0, "mark": PRESENT, "bound": -1, "retirement": 9_999, "good": {},
        "enter": (0, 0, 0),         "enter_first": 0, "wear": 0.0, "event": 0.0, "lost": 0,
    }  # fmt: skip
    given |= said
    day = round((40 + 6 + 3 + 0.5) * 30.4375)
    lying = {"variant": [0, EMPTY], "owner": [0, 0], "type": [0, 1], "registered": day, "vintage": 1}
    goods = good_columns(2, **(lying | given["good"]))
    keep = with_other(np.full((2, 3, 2, 4), given["keep"], dtype=np.uint32), believed, other)
    first = np.stack([np.full((2, 2), given[name], dtype=np.uint32) for name in ("first", "certified")])
    first = with_other(first, believed, other)
    fail = np.full((3, 4), given["fail"], dtype=np.uint32)
    held = np.empty((3, 2, 4), dtype=np.uint32)
    held[:] = np.array(given["enter"])[:, np.newaxis, np.newaxis]
    held = with_other(held, believed, other)
    most = np.maximum(held, np.append(held[:, 1:], held[:, -1:], axis=1)).max(axis=(0, 3)).T.copy()
    chances = with_other(np.full(2, given["enter_first"], dtype=np.uint32), believed, other)
    heard = heard_of((5, 0.0), (9, float(believed)))
    entry = Entering(held, chances, most, heard, given["wear"], given["event"], np.uint32(given["lost"]), 40)
    slots, reasons, lucks, turned = np.zeros(9, np.int64), np.zeros(9, np.int8), np.zeros(9, np.uint32), np.zeros(9, np.int64)
    found, turns = look(
        MONTH, KEYS, goods, np.array([given["mark"]], dtype=np.int8), Screen(keep, first, CERTIFIED, fail), entry,
        np.array([False, True]), np.array([0, 1]), np.full((2, 2), given["retirement"]), day + 2000, 1, VARIANTS,
        given["bound"], slots, reasons, lucks, turned,
    )  # fmt: skip
    for n in range(found):
        assert lucks[n] == plain_bits(6, int(goods.id[slots[n]])), "the luck of buying, however the owner came to look"
    return [(int(slots[n]), int(reasons[n])) for n in range(found)], turned[:turns].tolist()


ENTERS, BUYS, LOSES, INSPECTED = (plain_bits(base, 0) for base in (18, 6, 7, 8))
NEXT_ENTERS, NEXT_BUYS = plain_bits(18, 1), plain_bits(6, 1)
IN, BOTH = {"shopping": [1, 0]}, {"variant": [0, 0]}


def scrapped(on: int) -> dict[str, list[int]]:
    """The owner of the empty slot is in the market, and the good that was there was scrapped on a day."""
    return {"shopping": [0, 1], "scrapped": [EMPTY, 0], "scrapped_on": [0, on]}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, []),
        ({"good": IN, "keep": BUYS}, []),
        ({"good": IN, "keep": BUYS + 1}, [(0, LOOKS)]),
        ({"keep": TOP, "first": TOP}, []),  # out of the market nobody looks
        ({"good": {"shopping": [0, 1]}, "first": NEXT_BUYS}, []),
        ({"good": {"shopping": [0, 1]}, "first": NEXT_BUYS + 1}, [(1, LOOKS)]),
        ({"good": scrapped(CERTIFIED), "certified": NEXT_BUYS + 1}, [(1, LOOKS)]),
        ({"good": scrapped(CERTIFIED), "certified": NEXT_BUYS, "first": TOP}, []),
        ({"good": scrapped(CERTIFIED - 1), "certified": TOP, "first": NEXT_BUYS}, []),  # scrapped too early to count
        ({"good": {"shopping": [0, 1], "variant": [EMPTY, EMPTY]}, "first": TOP}, []),  # the first good comes first
        ({"good": {"shopping": [1, 1], "variant": [EMPTY, 0]}, "first": TOP}, [(0, LOOKS)]),
        ({"mark": EVENT, "keep": TOP}, []),
        ({"mark": 4 + EVENT, "keep": TOP, "good": IN}, [(0, LOOKS)]),
        ({"mark": LAST}, [(0, LEAVES)]),
        ({"mark": LAST, "first": TOP, "good": {"shopping": [1, 1]}}, [(0, LEAVES)]),
        ({"mark": LAST, "good": {"variant": [EMPTY, 0]}}, [(1, LEAVES)]),
        ({"mark": LAST, "first": TOP, "good": {"variant": [EMPTY, 0], "shopping": [1, 1]}}, [(1, LEAVES)]),
        ({"good": BOTH | {"end": [101, 100]}}, [(1, MUST)]),
        ({"good": BOTH | {"end": [101, 100]}, "bound": 1}, [(1, MUST)]),
        ({"mark": ABSENT, "keep": TOP, "first": TOP, "good": {"shopping": [1, 1]}}, []),
        ({"good": {"end": 100}}, [(0, MUST)]),
        ({"good": {"end": 101}}, []),
        ({"good": {"end": 100}, "mark": ABSENT}, []),
        ({"retirement": 2000}, []),
        ({"retirement": 2000, "bound": 1}, [(0, MUST)]),
        ({"retirement": 2001, "bound": 1}, []),
        ({"retirement": 2000, "bound": 0}, []),
        ({"fail": INSPECTED, "bound": 1}, []),
        ({"fail": INSPECTED + 1, "bound": 1}, [(0, MUST)]),
        ({"fail": INSPECTED + 1, "bound": 0}, []),
    ],
)
def test_who_looks_and_why(said: dict[str, Any], found: list[tuple[int, int]]) -> None:
    assert looked(**said) == (found, [])


HALFWAY = (0, 0, int(2.02 * ENTERS))
"""The good lies between a vintage that nobody enters for and this."""


@pytest.mark.parametrize(
    ("said", "found", "turned"),
    [
        ({"enter": (0, ENTERS, ENTERS)}, [], []),
        ({"enter": (0, ENTERS + 1, ENTERS + 1)}, [], [0]),
        ({"enter": (TOP, 0, 0)}, [], []),
        ({"enter": HALFWAY}, [], [0]),
        ({"enter": (0, 0, int(1.98 * ENTERS))}, [], []),
        ({"enter": (0, ENTERS + 1, ENTERS + 1), "keep": BUYS}, [], [0]),
        ({"enter": (0, ENTERS + 1, ENTERS + 1), "keep": BUYS + 1}, [(0, LOOKS)], [0]),
        ({"enter": (0, TOP, TOP), "keep": TOP, "good": IN}, [(0, LOOKS)], []),  # who is in the market is in it already
        ({"enter_first": NEXT_ENTERS}, [], []),
        ({"enter_first": NEXT_ENTERS + 1}, [], [1]),
        ({"enter_first": NEXT_ENTERS + 1, "first": NEXT_BUYS + 1}, [(1, LOOKS)], [1]),
        ({"enter_first": TOP, "good": {"variant": [EMPTY, EMPTY]}}, [], [0]),
        ({"good": {"failing": MONTH}, "wear": 1.0}, [], [0]),
        ({"good": {"failing": MONTH}, "wear": 0.999 * ENTERS / TOP}, [], []),
        ({"good": {"failing": MONTH}, "wear": 1.001 * ENTERS / TOP}, [], [0]),
        ({"good": {"failing": MONTH - 1}, "wear": 1.0}, [], []),
        ({"good": {"failing": MONTH + 1}, "wear": 1.0}, [], []),
        ({"mark": EVENT, "event": 1.0}, [], [0, 1]),
        ({"mark": EVENT, "event": 1.0, "first": TOP}, [(1, LOOKS)], [0, 1]),
        ({"mark": EVENT, "event": 0.999 * ENTERS / TOP}, [], []),
        ({"mark": EVENT, "event": 1.001 * ENTERS / TOP}, [], [0]),
        ({"mark": PRESENT, "event": 1.0}, [], []),
        ({"mark": LAST, "enter": (TOP, TOP, TOP), "enter_first": TOP}, [(0, LEAVES)], []),
        ({"mark": ABSENT, "enter": (TOP, TOP, TOP), "enter_first": TOP}, [], []),
        ({"good": IN, "lost": LOSES}, [], []),
        ({"good": IN, "lost": LOSES + 1}, [], [0]),
        ({"good": IN, "lost": TOP, "keep": BUYS + 1}, [(0, LOOKS)], []),  # whether it is bought is not yet known
        ({"enter": (0, TOP, TOP), "lost": LOSES + 1}, [], []),  # comes and goes within the month
        ({"good": IN | {"end": 100}}, [(0, MUST)], []),
    ],
)
def test_who_enters_the_market_and_who_loses_interest(
    said: dict[str, Any], found: list[tuple[int, int]], turned: list[int]
) -> None:
    assert looked(**said) == (found, turned)


def test_of_those_who_looked_in_vain_some_lose_interest() -> None:
    lost = int(np.sort([plain_bits(7, n) for n in range(6)])[3])
    shopping = np.array([1, 1, 1, 0, 1, 1], dtype=np.int8)
    reasons = np.array([LOOKS, LOOKS, LOOKS, LOOKS, MUST, LOOKS], dtype=np.int8)
    out = np.zeros(6, np.int64)
    slots, ids = np.arange(6), np.arange(6, dtype=np.int32)
    expected = [n for n in (0, 1, 2, 5) if plain_bits(7, n) < lost]
    count = lose_interest(slots, reasons, ids, np.uint32(7), np.uint32(lost), shopping, out)
    assert out[:count].tolist() == expected
    assert 0 < len(expected) < 4
    assert np.flatnonzero(shopping).tolist() == [n for n in (0, 1, 2, 4, 5) if n not in expected]


# life events ---------------------------------------------------------------------------------------------------


def test_whose_event_it_was_waits_for_the_next() -> None:
    owners = owner_columns(40, event_month=[MONTH] * 38 + [MONTH - 1, MONTH + 1])
    schedule_events(owners, MONTH, np.uint32(3), 0.02)
    waits = [int(-np.log(uniform(np.uint32(3), o)) / 0.02) for o in range(38)]
    assert owners.event_month.tolist() == [*(MONTH + 1 + wait for wait in waits), MONTH - 1, MONTH + 1]
    assert len(set(waits)) > 20


def test_without_events_the_next_one_never_comes_within_a_run() -> None:
    owners = owner_columns(2, event_month=MONTH)
    schedule_events(owners, MONTH, np.uint32(3), 0.0)
    assert owners.event_month.tolist() == [MONTH + 1 + 20_000] * 2
    late = owner_columns(1, event_month=15_000)
    schedule_events(late, 15_000, np.uint32(3), 0.0)
    assert late.event_month.tolist() == [NEVER]
