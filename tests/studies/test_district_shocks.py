"""Districts that are to be summed into a province live in one nation."""

from __future__ import annotations

import pytest

from sim.clock import MONTHS_A_YEAR
from sim.config import load_settings
from sim.model.nation import Nation, national_shocks
from sim.runs.draws import draw_settings

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
