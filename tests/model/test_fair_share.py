"""A pot that several categories draw on is shared out by what each asks."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.model.settling import fair_share

REFUSES, WAITS = np.zeros(1, np.int8), np.ones(1, np.int8)


def in_turn(left: int, asked: list[int], waits: np.ndarray) -> list[int]:
    """What each category may draw on, if each takes all that it asks for as far as it may."""
    given, rest = [], float(sum(asked))
    for wish in asked:
        part = int(fair_share(np.array([left]), np.array([float(wish)]), np.array([rest]), waits)[0])
        given.append(min(part, wish))
        left, rest = left - given[-1], rest - wish
    return given


def test_enough_for_all_is_shared_by_nobody() -> None:
    assert in_turn(100, [30, 70], REFUSES) == [30, 70]


def test_a_short_pot_is_shared_in_proportion_whoever_comes_first() -> None:
    assert in_turn(60, [30, 90], REFUSES) == [15, 45]
    assert in_turn(60, [90, 30], REFUSES) == [45, 15]


def test_a_category_alone_may_draw_on_everything() -> None:
    assert in_turn(60, [0, 90, 0], REFUSES) == [0, 60, 0]


def test_where_claims_wait_nothing_is_shared_out() -> None:
    assert in_turn(60, [30, 90], WAITS) == [30, 30]


@given(left=st.integers(0, 10**12), asked=st.lists(st.integers(0, 10**10), min_size=1, max_size=8))
def test_a_pot_is_never_overdrawn_and_hardly_anything_is_left_over(left: int, asked: list[int]) -> None:
    given = in_turn(left, asked, REFUSES)
    assert sum(given) <= left
    assert sum(given) >= min(left, sum(asked)) - len(asked)
