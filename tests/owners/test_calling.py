"""Calling up by streaming over bounds: the same slots, reasons and luck as if every one of them had been asked."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from made_columns import good_columns, owner_columns
from model_settings import district, offered
from reference.calling import as_called, believes, call_up, row_luck

from sim.behaviour.attention import Entering, LookingLuck, Screen
from sim.behaviour.call_up import by_month
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.layers import Layers
from sim.behaviour.offers import Heard
from sim.codes import EMPTY, LEAVES, LOOKS, MUST, NEVER
from sim.model import TradeInModel
from sim.model.deciding import decide, work_out
from sim.model.month import Considered
from sim.numerics.luck import Event
from sim.owners.agenda import Agenda, DueDates, Found, bounds_of, room_for

MONTH, VARIANTS, TYPES, HOUSEHOLDS = 100, 2, 2, 6000
FIRST_VINTAGE, WHOLE, CERTIFIED_FROM = 76, 2**32, 3000


# a street of made-up households --------------------------------------------------------------------------------


def chances(rng: np.random.Generator, *shape: int) -> Any:
    """Chances as 32-bit numbers: most are small, some next to certain."""
    return np.minimum(WHOLE * rng.random(shape) ** 6, WHOLE - 1).astype(np.uint32)


def street(seed: int) -> tuple[GoodColumns, OwnerColumns, Layers, dict[int, Any]]:
    """Six thousand households with two layers of slots, some of them not there."""
    rng = np.random.default_rng(seed)
    second = np.sort(rng.permutation(HOUSEHOLDS)[:3500])
    size = HOUSEHOLDS + second.size
    place = np.full((2, HOUSEHOLDS), -1, dtype=np.int32)
    place[0], place[1, second] = np.arange(HOUSEHOLDS), HOUSEHOLDS + np.arange(second.size)
    month = rng.integers(70, MONTH, size)
    worn = rng.integers(95, 112, size)
    goods = good_columns(
        size, id=rng.permutation(size), owner=[*range(HOUSEHOLDS), *second], variant=rng.integers(-1, VARIANTS, size),
        type=rng.integers(0, TYPES, size), registered=(month + rng.random(size)) * 30.4375,
        vintage=np.clip((month - FIRST_VINTAGE) // 6, 0, 3), worn=worn, failing=worn + rng.integers(0, 9, size),
        end=rng.integers(97, 125, size), shopping=rng.random(size) < 0.3,
        scrapped=rng.integers(-1, VARIANTS, size), scrapped_on=rng.integers(CERTIFIED_FROM - 50, CERTIFIED_FROM + 50, size),
    )  # fmt: skip
    until = rng.choice([NEVER, NEVER, NEVER, MONTH, MONTH + 1, MONTH - 1], HOUSEHOLDS)
    goods.variant[until[goods.owner] < MONTH] = EMPTY  # they have left, and taken nothing along
    owners = owner_columns(
        HOUSEHOLDS, km_class=rng.integers(0, 2, HOUSEHOLDS), from_month=rng.choice([0, 0, 0, MONTH, MONTH + 1], HOUSEHOLDS),
        until_month=until,
    )  # fmt: skip
    leaving = {m: np.flatnonzero(until == m) for m in (MONTH, MONTH + 1)}
    return goods, owners, Layers(np.array([0, HOUSEHOLDS]), place), leaving


def screen_and_entry(seed: int) -> tuple[Screen, Entering]:
    """Two beliefs, held by about half of the owners each, two classes of owners, five vintages, three conditions."""
    rng = np.random.default_rng(seed)
    keep, first = chances(rng, 2, 2, 5, 3, TYPES * VARIANTS), chances(rng, 2, 2, 2, TYPES)
    held, most = chances(rng, 2, 5, 3, TYPES * VARIANTS), np.zeros((3, 5), np.uint32)
    heard = Heard(np.array([11, 12], dtype=np.uint32), np.array([0.3, 0.3]))
    entry = Entering(held, chances(rng, 2, TYPES), most, heard, 0.4, 0.0, np.uint32(0.1 * WHOLE), FIRST_VINTAGE)
    return Screen(keep, first, CERTIFIED_FROM, np.zeros((5, 4), np.uint32)), entry


def turn(month: int, goods: GoodColumns, found: Found, rng: np.random.Generator) -> tuple[Any, Any]:
    """What a month may do to the slots found: who turns turns, some of those who look buy, what ends goes."""
    goods.shopping[found.turned] ^= 1
    acts = found.slots[(found.reasons != LOOKS) | (rng.random(found.slots.size) < 0.5)]
    goods.variant[acts] = rng.integers(-1, VARIANTS, acts.size)
    goods.variant[found.slots[found.reasons == LEAVES]] = EMPTY
    goods.shopping[acts] = 0
    goods.vintage[acts], goods.registered[acts] = 3, round((month - 2) * 30.4375)
    goods.worn[acts], goods.failing[acts], goods.end[acts] = month + 1, month + 2, month + 1 + acts % 4
    return acts, np.concatenate([acts, found.turned])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_streaming_calls_up_whom_asking_everyone_calls_up(seed: int) -> None:
    """Over five months between two reviews, with chances below what the review reckoned with, and goods that change."""
    goods, owners, layers, leaving = street(seed)
    screen, entry = screen_and_entry(seed)
    agenda, rng = Agenda(layers, goods, leaving, VARIANTS, range(MONTH, MONTH + 6)), np.random.default_rng(seed)
    agenda.review(MONTH + 6, goods, screen, entry)
    for month in range(MONTH, MONTH + 5):
        base, keys = np.uint32(month * 7 + seed), LookingLuck(np.uint32(1), np.uint32(month), np.uint32(3), np.uint32(4))
        less = entry._replace(held=(entry.held * 0.8).astype(np.uint32)) if month > MONTH + 1 else entry
        expected = call_up(month, int(base), keys, goods, owners, owners.km_class, screen, less, VARIANTS)
        room = room_for(goods.variant.size)
        found = agenda.find(month, base, keys, goods, owners, owners.km_class, screen, less, room)
        assert as_called(*found) == expected
        assert (np.diff(found.slots) > 0).all(), "in the order of memory, nobody twice"
        assert (np.bincount(found.reasons, minlength=3)[1:] > 10).all()
        looking = goods.id[found.slots[found.reasons == LOOKS]].tolist()
        assert min(np.bincount([believes(entry.heard, who) for who in looking], minlength=2)) > 10
        inside = goods.shopping[found.turned]
        assert min((inside == 0).sum(), (inside == 1).sum()) > 10, "some enter, some lose interest"
        out = (goods.shopping == 0) & (goods.end > month) & (owners.until_month[goods.owner] > month)
        assert set(found.slots[out[found.slots]].tolist()) <= set(found.turned.tolist()), "who looks is in the market"
        agenda.note(*turn(month, goods, found, rng), goods)


def test_goods_that_begin_to_fail_bring_their_share_of_owners_into_the_market() -> None:
    goods, owners, layers, _ = street(4)
    screen, entry = screen_and_entry(4)
    owners.from_month[:], owners.until_month[:], goods.end[:], goods.shopping[:] = 0, NEVER, NEVER, 0
    nobody = entry._replace(held=np.zeros_like(entry.held), first=np.zeros_like(entry.first))
    agenda = Agenda(layers, goods, {}, VARIANTS, range(MONTH, MONTH + 6))
    agenda.review(MONTH + 6, goods, screen, nobody)
    keys = LookingLuck(np.uint32(1), np.uint32(2), np.uint32(3), np.uint32(4))
    quiet = nobody._replace(lost=np.uint32(0))
    room = room_for(goods.variant.size)
    turned = agenda.find(MONTH, np.uint32(9), keys, goods, owners, owners.km_class, screen, quiet, room).turned
    begin = np.flatnonzero((goods.failing == MONTH) & (goods.variant != EMPTY))
    assert set(turned.tolist()) <= set(begin.tolist())
    assert abs(turned.size - 0.4 * begin.size) < 4.0 * np.sqrt(0.24 * begin.size)


def test_bounds_are_never_below_a_chance_of_the_slot() -> None:
    screen, entry = screen_and_entry(5)
    bounds, lost = bounds_of(screen, entry), int(entry.lost)
    for b in range(5):
        for c in range(3):
            up_to = slice(0, c + 1)
            buy = screen.keep[:, :, b, up_to].max(axis=(0, 1, 2)).astype(np.int64) + lost
            enter = entry.held[:, b : b + 2, up_to].max(axis=(0, 1, 2))
            np.testing.assert_array_equal(bounds.buy[b, c], np.minimum(buy >> 16, 65535))
            np.testing.assert_array_equal(bounds.enter[b, c], enter >> 16)
    np.testing.assert_array_equal(
        bounds.buy_first, np.minimum((screen.first.max(axis=(0, 1, 2)).astype(np.int64) + lost) >> 16, 65535)
    )
    np.testing.assert_array_equal(bounds.enter_first, entry.first.max(axis=0) >> 16)


# calendars -----------------------------------------------------------------------------------------------------


def test_ends_are_sorted_by_month() -> None:
    variant = np.array([0, -1, 0, 0, 0], dtype=np.int8)
    ends = np.array([402, 401, 400, 399, 500], dtype=np.int16)
    starts, slots = by_month(variant, ends, 400, 3)
    assert starts.tolist() == [0, 2, 2, 3]
    assert slots.tolist() == [2, 3, 0]


def test_dates_that_are_noted_later_come_up_in_their_month_once() -> None:
    dates = DueDates(np.zeros(4, np.int8), np.array([401, 400, 402, 400], np.int16), range(400, 404))
    assert dates.of(400).tolist() == [1, 3]
    dates.note(np.array([3, 1, 2]), np.array([402, 403, 404], np.int16))
    dates.note(np.array([0, 2]), np.array([402, 402], np.int16))
    assert dates.of(401).tolist() == [0]
    assert dates.of(402).tolist() == [0, 2, 3]
    assert dates.of(403).tolist() == [1], "what comes after the last month is left out"


# the model's own -----------------------------------------------------------------------------------------------


@cache
def model() -> TradeInModel:
    """A district after half a year."""
    run = TradeInModel(district("clock.end=2024-12"), 1)
    for _ in range(6):
        run.step()
    return run


@cache
def months() -> dict[str, Considered]:
    """The next month, as far as it is known who is worked out."""
    return model().fail_and_consider(offered(model()))


def test_in_every_category_some_look_and_some_enter_and_lose_interest() -> None:
    lost = 0
    for name in ("refrigerator", "air_conditioner", "phone", "dishwasher"):
        found, shopping = months()[name].found, model().categories[name].goods.shopping
        assert (found.reasons == LOOKS).any(), name
        assert (shopping[found.turned] == 0).any(), name
        lost += int((shopping[found.turned] == 1).sum())
    assert lost > 20


@pytest.mark.parametrize("name", ["refrigerator", "air_conditioner", "phone", "watch", "e_bike"])
def test_the_screen_turns_no_owner_in_the_market_away_who_would_act(name: str) -> None:
    """Whatever the class of means: all who are in the market are worked out with the luck that is theirs."""
    category, month = model().categories[name], months()[name]
    goods, owners, decided = category.goods, category.owners, decide(category, month)
    here = (owners.from_month <= month.number) & (owners.until_month > month.number)
    ended = (goods.variant != EMPTY) & (goods.end <= month.number)
    slots = np.flatnonzero((goods.shopping == 1) & here[goods.owner] & ~ended)
    base = int(category.luck.key(Event.CALL, month.number))
    lucks = np.array([row_luck(base, int(i)) for i in slots], dtype=np.uint32)
    everybody = Found(slots, np.full(slots.size, LOOKS, dtype=np.int8), lucks, slots[:0])
    acted = work_out(category, month, everybody, decided.offers, decided.keys).slot
    assert 20 < acted.size < 0.5 * slots.size
    assert set(acted.tolist()) <= set(month.found.slots.tolist())


@pytest.mark.parametrize("name", ["refrigerator", "air_conditioner", "phone"])
def test_every_good_that_ends_is_called(name: str) -> None:
    category, month = model().categories[name], model().month
    found, goods = months()[name].found, category.goods
    ended = np.flatnonzero((goods.variant >= 0) & (goods.end <= month))
    assert set(ended.tolist()) <= set(found.slots[found.reasons >= MUST].tolist())
    assert ended.size > 0
    assert found.slots.size == np.unique(found.slots).size, "nobody is called twice"
