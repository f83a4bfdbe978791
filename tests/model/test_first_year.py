"""The end of the first year shows what the baseline says of it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from drawn import FIRST_YEAR, base
from model_settings import small

from sim.codes import EMPTY
from sim.model import TradeInModel

pytestmark = pytest.mark.full


@cache
def year_end() -> TradeInModel:
    """The whole district when 2023 is over, automobiles alone."""
    model = TradeInModel(small("clock.end=2023-12", scale=1.0), 1, threads=2)
    for _ in range(12):
        model.step()
    return model


@pytest.mark.parametrize(
    ("name", "product", "fuels", "least", "most"),
    [
        ("niii_passenger_cars", "car", (0, 1), 0, 3), ("niii_diesel_trucks", "truck", (1,), 0, 3),
        ("niii_nonoperating_diesel_trucks", "truck", (1,), 0, 3), ("niv_diesel_trucks", "truck", (1,), 4, 4),
    ],
)  # fmt: skip
def test_as_many_vehicles_of_old_standards_are_left_as_the_baseline_counts(
    name: str, product: str, fuels: tuple[int, ...], least: int, most: int
) -> None:
    category = year_end().categories[product]
    goods, catalogue = category.goods, category.catalogue
    counted = (goods.variant != EMPTY) & np.isin(catalogue.fuel[goods.variant], fuels)
    counted &= (goods.emission >= least) & (goods.emission <= most)
    if "nonoperating" in name:
        counted &= catalogue.use[goods.type] == 1
    assert int(counted.sum()) == pytest.approx(base(year_end(), name), rel=0.09)


@pytest.mark.parametrize("product", ["car", "truck"])
def test_vintages_are_as_frequent_as_the_table_of_vintages_says(product: str) -> None:
    """But for the year's own, which is what was sold in it: the baseline's trucks are fewer than the table's."""
    goods = year_end().categories[product].goods
    days = goods.registered[goods.variant != EMPTY].astype("timedelta64[D]") + np.datetime64("1990-01-01")
    years = days.astype("datetime64[Y]").astype(int) + 1970
    for year, share in year_end().settings.region.vintages[product].items():
        if share > 0.02 and year < FIRST_YEAR:
            assert (years == year).mean() == pytest.approx(share, rel=0.1), year
