"""What a good in better condition is worth, with the shipped constants: never less, and its loss is nobody's gain.

The engine is asked for values, not for what its equations say of each other: constants that pay owners for waiting, or for
losing what they have, satisfy every equation.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.behaviour.value import Owning
from sim.codes import FAILING, SOUND, UNBORN, WORN
from sim.config import load_settings
from sim.model import TradeInModel
from sim.model.month import Offered

SLIGHT = 1.0
"""Utility, a taste shock: what type and month of a purchase add or take."""
EFFORT = 1.5
"""Of buying (``effort_keep``)."""


@pytest.fixture(scope="module")
def offered() -> dict[str, Offered]:
    settings = load_settings(["scenario=no_policy", "population.scale=0.02", "clock.end=2023-12"])
    model = TradeInModel(settings)
    return model.offer(model.price(model.announce()))


def in_the_market(month: Offered) -> np.ndarray:
    """W1 by age in months, condition and lane, as long as goods last."""
    last = int(np.argmax(month.expected.own.ends[SOUND, UNBORN:] > 0.5)) or 1
    return month.expected.informed.final.W[UNBORN : UNBORN + last, 1]


def lost(own: Owning, month: Offered) -> np.ndarray:
    """What is left to who has lost a good, by lane: to buy another one, or to look on without one."""
    nests, none = month.expected.informed.final.nests, month.expected.informed.final.nothing
    looking = own.discount * own.foresight * (own.lost * none[:, 0] + (1.0 - own.lost) * none[:, 1])
    left = np.logaddexp(np.logaddexp.reduce(nests[:, :-1], axis=1) - own.effort_keep, looking)
    return np.repeat(left, month.expected.routes.forced.size // left.size) + month.expected.routes.forced


def test_a_sounder_good_is_worth_no_less_to_owners_in_the_market(offered: dict[str, Offered]) -> None:
    for name, month in offered.items():
        worth = in_the_market(month)[12:]
        for better, worse in ((SOUND, WORN), (WORN, FAILING)):
            least = float((worth[:, better] - worth[:, worse]).min())
            assert least > -SLIGHT, f"{name}: the worse one is worth {-least:.2f} more"


def test_the_end_of_a_sound_good_is_no_windfall(offered: dict[str, Offered]) -> None:
    for name, month in offered.items():
        least = float((in_the_market(month)[12:, SOUND] - lost(month.expected.own, month)).min())
        assert least > -EFFORT, f"{name}: who loses it gains {-least:.2f}"


def test_nobody_who_has_none_buys_at_less_effort_than_an_owner(offered: dict[str, Offered]) -> None:
    for month in offered.values():
        assert (month.expected.own.effort_first >= month.expected.own.effort_keep).all()
