"""Two scenarios share all luck that policy does not touch: a difference between them is policy, not noise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from model_settings import finish, small
from numpy.typing import NDArray

PAIRS = 20
SCALE = 0.25
"""Share of the district; the ratio of variances is the same at full scale, which takes four times as long."""
FIRST = "2024-08"
LEAST_RATIO = 50.0


def new_cars(seed: int, factor: float) -> int:
    """Passenger cars registered from the rise of the subsidies on, with their amounts times a factor."""
    settings = small(
        "clock.start=2023-01",
        "clock.end=2024-12",
        f"policy.car_scrappage.amount_factor={factor}",
        f"policy.car_replacement.amount_factor={factor}",
        scale=SCALE,
    )
    settings = settings.model_copy(update={"products": {"car": settings.products["car"]}})
    flows = finish(settings, seed).result.flows
    return int(flows[(flows["from"] == "factory") & (flows["month"] >= FIRST)]["count"].sum())


@pytest.mark.full
def test_a_small_rise_is_seen_through_the_noise() -> None:
    def all_seeds(factor: float) -> NDArray[np.int64]:
        with ThreadPoolExecutor(2) as pool:
            return np.array(list(pool.map(lambda seed: new_cars(seed, factor), range(1, PAIRS + 1))))

    before, after = all_seeds(1.0), all_seeds(1.01)
    paired, unpaired = (after - before).var(ddof=1), (np.roll(after, 1) - before).var(ddof=1)
    assert unpaired > 0.0
    assert paired * LEAST_RATIO <= unpaired
    assert (after - before).mean() > 0.0, "a rise of one percent sells cars"
    assert (after != before).any()
