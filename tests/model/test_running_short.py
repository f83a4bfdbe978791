"""Money that is seen to run short: owners hurry, and nobody else is moved."""

from __future__ import annotations

from functools import cache

import pandas as pd

from sim.config import load_settings
from sim.runs.once import run

SHORT = ("pots.trade_in.tranches.y2024.amount=36000000",)
"""Enough until the beginning of October."""


@cache
def claims(*overrides: str) -> pd.Series:
    """Scrappage claims by month of 2024, in a fifth of the district."""
    base = ("scenario=enacted", "population.goods=vehicles", "population.scale=0.2", "clock.end=2024-10")
    ledger = run(load_settings([*base, *overrides])).ledger
    return ledger[ledger["measure"] == "car_scrappage"].groupby("month")["claims"].sum()


def test_owners_hurry_while_money_that_others_are_using_up_is_there() -> None:
    plenty, short = claims("pots.trade_in.when_dry=refuse"), claims("pots.trade_in.when_dry=refuse", *SHORT)
    assert short["2024-09"] > 1.1 * plenty["2024-09"]
    assert short["2024-10"] < 0.1 * plenty["2024-10"]


def test_nobody_hurries_before_it_can_be_known() -> None:
    plenty, short = claims("pots.trade_in.when_dry=refuse"), claims("pots.trade_in.when_dry=refuse", *SHORT)
    assert short[:"2024-08"].equals(plenty[:"2024-08"])


def test_who_is_paid_later_does_not_hurry() -> None:
    plenty, short = claims("pots.trade_in.when_dry=queue"), claims("pots.trade_in.when_dry=queue", *SHORT)
    assert short[:"2024-09"].equals(plenty[:"2024-09"])
