"""Who is in the market when the clock starts: with the chance of the good's age and condition, or of having none."""

from __future__ import annotations

import numpy as np
import pytest
from made_columns import good_columns, owner_columns
from model_settings import as_expected

from sim.codes import EMPTY, NEVER, UNBORN
from sim.population.spells import draw_spells

MONTH, VARIANTS, AGES = 100, 2, 40


def table(chance: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Chance by age row, condition and lane."""
    return np.full((AGES + UNBORN, 3, 4), chance)


@pytest.mark.parametrize(
    ("age", "said", "state"),
    [
        (0, {}, (UNBORN, 0, 0)),
        (7, {"variant": 1}, (UNBORN + 7, 0, 1)),
        (7, {"type": 1, "variant": 1}, (UNBORN + 7, 0, 3)),
        (7, {"worn": MONTH}, (UNBORN + 7, 1, 0)),
        (7, {"worn": MONTH + 1}, (UNBORN + 7, 0, 0)),
        (7, {"worn": MONTH - 9, "failing": MONTH}, (UNBORN + 7, 2, 0)),
        (AGES + 30, {}, (UNBORN + AGES - 1, 0, 0)),
    ],
)
def test_the_chance_is_that_of_the_state(age: int, said: dict[str, int], state: tuple[int, int, int]) -> None:
    lying = {"variant": 0, "registered": round((MONTH - age + 0.5) * 30.4375)}
    for within, expected in ((1.0, 1), (0.0, 0)):
        share, goods = table(1.0 - within), good_columns(3, **(lying | said))
        share[state] = within
        draw_spells(np.uint32(1), MONTH, goods, owner_columns(3), VARIANTS, share, np.full(2, 1.0 - within))
        assert goods.shopping.tolist() == [expected] * 3


def test_those_who_have_none_and_are_not_there_yet_stay_out() -> None:
    goods = good_columns(4, variant=EMPTY, type=[0, 1, 1, 1], shopping=1)
    owners = owner_columns(4, from_month=[0, 0, MONTH, MONTH + 1], until_month=NEVER)
    draw_spells(np.uint32(1), MONTH, goods, owners, VARIANTS, table(1.0), np.array([0.0, 1.0]))
    assert goods.shopping.tolist() == [0, 1, 1, 0]


def test_as_many_are_in_the_market_as_the_chances_say() -> None:
    rng, size = np.random.default_rng(1), 20_000
    goods = good_columns(size, variant=rng.integers(-1, 2, size), type=rng.integers(0, 2, size), registered=(MONTH - 5) * 30.5)
    share = table(0.0)
    share[:] = np.array([0.05, 0.2, 0.4, 0.9])
    first = np.array([0.3, 0.6])
    draw_spells(np.uint32(3), MONTH, goods, owner_columns(size), VARIANTS, share, first)
    held = goods.variant != EMPTY
    for k in range(2):
        for v in range(-1, 2):
            chosen = (goods.type == k) & (goods.variant == v)
            chance = first[k] if v == EMPTY else share[0, 0, 2 * k + v]
            as_expected(int(goods.shopping[chosen].sum()), np.full(int(chosen.sum()), chance))
    assert set(np.unique(goods.shopping)) == {0, 1}
    assert held.any()
