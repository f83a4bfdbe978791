"""A certificate of scrapping: who may claim with it, and what one who may get it can count on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from model_settings import small
from numpy.typing import NDArray
from reference.chance import derived

from sim.clock import day_number, first_day, parse_month
from sim.codes import NO_ROUTE
from sim.model import TradeInModel
from sim.model.category import Category
from sim.numerics.luck import Event, uniforms
from sim.owners.certificates import Floats, Later, later_purchases
from sim.policy.entitlements import Entitlements
from sim.policy.tables import FOREVER
from sim.runs.once import forget
from sim.runs.result import tabulate
from sim.settings import Settings

SCALE = 0.5
MONTHS = ("clock.start=2024-01", "clock.end=2024-12")


def with_certificates(kept: bool) -> Settings:
    """A year of the subsidy, with scrapping before the purchase allowed or not."""
    settings = small(*MONTHS, "events=true", scale=SCALE)
    measure = settings.policy["car_scrappage"]
    versions = {name: v.model_copy(update={"scrapped_before": kept}) for name, v in measure.versions.items()}
    return settings.model_copy(
        update={"policy": {**settings.policy, "car_scrappage": measure.model_copy(update={"versions": versions})}}
    )


def events(settings: Settings) -> pd.DataFrame:
    model = TradeInModel(settings, 1)
    for _ in range(settings.clock.months):
        model.step()
    cars = tabulate(model).events.query("good == 'car'")
    forget(model)
    return cars


@pytest.fixture(scope="module")
def both() -> dict[bool, pd.DataFrame]:
    return {kept: events(with_certificates(kept)) for kept in (True, False)}


def claims_without_old(cars: pd.DataFrame) -> pd.DataFrame:
    return cars[(cars["measure"].astype(str) == "car_scrappage") & (cars["route"] == NO_ROUTE)]


def test_who_has_scrapped_before_claims_with_the_purchase(both: dict[bool, pd.DataFrame]) -> None:
    claims = claims_without_old(both[True])
    assert len(claims) >= 5
    assert claims["new"].all()
    assert (claims["old_variant"] >= 0).all()
    assert (claims["scrapped_on"] >= day_number(dt.date(2024, 4, 24))).all(), "before the window began no scrapping counts"
    assert (claims["scrapped_on"] <= claims["day"]).all()
    assert (claims["old_emission"] <= 3).all()
    scrapped = both[True].query("route == 1 and variant < 0").set_index("slot")
    for row in claims.itertuples():
        earlier = scrapped.loc[[row.slot]].iloc[-1]
        assert (earlier["day"], earlier["old_variant"]) == (row.scrapped_on, row.old_variant)


def test_each_certificate_counts_once(both: dict[bool, pd.DataFrame]) -> None:
    claims = claims_without_old(both[True])
    assert not claims.duplicated(["slot", "scrapped_on"]).any()


def test_without_the_rule_nobody_claims_for_what_is_gone(both: dict[bool, pd.DataFrame]) -> None:
    assert claims_without_old(both[False]).empty
    claimed = [int((cars["measure"].astype(str) == "car_scrappage").sum()) for cars in both.values()]
    assert claimed[0] > claimed[1]


def test_the_rule_moves_nothing_before_it_can_be_known(both: dict[bool, pd.DataFrame]) -> None:
    until = parse_month("2024-03")
    with_rule, without = (cars[cars["month"].astype(str).map(parse_month) <= until] for cars in both.values())
    pd.testing.assert_frame_equal(with_rule, without)


# what can be counted on ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def september() -> Iterator[tuple[TradeInModel, Later]]:
    model = TradeInModel(small("clock.start=2024-01", "clock.end=2024-12", scale=0.02), 1)
    for _ in range(9):
        model.step()
    standing = model.categories["car"].state.standing
    assert standing is not None
    yield model, later_purchases(model.categories["car"].outlook, standing.circumstances, standing.expected)
    forget(model)


def test_a_purchase_to_come_is_likelier_than_one_month_can_make_it_and_less_than_sure(
    september: tuple[TradeInModel, Later],
) -> None:
    model, later = september
    standing = model.categories["car"].state.standing
    assert standing is not None
    counting = standing.rules.entitlements.scrapped_from < FOREVER
    assert counting.any()
    assert not later.chance[~counting].any()
    assert (later.chance[counting] > 0.0).all()
    assert (later.chance[counting] < 1.0).all()
    assert (later.fen[counting] <= 2_000_000).all()
    assert (later.fen[counting] > 1_000_000).all(), (
        "15,000 yuan for a car with an engine, 20,000 for an NEV, nothing for a large one"
    )


def test_a_purchase_to_come_is_reckoned_with_by_those_who_know_of_the_subsidy(september: tuple[TradeInModel, Later]) -> None:
    model, later = september
    standing = model.categories["car"].state.standing
    assert standing is not None
    uninformed, informed = standing.expected.beliefs
    for belief, same in ((informed, True), (uninformed, False)):
        expected = replace(standing.expected, beliefs=(belief,))
        found = later_purchases(model.categories["car"].outlook, standing.circumstances, expected)
        assert bool((found.chance == later.chance).all()) == same


def knows(category: Category, aware: Floats, entitlements: Entitlements) -> NDArray[np.bool_]:
    """Who has heard of the subsidy that a certificate counts for."""
    (row, *_) = np.flatnonzero(entitlements.scrapped_from < FOREVER).tolist()
    key = derived(int(category.luck.key(Event.AWARENESS, 0)), int(entitlements.measure[row]))
    return np.asarray(uniforms(np.uint32(key), category.goods.id.astype(np.int64)) < aware[row])


def test_the_chance_is_that_of_those_who_have_lost_a_car() -> None:
    """Of those who lost a car in early 2024, scrapped it and know the subsidy, as many buy new by December as they count on."""
    model = TradeInModel(small(*MONTHS, "events=true", scale=1.0), 1)
    category = model.categories["car"]
    goods, waiting, expected = category.goods, list[int](), 0.0
    for month in range(12):
        model.step()
        standing = category.state.standing
        assert standing is not None
        if month >= 6 or not (standing.rules.entitlements.scrapped_from < FOREVER).any():
            continue
        later = later_purchases(category.outlook, standing.circumstances, standing.expected)
        chance = later.chance[standing.rules.entitlements.scrapped_from < FOREVER].max(axis=0)
        lost = (goods.scrapped >= 0) & (goods.shopping != 0) & (goods.scrapped_on >= first_day(model.month - 1))
        lost &= (goods.emission <= 3) & (category.catalogue.fuel[goods.scrapped] < 2)
        lost &= knows(category, standing.offers.aware, standing.rules.entitlements)
        waiting += goods.id[lost].tolist()
        expected += float(chance[goods.type[lost]].sum())
    cars = tabulate(model).events.query("good == 'car'")
    forget(model)
    next_cars = cars[(cars["route"] == NO_ROUTE) & cars["slot"].isin(waiting)].drop_duplicates("slot")
    seen, count = int(next_cars["new"].sum()), len(waiting)
    assert count > 40
    assert abs(seen - expected) < 4.0 * np.sqrt(expected * (1.0 - expected / count))
