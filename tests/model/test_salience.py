"""Salience of grants: a yuan that acts like two is two yuan to owners, and one to the treasury."""

from __future__ import annotations

from functools import cache

import pandas as pd

from sim.config import load_settings
from sim.runs.once import run
from sim.runs.result import Result

MEASURES = ("car_scrappage", "car_replacement")


@cache
def year(salience: float, factor: float) -> Result:
    """Up to the end of 2024, in a tenth of the district; grants multiplied by ``factor`` are paid whatever they come to."""
    words = ["scenario=enacted", "in_force=[car_scrappage,car_replacement]", "population.goods=vehicles"]
    words += ["population.scale=0.1", "clock.end=2024-12", "market.pass_through=1.0", "pots.trade_in.uncapped=true"]
    words += [f"behaviour.grant_salience={salience}", "pots.trade_in.levers_from=2024-01-01"]
    for name in MEASURES:
        words += [f"policy.{name}.amount_factor={factor}", f"policy.{name}.levers_from=2024-01-01"]
    return run(load_settings(words))


def flows(result: Result) -> pd.DataFrame:
    """What owners did."""
    monthly = result.monthly
    return monthly[monthly["indicator"].isin(["new_registrations", "elv_recovered", "used_car_transactions"])].reset_index(
        drop=True
    )


def claimed(result: Result, column: str) -> float:
    return float(result.ledger.loc[result.ledger["measure"].isin(MEASURES), column].sum())


def test_twice_the_salience_is_twice_the_grant_to_owners_and_half_of_it_to_the_treasury() -> None:
    felt, paid = year(2.0, 1.0), year(1.0, 2.0)
    pd.testing.assert_frame_equal(flows(felt), flows(paid))
    assert claimed(felt, "claims") == claimed(paid, "claims") > 0
    assert 2 * claimed(felt, "amount_fen") == claimed(paid, "amount_fen")


def test_what_is_more_salient_moves_more_owners() -> None:
    assert claimed(year(2.0, 1.0), "claims") > 1.1 * claimed(year(1.0, 1.0), "claims")
