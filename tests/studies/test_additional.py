"""What more money brings: yuan for each additional unit, worked by hand, and no number where there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import pytest

from sim.config import load_settings
from sim.report.words import Words
from sim.studies.common.additional import FEWEST, additional, frame, gap_told, lines, totals

MONTHS = ("2024-01", "2024-02", "2024-03")


def run(seed: int, stock: Sequence[float], recovered: Sequence[float], paid: Sequence[float]) -> pd.DataFrame:
    """Monthly rows of one run; a group that must not be counted beside the totals."""
    columns = {"nev_stock": stock, "elv_recovered": recovered, "outlay": paid}
    rows = [
        (0, seed, month, name, group, value * (1.0 if group == "" else 7.0))
        for name, values in columns.items()
        for group in ("", "bev")
        for month, value in zip(MONTHS, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["draw", "seed", "month", "indicator", "group", "value"])


Series = tuple[Sequence[float], Sequence[float], Sequence[float]]


def runs(odd: Series, even: Series, pairs: int = FEWEST) -> pd.DataFrame:
    """Totals of as many runs as it takes, those of odd seeds alike and those of even seeds."""
    return totals(pd.concat([run(seed, *(odd if seed % 2 else even)) for seed in range(1, pairs + 1)]))


ODD: Series = ((10, 11, 12), (1, 1, 1), (0, 0, 0))
EVEN: Series = ((20, 21, 22), (2, 2, 2), (100, 0, 0))
BASE = runs(ODD, EVEN)


def test_outlay_and_flows_are_summed_and_stocks_are_those_of_the_last_month() -> None:
    assert BASE.loc[(0, 1)].to_dict() == {"nev_stock": 12, "elv_recovered": 3, "outlay": 0}
    assert BASE.loc[(0, 2)].to_dict() == {"nev_stock": 22, "elv_recovered": 6, "outlay": 100}


def test_a_unit_costs_the_additional_money_over_the_additional_units() -> None:
    other = runs(((10, 11, 14), (2, 1, 1), (300, 0, 0)), ((20, 21, 26), (2, 2, 4), (0, 0, 1000)))
    found = {each.indicator: each for each in additional(BASE, other)}
    assert found["nev_stock"].goods.mean == 3
    assert found["nev_stock"].outlay.mean == 600
    assert found["nev_stock"].yuan_per_unit == 200
    assert found["elv_recovered"].yuan_per_unit == 400
    assert (found["nev_stock"].goods.p05, found["nev_stock"].goods.p95) == pytest.approx((2.0, 4.0))


@pytest.mark.parametrize(
    ("stocks", "paid", "told"),
    [((13, 21), (300, 300), "差异不显著"), ((12, 22), (300, 300), "差异不显著"), ((10, 20), (300, 300), "一增一减")],
    ids=["either way", "none", "more money, fewer goods"],
)
def test_no_price_where_the_goods_are_not_told_from_nothing_or_go_the_other_way(
    stocks: tuple[float, float], paid: tuple[float, float], told: str
) -> None:
    odd, even = (((0, 0, stock), (1, 1, 1), (money, 0, 0)) for stock, money in zip(stocks, paid, strict=True))
    found = additional(BASE, runs(odd, even))
    assert math.isnan(found[0].yuan_per_unit)
    words = Words.of(load_settings([]))
    assert told in lines(found, words)[2]
    assert frame(found)["yuan_per_unit"].isna().tolist()[0]


def test_less_money_for_fewer_goods_has_a_price_above_zero() -> None:
    rich = runs(((0, 0, 14), (1, 1, 1), (500, 0, 0)), ((0, 0, 26), (1, 1, 1), (700, 0, 0)))
    there, back = additional(BASE, rich)[0], additional(rich, BASE)[0]
    assert there.yuan_per_unit == back.yuan_per_unit > 0
    assert gap_told(back.goods).startswith("-3 (-4")
    assert gap_told(there.goods).startswith("+3 (+2")


def test_runs_of_one_side_alone_are_left_out() -> None:
    other = totals(run(2, (20, 21, 26), (2, 2, 4), (0, 0, 1000)))
    assert additional(BASE, other)[0].goods == (4, 4, 4, 1)


def test_a_few_runs_give_no_price() -> None:
    few = runs(ODD, EVEN, 2), runs(((0, 0, 14), (1, 1, 1), (500, 0, 0)), ((0, 0, 26), (1, 1, 1), (700, 0, 0)), 2)
    assert math.isnan(additional(*few)[0].yuan_per_unit)
    assert "成对运行不足8次" in lines(additional(*few), Words.of(load_settings([])))[2]
