"""Screening, indices and boxes on functions whose answers are known, and the inputs of the model that they are asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.config import load_settings
from sim.runs.draws import placed_settings
from sim.studies.sensitivity.analysing import failing_box, foremost, morris, morris_points, sobol, spread_points
from sim.studies.sensitivity.outputs import inputs
from sim.studies.sensitivity.ranking import ranking

NAMES = ["a", "b", "c"]


def test_screening_finds_the_slopes_of_a_plane() -> None:
    points = morris_points(NAMES, 6, 1)
    table = morris(NAMES, points, pd.DataFrame({"out": points @ np.array([3.0, 1.0, 0.0])})).set_index("input")
    assert table["mu_star"].to_dict() == pytest.approx({"a": 3.0, "b": 1.0, "c": 0.0})
    assert table["sigma"].max() == pytest.approx(0.0, abs=1e-9)


def test_the_foremost_inputs_matter_for_some_output() -> None:
    table = pd.DataFrame(
        [("x", "a", 9.0), ("x", "b", 1.0), ("x", "c", 0.1), ("y", "a", 0.0), ("y", "b", 0.1), ("y", "c", 0.2)],
        columns=["output", "input", "mu_star"],
    )
    assert set(foremost(table, 2)) == {"a", "c"}


def test_indices_share_out_the_variance_of_a_sum() -> None:
    points = spread_points(NAMES, 60, 1)
    found = pd.DataFrame({"sum": points @ np.array([2.0, 1.0, 0.0]), "same": np.ones(60)})
    table = sobol(NAMES, points, found, 1).set_index("input")
    assert set(table["output"]) == {"sum"}
    assert table["first"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2, "c": 0.0}, abs=0.05)
    assert table["total"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2, "c": 0.0}, abs=0.05)
    assert table["foretold"].min() > 0.95


def test_the_box_of_failures_is_found() -> None:
    points = spread_points(NAMES, 400, 1)
    table = failing_box(NAMES, points, (points[:, 0] > 0.7) & (points[:, 1] < 0.5)).set_index("input")
    assert table.loc["a", "low"] == pytest.approx(0.7, abs=0.12)
    assert table.loc["b", "high"] == pytest.approx(0.5, abs=0.12)
    assert table["fails"].iloc[0] > 0.8
    assert failing_box(NAMES, points, np.zeros(400, dtype=bool)).empty


def test_a_ranking_holds_where_nine_of_ten_draws_agree() -> None:
    rows = [("m", d, "t", 2.0) for d in range(10)] + [("n", d, "t", 1.0 if d else 3.0) for d in range(10)]
    table = pd.DataFrame(rows, columns=["measure", "draw", "output", "value"])
    (row,) = ranking(table, ["t"]).to_dict("records")
    assert row == {"output": "t", "measure": "m", "other": "n", "share": 0.9, "holds": True}
    assert ranking(table, []).iloc[0]["measure"] == "n"  # where less is better


def test_an_input_is_put_where_it_is_wanted_and_the_others_stay() -> None:
    settings = load_settings(["population.goods=vehicles"])
    assert "behaviour.foresight" in inputs(settings)
    placed = placed_settings(settings, {"behaviour.foresight": 1e-9})
    assert placed.behaviour.foresight.value == pytest.approx(settings.behaviour.foresight.low, abs=1e-3)
    assert placed.behaviour.price_sensitivity.value == settings.behaviour.price_sensitivity.value
    assert placed.region.baseline["households"].low is None
