"""Who is called up: classes by hand, and a street in which blocks of the shuffle call up whom its ranks call one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_columns import good_columns, owner_columns, smaller
from reference.calling import call_up as plain_call_up

from sim.behaviour.attention import KM_CLASSES, Screen, km_classes, look, look_first, mark_owners, thresholds
from sim.behaviour.call_up import bit_length, by_month, call_up, classify, forced
from sim.behaviour.life_events import schedule_events
from sim.behaviour.shuffle import Layers, at_rank, layer_of, luck_at, rank_of, shuffle
from sim.codes import ABSENT, EMPTY, EVENT, LAST, LEAVES, LOOKS, MUST, NEVER, PRESENT
from sim.numerics.luck import bits, derived, uniform

MONTH, VARIANTS, TYPES, HOUSEHOLDS = 100, 2, 2, 20
WHOLE = 2**32


# classes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "length"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (2**31, 32), (2**32 - 1, 32)])
def test_bits_of_a_number(x: int, length: int) -> None:
    assert bit_length(np.uint32(x)) == length


def test_the_class_of_a_slot_bounds_its_chance_to_look_in_its_condition_and_any_better_one() -> None:
    """Two classes of kilometres, two vintages, two conditions, one type of two variants."""
    keep = np.zeros((2, 2, 2, 2), dtype=np.uint32)
    keep[0, 0, 0], keep[1, 0, 0] = [1, 8], [4, 2]  # sound, first vintage: 3 and 4 bits
    keep[1, 0, 1] = [2, 300]  # worn: no fewer than sound, 3 and 9
    keep[0, 1, 1] = [0, 70]
    first = np.array([[15], [16]], dtype=np.uint32)
    variant = [0, 1, 0, 1, EMPTY, 0, 1, 1, 1]
    vintage = [0, 0, 0, 0, 0, 1, 1, 1, 0]
    worn = [101, 101, 100, 100, 0, 0, 0, 200, 0]
    failing = [200, 200, 200, 200, 0, 0, 200, 200, 0]
    goods = good_columns(9, variant=variant, vintage=vintage, worn=worn, failing=failing)
    classes, counts = np.zeros(9, np.int8), np.zeros(34, np.int64)
    counts[0] = 7
    classify(MONTH, goods, keep, first, 2, classes, counts)
    assert classes.tolist() == [3, 4, 3, 9, 5, 0, 7, 0, 9]
    expected = np.bincount(classes, minlength=34)
    expected[0] += 7
    assert counts.tolist() == expected.tolist()


def test_lanes_of_a_class_are_type_by_variant() -> None:
    keep = np.zeros((1, 1, 1, 4), dtype=np.uint32)
    keep[0, 0, 0] = [1, 2, 4, 8]
    goods = good_columns(4, variant=[0, 1, 0, 1], type=[0, 0, 1, 1])
    classes = np.zeros(4, np.int8)
    classify(MONTH, goods, keep, np.zeros((1, 2), dtype=np.uint32), 2, classes, np.zeros(34, np.int64))
    assert classes.tolist() == [1, 2, 3, 4]


def test_goods_are_sorted_by_the_month_in_which_they_end() -> None:
    ends = np.array([102, 90, 101, 100, 103, 102, 101], dtype=np.int16)
    variant = np.array([0, 0, 0, 0, 0, 0, EMPTY], dtype=np.int8)
    starts, slots = by_month(variant, ends, 100, 3)
    assert starts.tolist() == [0, 2, 3, 5]
    assert slots.tolist() == [1, 3, 2, 0, 5], "what is overdue ends at once"


# the shuffle ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [4, 5, 9])
def test_a_shuffle_is_a_permutation_that_can_be_followed_both_ways(width: int) -> None:
    s = shuffle(np.uint32(7), width, 2)
    size = 2**width
    assert (s.width, s.mask, s.half) == (width, size - 1, (width + 1) // 2)
    for layer in range(2):
        ranks = [rank_of(s.times, s.plus, s.mask, s.half, layer, n) for n in range(size)]
        assert sorted(ranks) == list(range(size))
        assert [at_rank(s.back, s.plus, s.mask, s.half, layer, rank) for rank in ranks] == list(range(size))
        assert ranks != list(range(size))
    assert (s.times % 2 == 1).all()
    assert (s.times * s.back % size == 1).all()
    assert s.times.max() < size > s.plus.max()
    assert not np.array_equal(s.times[0], s.times[1])


def test_multipliers_and_summands_are_those_of_the_key() -> None:
    s, key = shuffle(np.uint32(7), 6, 2), derived(np.uint32(7), 1)
    assert s.times[1].tolist() == [int(bits(derived(key, n), 0)) % 64 | 1 for n in (0, 1, 2)]
    assert s.plus[1].tolist() == [int(bits(derived(key, n), 0)) % 64 for n in (10, 11, 12)]
    assert s.jitter[1] == derived(key, 20)


def test_luck_is_the_rank_with_keyed_bits_below() -> None:
    for rank in range(32):
        luck = int(luck_at(np.uint32(9), 5, rank))
        assert luck >> 27 == rank
        assert luck & (2**27 - 1) == int(bits(np.uint32(9), rank)) >> 5


def test_layers_follow_one_another() -> None:
    assert [layer_of(np.array([0, 4, 9]), slot) for slot in (0, 3, 4, 8, 9, 50)] == [0, 0, 1, 1, 2, 2]


# a street ------------------------------------------------------------------------------------------------------


def street(seed: int, ranks: int) -> tuple[Any, ...]:
    """Twenty households with two layers of slots, some of them not there; what ``call_up`` takes."""
    rng = np.random.default_rng(seed)
    second = np.sort(rng.permutation(HOUSEHOLDS)[:12])
    place = np.full((2, HOUSEHOLDS), -1, dtype=np.int32)
    place[0], place[1, second] = np.arange(HOUSEHOLDS), HOUSEHOLDS + np.arange(12)
    place[0, 3] = -1
    size = HOUSEHOLDS + 12
    goods = good_columns(
        size, owner=[*range(HOUSEHOLDS), *second], variant=rng.integers(-1, VARIANTS, size), type=rng.integers(0, TYPES, size),
        vintage=rng.integers(0, 3, size), worn=rng.integers(95, 106, size), failing=rng.integers(95, 112, size),
        end=rng.integers(97, 106, size),
    )  # fmt: skip
    owners = owner_columns(
        HOUSEHOLDS, km_class=rng.integers(0, 2, HOUSEHOLDS), from_month=rng.choice([0, 0, 0, MONTH, MONTH + 1], HOUSEHOLDS),
        until_month=rng.choice([NEVER, NEVER, NEVER, MONTH, MONTH + 1], HOUSEHOLDS),
    )  # fmt: skip
    keep = rng.integers(0, WHOLE, (2, 3, 2, TYPES * VARIANTS)).astype(np.uint32)  # worn and failing ones are one
    first = rng.integers(0, WHOLE, (2, TYPES)).astype(np.uint32)
    screen = Screen(keep, first, np.zeros((3, 4), np.uint32), np.zeros((3, 3), np.uint32))
    classes = rng.integers(28, 33, size).astype(np.int8)
    listed = np.sort(rng.permutation(size)[:15])
    ended, leaving = rng.permutation(size)[:10], rng.permutation(size)[:10]
    layers = Layers(np.array([0, HOUSEHOLDS]), HOUSEHOLDS, place, 5)
    s = shuffle(np.uint32(seed), 5, 2)
    return MONTH, layers, s, goods, owners, screen, VARIANTS, classes, ranks, listed, ended, leaving


@pytest.mark.parametrize("ranks", [0, 1, 7, 20, 32, 99])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_blocks_call_up_whom_ranks_call_up_one_by_one(seed: int, ranks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    smaller("sim.behaviour.call_up.BLOCK", 6, monkeypatch)
    given = street(seed, ranks)
    fast, plain = [(np.zeros(200, np.int64), np.zeros(200, np.int8), np.zeros(200, np.uint32)) for _ in range(2)]
    found = call_up(*given, *fast)
    assert found == plain_call_up(*given, *plain)
    for column, other in zip(fast, plain, strict=True):
        assert column[:found].tolist() == other[:found].tolist()
    assert found > 0
    if ranks == 32:
        assert LOOKS in fast[1][:found]
        assert {MUST, LEAVES} & set(fast[1][:found].tolist())


def test_what_ends_must_be_replaced_and_who_dissolves_leaves() -> None:
    goods = good_columns(6, variant=[0, 0, EMPTY, 0, 0, 0], end=[100, 101, 90, 99, 150, 100], owner=[0, 0, 0, 1, 1, 2])
    owners = owner_columns(3, until_month=[NEVER, 100, 101])
    slots, reasons, lucks = np.zeros(9, np.int64), np.zeros(9, np.int8), np.ones(9, np.uint32)
    found = forced(MONTH, goods, owners, np.array([0, 1, 2, 3, 5]), np.array([3, 4, 2]), slots, reasons, lucks)
    assert found == 4
    assert slots[:4].tolist() == [0, 3, 5, 4]
    assert reasons[:4].tolist() == [MUST, LEAVES, MUST, LEAVES]
    assert lucks[:4].tolist() == [0] * 4


# looking -------------------------------------------------------------------------------------------------------


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


def test_the_chance_to_look_follows_the_gain() -> None:
    """Gains of -1 and 2 with margins of 1 and 0, a season of 0.5, a scale of 0.5: logits of -1 and 3."""
    out = np.zeros((1, 1, 2), dtype=np.uint32)
    thresholds(np.array([[[-1.0, 2.0]]]), np.array([1.0, 0.0]), 0.5, 0.5, out)
    assert (out[0, 0] / (WHOLE - 1)).tolist() == pytest.approx([1 / (1 + np.e), 1 / (1 + np.exp(-3.0))], abs=1e-9)
    first = np.zeros(2, dtype=np.uint32)
    nests = np.array([[0.0, np.log(3.0), 50.0], [1.0, -1e30, 50.0]])  # the last one is to buy nothing
    look_first(nests, np.array([0.0, 0.5]), np.array([np.log(4.0), 1.5]), 0.5, first)
    assert (first / (WHOLE - 1)).tolist() == pytest.approx([0.5, 1 / (1 + np.exp(2.0))], abs=1e-9)


def looked(**said: Any) -> list[tuple[int, int]]:
    """(slot, reason) of the only good, or of the empty slot, of an owner who is there."""
    given: dict[str, Any] = {"keep": 0, "first": 0, "fail": 0, "mark": PRESENT, "bound": -1, "retirement": 9_999, "good": {}}
    given |= said
    goods = good_columns(
        2, **({"variant": [0, EMPTY], "owner": [0, 0], "type": [0, 1], "registered": 1000, "vintage": 1} | given["good"])
    )
    keep = np.zeros((2, 2, 2, 4), dtype=np.uint32)
    keep[:, :, :, :] = given["keep"]
    first, fail = np.full((2, 2), given["first"], dtype=np.uint32), np.full((2, 4), given["fail"], dtype=np.uint32)
    screen = Screen(keep, first, fail, keep.max(axis=(0, 3)).T.copy())
    slots, reasons, lucks = np.zeros(9, np.int64), np.zeros(9, np.int8), np.zeros(9, np.uint32)
    found = look(
        MONTH, np.uint32(5), np.uint32(6), goods, np.array([given["mark"]], dtype=np.int8), screen, np.array([False, True]),
        np.array([0, 1]), np.full((2, 2), given["retirement"]), 3000, 1, 2, given["bound"], slots, reasons, lucks,
    )  # fmt: skip
    for n in range(found):
        assert lucks[n] == bits(np.uint32(5), goods.id[slots[n]])
    return [(int(slots[n]), int(reasons[n])) for n in range(found)]


MINE, NEXT = int(bits(np.uint32(5), 0)), int(bits(np.uint32(5), 1))
INSPECTED = int(bits(np.uint32(6), 0))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, []),
        ({"keep": MINE}, []),
        ({"keep": MINE + 1}, [(0, LOOKS)]),
        ({"first": NEXT}, []),
        ({"first": NEXT + 1}, [(1, LOOKS)]),
        ({"first": NEXT + 1, "good": {"variant": [EMPTY, EMPTY]}}, []),
        ({"first": 2**32 - 1, "good": {"variant": [EMPTY, 0]}}, [(0, LOOKS)]),
        ({"mark": EVENT}, [(0, LOOKS), (1, LOOKS)]),
        ({"mark": 4 + EVENT}, [(0, LOOKS), (1, LOOKS)]),
        ({"mark": LAST}, [(0, LEAVES)]),
        ({"mark": LAST, "first": 2**32 - 1}, [(0, LEAVES)]),
        ({"mark": LAST, "good": {"variant": [EMPTY, 0]}}, [(1, LEAVES)]),
        ({"mark": LAST, "first": 2**32 - 1, "good": {"variant": [EMPTY, 0]}}, [(1, LEAVES)]),
        ({"good": {"variant": [0, 0], "end": [101, 100]}}, [(1, MUST)]),
        ({"good": {"variant": [0, 0], "end": [101, 100]}, "bound": 1}, [(1, MUST)]),
        ({"mark": ABSENT, "keep": 2**32 - 1, "first": 2**32 - 1}, []),
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
    assert looked(**said) == found


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
