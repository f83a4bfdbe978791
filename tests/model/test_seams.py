"""What owners expect depends on what they know and on nothing else: no trace of dates, horizons, or news without content."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from model_settings import flows, lawless, offered
from numpy.typing import NDArray
from policy_files import open_to_all

import sim.model.opening
import sim.owners.outlook
from sim.codes import AVERAGE_DAYS
from sim.model.trade_in_model import TradeInModel
from sim.owners.circumstances import Circumstances
from sim.owners.outlook import burden, purchase_utility
from sim.settings import Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SCALE = 0.1
MONTHS = ("clock.end=2024-12",)
ONE_OWNER = 4
"""Counts that differ if one of them acts in another month: a purchase and what leaves, in either."""
DATES = {
    "soon": ("2024-01-05", "2024-02-01", "2024-03-31"),
    "announced long before": ("2023-03-05", "2024-06-01", "2024-08-31"),
    "in a far future": ("2023-06-05", "2027-06-01", "2027-08-31"),
}


def with_one_yuan(settings: Settings, announced: str, start: str, end: str) -> Settings:
    """The same with a subsidy of one yuan for every new car and truck, to everybody."""
    return settings.model_copy(update={"policy": settings.policy | {"placebo": open_to_all(1, v1=(announced, start, end))}})


@cache
def without() -> dict[str, Ints]:
    return flows(lawless(*MONTHS, scale=SCALE))


@pytest.mark.parametrize("dates", DATES.values(), ids=DATES)
def test_a_subsidy_of_one_yuan_moves_nobody(dates: tuple[str, str, str]) -> None:
    """Under common luck: a yuan is worth a thousandth of a per cent of a taste shock, so that one choice in 100,000 turns.

    Of few trucks one owner may: this is no share of theirs."""
    found = flows(with_one_yuan(lawless(*MONTHS, scale=SCALE), *dates))
    for name, before in without().items():
        assert before.sum() > 1000
        assert np.abs(found[name] - before).sum() <= max(0.001 * before.sum(), ONE_OWNER), name


class Worth(NamedTuple):
    """What a month's purchases and a car of five years are worth, at prices that stand still."""

    purchases: Floats
    """[K, J]."""
    five_years: Floats
    """In the market [conditions, lanes]."""
    entering: Floats
    """What being in it adds [conditions, lanes]."""


@cache
def model() -> TradeInModel:
    return TradeInModel(lawless(*MONTHS, scale=0.01), 1)


@cache
def basis() -> Circumstances:
    """What owners of cars reckon with in the first month."""
    return offered(model())["car"].circumstances


def worth(month: int, keep: int = 1, at: int = 0) -> Worth:
    """As solved in ``month`` for ``keep`` months, read ``at`` months later."""
    outlook = model().categories["car"].outlook
    values = outlook.solve(replace(basis(), month=month), keep, None).informed.values
    old = outlook.vintages.of_ages(np.array([month + at]), np.array([60]))
    b, share = int(old.vintage[0, 0]), float(old.share[0, 0])
    between = [column[at, b] + share * (column[at, b + 1] - column[at, b]) for column in (values.waiting, values.entering)]
    return Worth(values.bought[at], between[0].astype(np.float64), between[1].astype(np.float64))


def taken(first: Worth) -> Floats:
    """Share of each alternative in what a type buys [K, J]: a logit on what it is worth and on what is paid."""
    car = model().categories["car"].outlook
    rules = car.calendar.rules(basis().month, basis().month)
    table = purchase_utility(car.catalogue, rules, basis().month, basis(), burden(car.catalogue, rules, basis()))
    score = (first.purchases + table)[:, :-1]
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def held() -> Floats:
    """Cars of four to six years by lane."""
    car = model().categories["car"]
    goods, lanes = car.goods, len(car.catalogue.types) * car.variants
    age = model().month - goods.registered / AVERAGE_DAYS
    old = (goods.variant >= 0) & (age > 48) & (age < 72)
    lane = goods.type[old].astype(np.int64) * car.variants + goods.variant[old]
    return np.bincount(lane, minlength=lanes).astype(np.float64)


@pytest.mark.parametrize("later", range(1, 13))
def test_a_car_is_worth_the_same_in_every_month_of_the_year(later: int) -> None:
    """What is bought: to 0.03 % of a purchase. Who of those in the market buys: to 1 %, at the one age that is farthest from a
    vintage; cars of all ages are at all distances from one, so that no month of the year is apart from the others.
    """
    first, other = worth(model().month), worth(model().month + later)
    apart = np.abs(other.purchases - first.purchases)[:, :-1]
    assert (taken(first) * apart).sum(axis=1).max() <= 3e-4
    scale, cars = model().settings.behaviour.shopping_scale.value, held()
    for now, then in zip(first[1:], other[1:], strict=True):
        moved = np.abs(then[0] - now[0]) / scale  # of those in the market, who buys at this moment, relative
        assert (cars * moved).sum() <= 0.01 * cars.sum()


@pytest.mark.parametrize("keep", [1, 12, 60])
def test_looking_ahead_over_nothing_tells_nothing(keep: int) -> None:
    short, long = worth(model().month), worth(model().month, keep)
    np.testing.assert_allclose(long.purchases, short.purchases, atol=1e-4)


def test_values_solved_once_a_year_are_those_of_every_month() -> None:
    month = model().month
    for later in range(12):
        standing, renewed = worth(month, 12, later), worth(month + later)
        np.testing.assert_allclose(standing.purchases, renewed.purchases, atol=1e-4)


def test_a_longer_horizon_changes_no_choice_of_the_first_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subsidy that lasts for ever is believed to last, however far owners look."""
    settings = with_one_yuan(lawless("clock.end=2023-12", scale=SCALE), "2023-01-05", "2023-02-01", "2031-12-31")
    before = flows(settings)
    for room in (sim.owners.outlook, sim.model.opening):
        monkeypatch.setattr(room, "LONGEST_LOOK_AHEAD", 120)
    for name, after in flows(settings).items():
        assert np.abs(after - before[name]).sum() <= 0.005 * before[name].sum()
