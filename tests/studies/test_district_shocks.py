"""Districts that are to be summed into a province live in one nation, each with luck of its own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from sim.clock import MONTHS_A_YEAR
from sim.config import load_settings
from sim.model import TradeInModel
from sim.model.nation import Nation, national_shocks
from sim.numerics.luck import Event, district_seed, key, uniforms
from sim.runs.draws import _entries, _ranges, draw_settings, place
from sim.schema.bricks import Quantity

DRAWS = 8


def shocks(region: str, draw: int, seed: int) -> list[Nation]:
    """Of every month after the reference year."""
    settings = draw_settings(load_settings([f"region={region}", "population.goods=vehicles"]), draw, DRAWS)
    first = settings.clock.first + MONTHS_A_YEAR
    return [national_shocks(settings, seed, month) for month in range(first, first + 24)]


@pytest.mark.parametrize("region", ["example_county", "example_city"])
def test_runs_of_two_districts_share_the_nations_shocks_draw_by_draw_and_seed_by_seed(region: str) -> None:
    here = shocks("dongchangfu", 3, 2)
    assert shocks(region, 3, 2) == here
    assert any(month.sales != 0.0 and month.nev_share != 0.0 and month.used_prices != 0.0 for month in here)
    assert shocks(region, 4, 2) != here
    assert shocks(region, 3, 1) != here


def test_what_befalls_the_people_of_two_districts_is_independent() -> None:
    lucks = [load_settings([f"region={region}"]).region.luck for region in ("dongchangfu", "example_county", "example_city")]
    assert lucks[0] == 0
    assert len(set(lucks)) == 3
    assert district_seed(7, 0) == 7, "the district that all numbers were found for keeps its luck"
    people = np.arange(20_000)
    drawn = [uniforms(key(district_seed(7, luck), Event.LIFE, 3), people) for luck in lucks]
    off = np.abs(np.corrcoef(drawn)[np.triu_indices(3, 1)])
    assert off.max() < 4.0 / np.sqrt(people.size)


def test_a_model_takes_its_districts_luck_and_the_nations_shocks_from_the_seed_of_the_run() -> None:
    words = ["population.goods=vehicles", "population.scale=0.01", "clock.end=2024-03"]
    settings = draw_settings(load_settings(["region=example_county", *words]), 3, DRAWS)
    model = TradeInModel(settings, seed=5)
    assert model.luck_seed == district_seed(5, settings.region.luck) != 5
    model.month = settings.clock.first + MONTHS_A_YEAR
    assert model.nation == national_shocks(settings, 5, model.month)


@pytest.mark.parametrize("region", ["example_county", "example_city"])
def test_inputs_that_two_districts_share_are_drawn_alike(region: str) -> None:
    ours, theirs = (load_settings([f"region={name}"]) for name in ("dongchangfu", region))
    here, there = (dict(_ranges(settings, "")) for settings in (ours, theirs))
    shared = [path for path, number in here.items() if not path.startswith("region.") and there.get(path) == number]
    assert len(shared) > 200
    assert {path.split(".")[0] for path in shared} >= {"behaviour", "market", "money", "products", "uncertainty"}
    assert all(place(ours, path, 3, DRAWS) == place(theirs, path, 3, DRAWS) for path in shared)
    drawn = [dict(_numbers(draw_settings(settings, 3, DRAWS), "")) for settings in (ours, theirs)]
    assert [drawn[0][path].value for path in shared] == [drawn[1][path].value for path in shared]


def _numbers(node: object, path: str) -> Iterator[tuple[str, Quantity]]:
    """Every number of some settings, by its path."""
    if isinstance(node, Quantity):
        yield path, node
    elif not isinstance(node, str):
        for name, part in _entries(node):
            yield from _numbers(part, f"{path}.{name}" if path else name)
