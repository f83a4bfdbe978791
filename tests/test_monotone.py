"""More money never means fewer claims; stricter conditions never let anybody in."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from model_settings import finish, small
from numpy.typing import NDArray

from sim.clock import day_number, parse_month
from sim.compile import kernel
from sim.model import TradeInModel
from sim.policy.calendar import Calendar
from sim.policy.rules import ROUTE_ANY, Entitlements
from sim.rules.columns import EMPTY, GoodColumns
from sim.rules.eligibility import eligible_old
from sim.rules.value import Ints
from sim.settings import Settings

SEEDS = range(1, 21)
WINDOW = ("clock.start=2024-08", "clock.end=2024-11", "pots.trade_in.uncapped=true", "pots.truck_renewal.uncapped=true")
RAISED = (1.1, 1.2, 1.5)


@cache
def uptake(seed: int, scrappage: float, replacement: float) -> dict[str, int]:
    """Claims of each measure with these factors on the subsidies for scrapping (cars, trucks) and for replacement."""
    settings = small(
        *WINDOW,
        f"policy.car_scrappage.amount_factor={scrappage}",
        f"policy.truck_scrappage.amount_factor={scrappage}",
        f"policy.car_replacement.amount_factor={replacement}",
        scale=0.03,
    )
    claims = finish(settings, seed).result.uptake.groupby("measure")["claims"].sum()
    return {str(measure): int(count) for measure, count in claims.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_higher_subsidy_never_lowers_uptake(seed: int) -> None:
    before = uptake(seed, 1.0, 1.0)
    assert before["car_scrappage"] > 0
    assert before["car_replacement"] > 0
    for factor in RAISED:
        scrappage, replacement = uptake(seed, factor, 1.0), uptake(seed, 1.0, factor)
        assert scrappage["car_scrappage"] >= before["car_scrappage"], factor
        assert scrappage.get("truck_scrappage", 0) >= before.get("truck_scrappage", 0), factor
        assert replacement["car_replacement"] >= before["car_replacement"], factor


@pytest.mark.parametrize("measure", ["car_scrappage", "car_replacement", "truck_scrappage"])
def test_over_all_seeds_a_higher_subsidy_raises_uptake(measure: str) -> None:
    def total(factor: float) -> int:
        raised = (factor, 1.0) if measure.endswith("scrappage") else (1.0, factor)
        return sum(uptake(seed, *raised).get(measure, 0) for seed in SEEDS)

    claims = [total(factor) for factor in (1.0, *RAISED)]
    assert claims == sorted(claims)
    assert claims[-1] > claims[0]


# eligibility ---------------------------------------------------------------------------------------------------


@kernel
def _count_eligible(ent: Entitlements, m: int, goods: GoodColumns, fuel: Ints, use: Ints, day: int, out: Ints) -> None:
    for i in range(goods.variant.size):
        v = goods.variant[i]
        if v != EMPTY and eligible_old(
            ent, m, v, fuel[v], goods.registered[i], goods.emission[i], goods.owned_since[i], use[goods.type[i]], day
        ):
            out[i] += 1


@cache
def district() -> TradeInModel:
    return TradeInModel(small("clock.start=2024-01", "clock.end=2024-12", scale=0.05), 1)


def eligible(settings: Settings, product: str, day: str) -> NDArray[np.bool_]:
    """Goods of the district that open any subsidy for old goods on a day, with the rules of the settings."""
    sector = district().sectors[product]
    month = parse_month(day[:7])
    ent = Calendar(settings.policy, product, settings.products[product]).rules(month, month).entitlements
    found = np.zeros(sector.goods.variant.size, dtype=np.int64)
    for m in np.flatnonzero(ent.route != ROUTE_ANY):
        number = day_number(np.datetime64(day).item())
        _count_eligible(ent, m, sector.goods, sector.catalogue.fuel, sector.catalogue.use, number, found)
    return found > 0


@pytest.mark.parametrize("day", ["2024-05-10", "2024-08-20", "2025-03-01", "2026-03-01"])
@pytest.mark.parametrize("years", [-0.5, -1.0, -3.0])
def test_an_earlier_cut_off_never_adds_an_eligible_car(day: str, years: float) -> None:
    alone = ("policy.car_replacement.enabled=false",)
    before = eligible(small(*alone), "car", day)
    lever = (f"policy.car_scrappage.cutoff_shift_years={years}",)
    stricter, looser = eligible(small(*alone, *lever), "car", day), eligible(
        small(*alone, f"policy.car_scrappage.cutoff_shift_years={-years}"), "car", day
    )
    assert not (stricter & ~before).any()
    assert not (before & ~looser).any()
    assert before.any()
    assert stricter.sum() < before.sum() < looser.sum() or day.startswith("2024")


@pytest.mark.parametrize(
    ("product", "measure", "version", "day", "change"),
    [
        ("car", "car_scrappage", "v2024b", "2024-09-10", {"owned_before": "2020-07-25"}),
        ("car", "car_scrappage", "v2025", "2025-09-10", {"registered_by": {"petrol": "2010-06-30"}}),
        ("car", "car_replacement", "v2025", "2025-09-10", {"owned_before": "2022-01-08"}),
        ("car", "car_replacement", "v2025", "2025-09-10", {"age_min": 3.0}),
        ("car", "car_replacement", "v2025", "2025-09-10", {"fuels": ["petrol"]}),
        ("truck", "truck_scrappage", "v2025", "2025-09-10", {"emission_max": {"diesel": 3}}),
        ("truck", "truck_scrappage", "v2025", "2025-09-10", {"sizes": ["heavy"]}),
        ("truck", "truck_scrappage", "v2025", "2025-09-10", {"age_min": 8.0}),
    ],
)
def test_every_condition_narrows(product: str, measure: str, version: str, day: str, change: dict[str, object]) -> None:
    settings = small()
    others = {name: m.model_copy(update={"enabled": False}) for name, m in settings.policy.items() if name != measure}
    terms = settings.policy[measure]

    def with_old(update: dict[str, object]) -> Settings:
        given = terms.model_dump()
        given["versions"][version]["old"].update(update)
        return settings.model_copy(update={"policy": others | {measure: type(terms).model_validate(given)}})

    before, stricter = eligible(with_old({}), product, day), eligible(with_old(change), product, day)
    assert not (stricter & ~before).any()
    assert 0 < stricter.sum() < before.sum()
