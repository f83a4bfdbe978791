"""A defect of the model cannot pass unnoticed: a good or a sum that is lost or found stops the run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from model_settings import finish, small

from sim.clock import parse_month
from sim.codes import EMPTY
from sim.errors import BalanceBroken
from sim.model import TradeInModel


def vanish(model: TradeInModel) -> None:
    cars = model.cars.get("variant")
    cars[np.flatnonzero(cars != EMPTY)[0]] = EMPTY


def appear(model: TradeInModel) -> None:
    cars = model.cars.get("variant")
    cars[np.flatnonzero(cars == EMPTY)[0]] = 0


def lose_from_the_lot(model: TradeInModel) -> None:
    lots = model.categories["truck"].world.lots
    lots.held[np.flatnonzero(lots.held)[0]] -= 1


def lose_an_idle_truck(model: TradeInModel) -> None:
    model.categories["truck"].world.idle.held[0] += 1


def find_in_the_yard(model: TradeInModel) -> None:
    model.categories["car"].world.yard[0] += 1


@pytest.mark.parametrize("tamper", [vanish, appear, lose_from_the_lot, lose_an_idle_truck, find_in_the_yard])
def test_a_good_that_is_lost_or_found_stops_the_run(tamper: Callable[[TradeInModel], None]) -> None:
    model = TradeInModel(small("clock.end=2023-03"), 1)
    model.step()
    tamper(model)
    with pytest.raises(BalanceBroken, match=r"(car|truck), month \d+"):
        model.step()


def test_money_that_is_lost_stops_the_run() -> None:
    model = TradeInModel(small("clock.start=2024-10", "clock.end=2025-01"), 1)
    model.step()
    due = model.government.ledger.due
    due[min(due)] -= 1
    with pytest.raises(BalanceBroken, match="ledger"):
        model.step()


def test_a_run_can_start_in_any_month() -> None:
    run = finish(small("clock.start=2024-11", "clock.end=2024-12"))
    assert run.model.history.first == parse_month("2024-11")
    assert set(run.result.stocks["month"]) == {"2024-10", "2024-11", "2024-12"}
