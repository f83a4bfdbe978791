"""Rationing in a run: limits that never bind change nothing, and stops and limits hold day by day."""

from __future__ import annotations

import pandas as pd
from model_settings import small

from sim.runs.once import run
from sim.runs.result import Result

START, END = "clock.start=2024-09", "clock.end=2024-11"
WINDOW = "window: {start: 2024-09-01, end: 2024-12-31}"


def result(*overrides: str) -> Result:
    return run(small(START, END, *overrides, scale=0.05), 1)


def trade_in(found: Result) -> pd.DataFrame:
    return found.pots[found.pots["pot"] == "trade_in"].reset_index(drop=True)


def test_a_limit_that_never_binds_changes_no_number() -> None:
    free = result()
    capped = result(f"+pots.trade_in.caps.a={{{WINDOW}, per: day, amount: 1000000000}}")
    for table in ("monthly", "flows", "ledger", "uptake"):
        pd.testing.assert_frame_equal(getattr(free, table), getattr(capped, table))
    assert trade_in(free)["committed"].sum() > 0


def test_a_daily_limit_holds_in_every_month_and_a_stop_takes_no_claims() -> None:
    found = result(
        f"+pots.trade_in.caps.a={{{WINDOW}, per: day, amount: 200000}}",
        "+pots.trade_in.stops.a={window: {start: 2024-10-01, end: 2024-10-31}}",
        "pots.trade_in.when_dry=refuse",
    )
    rows = trade_in(found)
    assert (rows["committed"] <= 0.05 * 200_000_00 * 31).all()
    assert rows["committed"].tolist()[1] == 0
    assert rows["stopped_days"].tolist() == [0, 31, 0]
    assert (rows.loc[[0, 2], "committed"] > 0).all()
    assert (rows.loc[[0, 2], "capped_days"] > 0).all()
