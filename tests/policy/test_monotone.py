"""More money never means fewer claims; stricter conditions never let anybody in."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pytest
from model_settings import small
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns
from sim.behaviour.value import Ints
from sim.clock import day_number, parse_month
from sim.codes import EMPTY
from sim.model import TradeInModel
from sim.numerics.compile import kernel
from sim.policy.calendar import Calendar
from sim.policy.claims import ANY_ROUTE
from sim.policy.eligibility import Held, condition, meets
from sim.policy.entitlements import Entitlements
from sim.runs.once import forget
from sim.settings import Settings

SEEDS = range(1, 21)
WINDOW = ("clock.start=2024-09", "clock.end=2024-12", "pots.trade_in.uncapped=true", "pots.truck_renewal.uncapped=true")
"""All that was left of the subsidies of 2024; nothing new was heard in these months."""
RAISED = (1.1, 1.2, 1.5)
SUBSIDIES = {"car_scrappage": ("car", 0.1), "car_replacement": ("car", 0.04), "truck_scrappage": ("truck", 0.4)}
"""Product and share of the district; few trucks are renewed."""


@cache
def uptake(seed: int, measure: str, factor: float) -> int:
    """Claims of a measure with its amounts times a factor."""
    product, scale = SUBSIDIES[measure]
    settings = small(*WINDOW, f"policy.{measure}.amount_factor={factor}", scale=scale)
    model = TradeInModel(settings.model_copy(update={"products": {product: settings.products[product]}}), seed)
    claims = 0
    for _ in range(settings.clock.months):
        model.step()
        category = model.categories[product]
        rows = [q for q, (name, _) in enumerate(category.calendar.versions) if name == measure]
        claims += int(model.history.months[product][-1].tally.claims[rows].sum())
    forget(model)
    return claims


@pytest.mark.parametrize("measure", SUBSIDIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_higher_subsidy_lowers_uptake_by_no_more_than_it_stirs_up(seed: int, measure: str) -> None:
    """Under common luck, within a standard deviation of the claims.

    Whoever moves changes used prices and what neighbours see, and by that single claims of others; and who has lost a car has
    more reason to wait for the right one, with the certificate at hand, beyond the months that are counted.
    """
    claims = uptake(seed, measure, 1.0)
    assert claims > 0
    for factor in RAISED:
        assert uptake(seed, measure, factor) >= claims - np.sqrt(claims), factor


@pytest.mark.parametrize("measure", SUBSIDIES)
def test_over_all_seeds_each_rise_raises_uptake(measure: str) -> None:
    claims = [sum(uptake(seed, measure, factor) for seed in SEEDS) for factor in (1.0, *RAISED)]
    assert claims == sorted(set(claims))


# eligibility ---------------------------------------------------------------------------------------------------


@kernel
def _count_eligible(ent: Entitlements, m: int, goods: GoodColumns, fuel: Ints, use: Ints, day: int, out: Ints) -> None:
    row = condition(ent, m)
    for i in range(goods.variant.size):
        v = goods.variant[i]
        if v == EMPTY:
            continue
        old = Held(v, fuel[v], goods.registered[i], goods.emission[i], goods.owned_since[i], use[goods.type[i]])
        if meets(row, old, day):
            out[i] += 1


@cache
def district() -> TradeInModel:
    return TradeInModel(small("clock.start=2024-01", "clock.end=2024-12", scale=0.05), 1)


def eligible(settings: Settings, product: str, day: str) -> NDArray[np.bool_]:
    """Goods of the district that open any subsidy for old goods on a day, with the rules of the settings."""
    category = district().categories[product]
    month = parse_month(day[:7])
    ent = Calendar(settings.policy, product, settings.products[product]).rules(month, month).entitlements
    found = np.zeros(category.goods.variant.size, dtype=np.int64)
    number = day_number(dt.date.fromisoformat(day))
    for m in np.flatnonzero(ent.route != ANY_ROUTE).tolist():
        _count_eligible(ent, m, category.goods, category.catalogue.fuel, category.catalogue.use, number, found)
    return found > 0


@pytest.mark.parametrize("day", ["2024-05-10", "2024-08-20", "2025-03-01", "2026-03-01"])
@pytest.mark.parametrize("years", [-0.5, -1.0, -3.0])
def test_an_earlier_cut_off_never_adds_an_eligible_car(day: str, years: float) -> None:
    alone = ("policy.car_replacement.enabled=false",)
    before = eligible(small(*alone), "car", day)
    lever = (f"policy.car_scrappage.cutoff_shift_years={years}",)
    stricter, looser = (
        eligible(small(*alone, *lever), "car", day),
        eligible(small(*alone, f"policy.car_scrappage.cutoff_shift_years={-years}"), "car", day),
    )
    assert not (stricter & ~before).any()
    assert not (before & ~looser).any()
    assert before.any()
    assert stricter.sum() < before.sum() < looser.sum()


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
        ("truck", "truck_scrappage", "v2025", "2025-09-10", {"age_min": 13.0}),
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
