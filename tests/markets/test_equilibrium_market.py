"""The closed used-car market against the published equilibrium, and what must hold in any equilibrium."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from engine import Floats, published_market
from reference.closed_market import Equilibrium, NotCleared, clear, excess_demand

PUBLISHED = Path(__file__).parents[1] / "data" / "equilibrium_prices.csv"
RICH, POOR = 0.1, 0.3
COLUMNS = {
    "tc0_two_type": ((RICH, POOR), 0.0),
    "tc0_rich": ((RICH,), 0.0),
    "tc0_poor": ((POOR,), 0.0),
    "tc10_two_type": ((RICH, POOR), 10.0),
    "tc10_rich": ((RICH,), 10.0),
    "tc10_poor": ((POOR,), 10.0),
}


@cache
def cleared(money: tuple[float, ...], transaction_cost: float) -> Equilibrium:
    return clear(published_market(money, transaction_cost))


def published(column: str) -> Floats:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert [int(row["age"]) for row in rows] == list(range(25))
    return np.array([float(row[column]) for row in rows])


@pytest.mark.parametrize("column", COLUMNS)
def test_prices_equal_the_published_ones_to_the_decimal_printed(column: str) -> None:
    expected = published(column)
    gap = np.abs(cleared(*COLUMNS[column]).prices - expected)
    assert (gap <= np.maximum(0.01 * expected, 0.3)).all(), "outside what the model promises"
    assert gap.max() < 0.06, "further off than rounding explains"


@pytest.mark.parametrize("column", COLUMNS)
def test_every_age_sold_is_bought(column: str) -> None:
    found = cleared(*COLUMNS[column])
    assert found.residual < 1e-6
    assert np.abs(excess_demand(found.flows)).max() == found.residual
    assert found.flows.bought[:, 1:].sum() > 0.05, "clears because nobody trades"


@pytest.mark.parametrize("column", COLUMNS)
def test_as_many_cars_are_made_as_end(column: str) -> None:
    found = cleared(*COLUMNS[column])
    market = published_market(*COLUMNS[column])
    held = market.shares @ found.holdings
    assert held.sum() == pytest.approx(1.0, abs=1e-12)
    assert (held >= 0.0).all()
    lost = (held[:-1] * market.own.ends[0]).sum() + found.flows.scrapped.sum()
    assert found.flows.bought[:, 0].sum() == pytest.approx(lost, abs=1e-9)


@pytest.mark.parametrize("transaction_cost", [0.0, 10.0])
def test_the_rich_hold_younger_cars_and_sell_them_to_the_poor(transaction_cost: float) -> None:
    found = cleared((RICH, POOR), transaction_cost)
    age = found.holdings[:, :-1] @ np.arange(25) / found.holdings[:, :-1].sum(axis=1)
    assert age[0] + 3.0 < age[1]
    net_sales = (found.flows.sold - found.flows.bought)[:, 1:].sum(axis=1)
    assert net_sales[0] > 0.01
    assert net_sales[1] < -0.01


def test_trade_falls_as_it_gets_dearer() -> None:
    trades = [cleared((RICH, POOR), cost).flows.bought[:, 1:].sum() for cost in (0.0, 5.0, 10.0, 20.0)]
    assert (np.diff(trades) < 0.0).all()


@pytest.mark.parametrize("money", [RICH, POOR])
def test_two_identical_types_are_one(money: float) -> None:
    one, two = cleared((money,), 10.0), cleared((money, money), 10.0)
    np.testing.assert_allclose(two.prices, one.prices, atol=1e-6)
    np.testing.assert_allclose(two.holdings, np.repeat(one.holdings, 2, axis=0), atol=1e-8)


def test_a_type_that_nobody_belongs_to_moves_no_price() -> None:
    market = published_market((RICH, POOR), 10.0)
    alone = clear(market._replace(shares=np.array([1.0, 0.0])))
    np.testing.assert_allclose(alone.prices, cleared((RICH,), 10.0).prices, atol=1e-6)


def test_the_start_of_the_search_does_not_matter() -> None:
    market = published_market((RICH, POOR), 10.0)
    flat = np.full(25, 20.0)
    np.testing.assert_allclose(clear(market, flat).prices, cleared((RICH, POOR), 10.0).prices, atol=1e-6)


def test_a_market_with_hardly_any_cars_still_clears() -> None:
    found = clear(published_market((1.0,), 100.0))
    assert found.holdings[0, :-1].sum() < 1e-30
    np.testing.assert_allclose(found.flows.bought[0, 1:], found.flows.sold[0, 1:], rtol=1e-6)


def test_prices_that_leave_a_gap_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reference.closed_market.CLEARED", 0.0)
    with pytest.raises(NotCleared, match="demand and supply differ"):
        clear(published_market((RICH,), 0.0))
