"""Calling up those who may look: the same slots as if every one of them had been asked."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_settings import district
from numpy.typing import NDArray

from sim.behaviour.call_up import by_month
from sim.behaviour.shuffle import at_rank, luck_at, rank_of, shuffle
from sim.codes import LOOKS, MUST
from sim.model import TradeInModel
from sim.numerics.luck import key
from sim.owners.agenda import Reach, room_for


@settings(deadline=None)
@given(base=st.integers(0, 2**32 - 1), width=st.integers(4, 24), layer=st.integers(0, 2), number=st.integers(0, 2**24 - 1))
def test_the_shuffle_can_be_followed_both_ways(base: int, width: int, layer: int, number: int) -> None:
    s = shuffle(np.uint32(base), width, 3)
    start = number & s.mask
    rank = rank_of(s.times, s.plus, s.mask, s.half, layer, start)
    assert 0 <= rank <= s.mask
    assert at_rank(s.back, s.plus, s.mask, s.half, layer, rank) == start


def test_a_shuffle_visits_everyone_once() -> None:
    s = shuffle(key(1, 19, 400), 12, 1)
    found = [at_rank(s.back, s.plus, s.mask, s.half, 0, rank) for rank in range(1 << 12)]
    assert sorted(found) == list(range(1 << 12))


def test_luck_is_even_and_of_another_month_independent() -> None:
    width, size = 14, 1 << 14
    tables = []
    for month in (400, 401):
        s = shuffle(key(1, 19, month), width, 1)
        ranks = [rank_of(s.times, s.plus, s.mask, s.half, 0, number) for number in range(size)]
        tables.append(np.array([float(luck_at(s.jitter[0], width, rank)) / 2.0**32 for rank in ranks]))
    for luck in tables:
        counts = np.histogram(luck, bins=32, range=(0.0, 1.0))[0]
        assert (counts == size // 32).all(), "a shuffle fills every stratum alike"
        neighbours = np.corrcoef(luck[:-1], luck[1:])[0, 1]
        assert abs(neighbours) < 5.0 / np.sqrt(size)
    assert abs(np.corrcoef(*tables)[0, 1]) < 5.0 / np.sqrt(size)


@cache
def model() -> TradeInModel:
    """A district after half a year."""
    run = TradeInModel(district("clock.end=2024-12"), 1)
    for _ in range(6):
        run.step()
    return run


def called(name: str, ranks: int | None) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Slots and reasons of the next month, with the bound as it was found or another one."""
    run, category = model(), model().categories[name]
    agenda, standing = category.state.agenda, category.state.standing
    assert agenda is not None
    assert standing is not None
    before, slots = agenda.reach, category.goods.variant.size
    if ranks is not None:
        agenda.reach = Reach(ranks, np.arange(slots))
    found = agenda.find(run.month, key(1, 19, 999), category.goods, category.owners, standing.screen, room_for(slots))
    agenda.reach = before
    return found.slots, found.reasons


@pytest.mark.parametrize("name", ["refrigerator", "air_conditioner", "phone", "dishwasher"])
def test_the_bound_moves_time_and_not_results(name: str) -> None:
    chosen, walking, asking = called(name, None), called(name, 1 << 30), called(name, 0)
    for other in (walking, asking):
        assert (chosen[0] == other[0]).all()
        assert (chosen[1] == other[1]).all()
    assert (chosen[1] == LOOKS).any()


@pytest.mark.parametrize("name", ["refrigerator", "air_conditioner", "phone"])
def test_every_good_that_ends_is_called(name: str) -> None:
    category, month = model().categories[name], model().month
    slots, reasons = called(name, None)
    goods = category.goods
    ended = np.flatnonzero((goods.variant >= 0) & (goods.end <= month))
    assert set(ended.tolist()) <= set(slots[reasons >= MUST].tolist())
    assert ended.size > 0
    assert slots.size == np.unique(slots).size, "nobody is called twice"


def test_ends_are_sorted_by_month() -> None:
    variant = np.array([0, -1, 0, 0, 0], dtype=np.int8)
    ends = np.array([402, 401, 400, 399, 500], dtype=np.int16)
    starts, slots = by_month(variant, ends, 400, 3)
    assert starts.tolist() == [0, 2, 2, 3]
    assert slots.tolist() == [2, 3, 0]
