"""Prices by hand: paths between dated points, the local discount, used prices by age, and what each disposal route pays."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.clock import parse_month
from sim.markets.prices import LocalTerms, Paths, new_prices, price_path, quote, upto, used_prices
from sim.schema.market import PriceCut

JANUARY = parse_month("2023-01")
NONE: Mapping[str, Any] = MappingProxyType({})
STEEL = (("2023-01", 1.0), ("2024-01", 1.12), ("2025-01", 1.0))


def number(value: float) -> Any:
    return SimpleNamespace(value=value)


def paths(factor: Mapping[str, float] = NONE, cuts: Mapping[str, PriceCut] = NONE) -> Paths:
    given: Any = SimpleNamespace(
        paths={
            "steel": STEEL,
            "price_ice": (("2023-01", 1.0),),
            "price_phev": (("2023-01", 0.5),),
            "price_bev": STEEL,
            "discount_national": (("2023-01", 0.2), ("2024-01", 0.2), ("2025-01", 0.36)),
        },
        path_factor={name: number(value) for name, value in factor.items()},
        cuts=cuts,
    )
    return Paths(given)


def catalogue(**said: Any) -> Any:
    """Two variants, an ICE of 100,000 yuan and a BEV of 200,000, worth 60 and 40 per cent at every age."""
    given: dict[str, Any] = {
        "product": SimpleNamespace(price_path="", end_of_life=SimpleNamespace(parts_share=number(0.1))),
        "numbers": SimpleNamespace(scrap_mass_t=np.array([1.0, 2.0])),
        "powertrain": np.array([0, 2]),
        "list_price": np.array([100_000.0, 200_000.0]),
        "residual": np.repeat([[0.6], [0.4]], 360, axis=1),
        "band_age": np.array([12, 48]),
    }
    return SimpleNamespace(**(given | said))


@pytest.mark.parametrize(
    ("month", "value"), [(-12, 1.0), (0, 1.0), (1, 1.01), (6, 1.06), (12, 1.12), (18, 1.06), (24, 1.0), (60, 1.0)]
)
def test_a_path_runs_straight_between_its_points_and_flat_outside(month: int, value: float) -> None:
    assert paths().at("steel", JANUARY + month) == pytest.approx(value)


def test_a_factor_scales_the_departure_from_the_first_point() -> None:
    assert paths({"steel": 2.0}).at("steel", JANUARY + 12) == pytest.approx(1.24)
    assert paths({"steel": 0.0}).at("steel", JANUARY + 12) == 1.0
    assert paths({"price_phev": 2.0}).at("price_phev", JANUARY + 5) == 0.5


def test_a_cut_lowers_the_path_from_its_month_on() -> None:
    cut = paths(cuts={"steel": PriceCut(start="2023-07", rate=0.25)})
    assert cut.at("steel", JANUARY + 5) == pytest.approx(1.05)
    assert cut.at("steel", JANUARY + 6) == pytest.approx(1.06 * 0.75)
    assert cut.at("steel", JANUARY + 12) == pytest.approx(1.12 * 0.75)
    assert cut.at("price_phev", JANUARY + 12) == 0.5


def test_a_path_up_to_a_month_ends_where_it_is_then() -> None:
    points = upto(STEEL, JANUARY + 18)
    assert points[:2] == STEEL[:2]
    assert points[2:] == (("2024-07", pytest.approx(1.06)),)
    assert upto(STEEL, JANUARY + 12) == (STEEL[0], ("2024-01", 1.12)), "a point of that very month is not said twice"


def test_a_new_good_costs_its_list_price_on_its_path_less_the_discount_and_what_dealers_keep() -> None:
    found = new_prices(catalogue(), paths(), JANUARY + 12, np.array([0.1, 0.25]), np.array([0.0, 500.0]))
    assert found == pytest.approx([90_000.0, 200_000 * 1.12 * 0.75 + 500.0])


def test_a_category_may_have_one_path_for_all_its_variants() -> None:
    one = catalogue(product=SimpleNamespace(price_path="steel"))
    assert price_path(one, paths(), JANUARY + 12).tolist() == pytest.approx([1.12, 1.12])
    assert price_path(catalogue(), paths(), JANUARY + 12).tolist() == pytest.approx([1.0, 1.12])


def test_used_prices_follow_the_index_between_the_typical_ages_of_the_bands() -> None:
    """Month by month, and flat below the first typical age and above the last."""
    index = np.array([[1.0, 2.0], [9.0, 9.0], [0.5, 1.0]])
    found = used_prices(catalogue(), paths(), JANUARY + 12, index)
    assert found.shape == (2, 360)
    assert found[0, [0, 12, 30, 48, 300]].tolist() == pytest.approx([60_000.0, 60_000.0, 90_000.0, 120_000.0, 120_000.0])
    assert found[1, [0, 12, 30, 48]].tolist() == pytest.approx([0.5 * 89_600, 0.5 * 89_600, 0.75 * 89_600, 89_600.0])


def test_used_goods_get_cheaper_as_discounts_on_new_ones_deepen() -> None:
    cheaper, index = used_prices(catalogue(), paths(), JANUARY + 24, np.ones((3, 2))), np.ones((3, 2))
    assert cheaper[0, 0] == pytest.approx(60_000.0 * 0.64 / 0.8)
    assert used_prices(catalogue(), paths(), JANUARY + 12, index)[0, 0] == pytest.approx(60_000.0)


def test_residuals_are_read_at_every_month_of_age() -> None:
    falling = catalogue(residual=np.linspace(1.0, 0.0, 361)[None, :360].repeat(2, axis=0), band_age=np.array([], dtype=int))
    found = used_prices(falling, paths(), JANUARY, np.ones((3, 1)))
    assert found[0, [0, 1, 180]].tolist() == pytest.approx([100_000.0, 100_000 * (1 - 1 / 360), 50_000.0])


TERMS = LocalTerms(
    discount=np.array([0.1, 0.0]), captured=np.zeros(2), used_index=np.ones((3, 2)), bid_share=0.8, offer_per_t=2_000.0,
    offer_gain=300.0, premium=-500.0,
)  # fmt: skip


def test_what_each_disposal_route_pays() -> None:
    """Steel at 1.12: scrap is 2,240 and 4,480 yuan. A sound used car asks 60,000 and 89,600; worn 85 %, failing 55 %."""
    goods = catalogue(residual=np.repeat([[0.6], [0.4]], 360, axis=1))
    found = quote(goods, paths(), JANUARY + 12, TERMS)
    assert found.new == pytest.approx([90_000.0, 224_000.0])
    assert found.formal == pytest.approx([2_540.0, 4_780.0])
    assert found.used[:, 7] == pytest.approx([60_000.0, 89_600.0])
    assert found.sale.shape == found.informal.shape == (360, 3, 2)
    assert found.sale[7, :, 0] == pytest.approx([48_000.0, 40_800.0, 26_400.0])
    assert found.sale[7, :, 1] == pytest.approx([71_680.0, 60_928.0, 39_424.0])
    assert found.informal[7, :, 0] == pytest.approx([6_000.0, 5_100.0, 3_300.0]), "a tenth for parts"
    dear = quote(goods, paths(), JANUARY + 12, TERMS._replace(premium=3_000.0))
    assert dear.informal[7, :, 0] == pytest.approx([6_000.0, 5_240.0, 5_240.0]), "or scrap and the premium, if more"
