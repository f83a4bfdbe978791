"""All vintages at once say what one age after the other does, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from engine import small_case, small_owning

from sim.behaviour.value import Acting, Terms, gain_rows, option_rows
from sim.behaviour.vintages_at_once import all_states, gain_step, option_step


@pytest.mark.parametrize("granted", [[True, True, True], [False, False, False], [True, False, True]])
def test_gains_and_options_are_those_of_one_age_after_the_other(granted: list[bool]) -> None:
    rng, own = np.random.default_rng(7), small_owning()
    routes, lanes = small_case(own).routes, own.flow.shape[2]
    acting = Acting(*rng.normal(size=(7, lanes)))._replace(fresh=rng.random(lanes), other=rng.random(lanes))
    more = 1.0 + rng.random((3, 3, lanes))
    terms = Terms(np.zeros((3, lanes)), np.zeros((3, lanes)), more[0], more[1], more[2], np.array(granted))
    ages = np.array([4, 0, 2])
    keep = rng.normal(size=(3, 3, lanes))
    inside = keep + rng.random(keep.shape)
    gain, W, room = np.empty_like(keep), np.empty((3, 2, 3, lanes)), all_states(keep.size)
    gain_step(own, routes, acting, ages, terms, inside, room, gain)
    expected, wanted = np.empty_like(keep), np.empty_like(W)
    for b, a in enumerate(ages):
        gain_rows(own, acting, routes, a, granted[b], more[0, b], more[1, b], more[2, b], inside[b], expected[b])
    assert np.array_equal(gain, expected)
    option_step(own, acting, keep, inside, gain, room, W)
    for b in range(3):
        option_rows(own, acting, expected[b], keep[b], inside[b], wanted[b])
    assert np.array_equal(W, wanted)
    assert np.array_equal(gain, expected)
