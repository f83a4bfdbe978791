"""Screening, indices and boxes on functions whose answers are known, and the inputs of the model that they are asked about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from sim.config import load_settings
from sim.report.tornado import LeverShift, tornado
from sim.report.words import Words
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
from sim.studies.sensitivity.lever_ranking import SAID as RANKING_SAID
from sim.studies.sensitivity.lever_ranking import findings, ranked
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


# which lever moves a target most ------------------------------------------------------------------------------------------


def turned(lever: str, *means: float, told: bool = True) -> list[LeverShift]:
    return [
        LeverShift(lever, bool(upper), float(upper), mean, mean - 1.0, mean + 1.0, told) for upper, mean in enumerate(means)
    ]


def test_the_lever_that_moves_the_target_most_comes_first_and_what_is_not_told_last() -> None:
    rows = ranked([*turned("a", -5.0, 4.0), *turned("b", -90.0, 90.0, told=False), *turned("c", 2.0, 30.0)])
    assert [(row.lever, row.upper) for row in rows] == [(name, end) for name in "cab" for end in (False, True)]
    told = findings(rows, "T", "u", 8, RANKING_SAID["en"])
    assert told == ["What moves T most is c: +30 (+29 ... +31) u at 1.", "Then: a.", "1 of 3 cannot be told from nothing."]
    few = findings(ranked(turned("a", 1.0, 2.0, told=False)), "T", "u", 7, RANKING_SAID["en"])
    assert few[0].startswith("Fewer than 8 pairs")
    assert findings(turned("a", 1.0, 2.0, told=False), "T", "u", 8, RANKING_SAID["en"]) == [
        "Within these bounds no lever moves T by more than nothing."
    ]


def test_the_picture_shows_each_lever_with_both_ends() -> None:
    rows = ranked([*turned("a", -5.0, 4.0), *turned("b", -1.0, 1.0, told=False)])
    drawn = tornado(rows, "T", "u", 8, Words("en"))
    (axis,) = drawn.figure.axes
    assert [label.get_text() for label in axis.get_yticklabels()] == ["a", "b"]
    assert sorted(round(bar.get_width(), 6) for bar in axis.patches) == [-5.0, -1.0, 1.0, 4.0]
    assert {bar.get_width(): bar.get_alpha() for bar in axis.patches} == {-5.0: 1.0, 4.0: 1.0, -1.0: 0.35, 1.0: 0.35}
    assert drawn.data["lever"].tolist() == ["a", "a", "b", "b"]


def test_levers_are_ranked_run_by_run_and_a_wrong_target_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "sensitivity",
        "population.scale=0.005",
        "clock.end=2025-12",
        "clock.now=2023-12",
        "executor=serial",
        "language=en",
    ]
    words += ["ensemble.draws=0", f"results.folder={tmp_path}", f"output={tmp_path / 'out'}"]
    assert main([*words, "target=nothing"]) == 2
    assert "names out of" in capsys.readouterr().err
    lever = "policy.car_scrappage.amount_factor=interval(0,1)"
    assert main([*words, "target=elv_recovered", lever]) == 0
    told = pd.read_csv(tmp_path / "out" / "levers.csv")
    assert told["value"].tolist() == [0.0, 1.0]
    assert told.loc[1, ["mean", "p05", "p95", "outlay"]].tolist() == [0.0] * 4, "as enacted: nothing moves"
    assert told.loc[0, "outlay"] < 0.0
    assert (tmp_path / "out" / "figures" / "levers.svg").exists()
    assert "Fewer than 8 pairs" in capsys.readouterr().out
