"""Equal runs have equal fingerprints, and a number that moves shows."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pandas as pd
import pytest
from model_settings import district

from sim import cli
from sim.runs.once import run
from sim.runs.result import Result
from sim.runs.store.parquet_tables import SCHEMAS
from sim.studies.fingerprint.verb import fingerprints, total

SHORT = ("clock.end=2023-06", "events=true")


@cache
def result(*overrides: str) -> Result:
    return run(district(*SHORT, *overrides, scale=0.002))


def test_two_runs_of_the_same_settings_have_the_same_fingerprint() -> None:
    again = run(district(*SHORT, scale=0.002))
    assert fingerprints(again) == fingerprints(result())
    assert list(fingerprints(again)) == list(SCHEMAS)


def test_a_lever_that_moves_changes_the_fingerprint() -> None:
    usual, moved = fingerprints(result()), fingerprints(result("behaviour.price_sensitivity=0.9"))
    assert {name for name in usual if usual[name] != moved[name]} >= {"monthly", "flows", "events"}
    assert total(usual) != total(moved)


def test_one_more_good_in_one_cell_changes_the_digest_of_that_table_alone() -> None:
    flows = result().flows.copy()
    flows.loc[0, "count"] += 1
    changed, usual = fingerprints(dataclasses.replace(result(), flows=flows)), fingerprints(result())
    assert [name for name in usual if changed[name] != usual[name]] == ["flows"]


def test_the_last_bit_of_a_float_shows() -> None:
    monthly = result().monthly.copy()
    row = monthly["value"].idxmax()
    monthly.loc[row, "value"] = np.nextafter(monthly.loc[row, "value"], np.inf)
    assert fingerprints(dataclasses.replace(result(), monthly=monthly))["monthly"] != fingerprints(result())["monthly"]


@pytest.mark.parametrize("table", ["monthly", "flows", "events"])
def test_the_order_of_rows_does_not_show(table: str) -> None:
    mixed: pd.DataFrame = getattr(result(), table).sample(frac=1.0, random_state=0)
    assert fingerprints(dataclasses.replace(result(), **{table: mixed}))[table] == fingerprints(result())[table]


def test_the_verb_prints_every_table_and_their_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fingerprint", *SHORT[:1], "population.scale=0.002", "language=en"]) == 0
    found = fingerprints(result())
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert printed == [*([name, digest] for name, digest in found.items()), [total(found), "in", "total"]]
