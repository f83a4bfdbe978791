"""Screening, indices and boxes on functions whose answers are known, and the inputs of the model that they are asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.config import load_settings
from sim.runs.draws import placed_settings
from sim.studies.sensitivity.analysing import (
    EXPLAINED,
    Floats,
    emulator,
    emulators,
    failing_box,
    foremost,
    morris,
    morris_points,
    runs_needed,
    sobol,
    spread_points,
)
from sim.studies.sensitivity.outputs import inputs
from sim.studies.sensitivity.ranking import ranking
from sim.studies.sensitivity.verb import SAID, _screening, _variance

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
    emulated, trust = emulators(points, found, 1)
    table = sobol(NAMES, emulated, 1).set_index("input")
    assert set(table["output"]) == {"sum"}
    assert table["first"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2, "c": 0.0}, abs=0.05)
    assert table["total"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2, "c": 0.0}, abs=0.05)
    assert trust["explained_variance"].min() > 0.95
    assert list(trust["needed"]) == [0]


def noise(count: int) -> tuple[Floats, pd.DataFrame]:
    """Points, and an output that has nothing to do with them."""
    points = spread_points(NAMES, count, 1)
    return points, pd.DataFrame({"noise": np.random.default_rng(3).standard_normal(count)})


def test_an_emulator_that_explains_nothing_gives_no_index_and_says_what_it_would_take() -> None:
    points, found = noise(30)
    emulated, trust = emulators(points, found, 1)
    assert emulated == {}
    assert sobol(NAMES, emulated, 1).empty
    (row,) = trust.to_dict("records")
    assert row["explained_variance"] < EXPLAINED
    assert row["needed"] > 30
    titles, settings = {"noise": "Noise"}, SAID["en"]
    told = "".join(
        str(cell)
        for column in _variance(titles, settings, found, sobol(NAMES, emulated, 1), trust).columns
        for cell in column.cells
    )
    assert "no index" in told
    assert f"points={row['needed']}" in told
    assert "nan" not in told


def test_an_output_without_a_value_in_some_runs_is_said_to_have_none() -> None:
    points, found = noise(30)
    found = found.assign(gaps=found["noise"].where(found["noise"] > 0.0), same=1.0)
    assert list(emulators(points, found, 1)[1]["output"]) == ["noise"]
    steps = morris_points(NAMES, 4, 1)
    screened = morris(NAMES, steps, pd.DataFrame({"gaps": [np.nan, *steps[1:, 0]], "same": 1.0}))
    assert set(screened["output"]) == {"same"}
    titles = {"gaps": "Gaps", "same": "Same"}
    table = _screening(titles, SAID["en"], pd.DataFrame({"gaps": [np.nan, *steps[1:, 0]], "same": 1.0}), screened)
    told = " ".join(str(cell) for column in table.columns for cell in column.cells)
    assert f"without a value in 1 of {len(steps)} runs" in told
    assert "not moved by these inputs" in told
    assert "nan" not in told


def test_the_runs_that_are_needed_are_guessed_from_how_much_more_the_second_half_explains() -> None:
    """Of a wavy output half of the runs explain little, all of them more, and neither enough."""
    points = spread_points(NAMES, 40, 1)
    values = np.sin(9.0 * points[:, 0]) * np.sin(9.0 * points[:, 1])
    _, explained_variance = emulator(points, values, 1)
    needed = runs_needed(points, values, explained_variance, 1)
    assert needed > 40
    assert needed % 10 == 0


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
