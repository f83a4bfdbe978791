"""The posterior: known answers, what it keeps and leaves, evidence up to a date, and that the shipped one fits its settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from sim.config import load_settings
from sim.errors import BadInput, SimError
from sim.runs.draws import draw_settings, place, undisturbed
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import silent
from sim.schema.bricks import Title
from sim.schema.execution import Parameters
from sim.settings import Settings
from sim.studies.calibrate import simulating
from sim.studies.calibrate.calibrating import Runs, believe, carried, concluded, found_for, recovered
from sim.studies.calibrate.calibration_page import figure, moved, page, settings_file
from sim.studies.calibrate.checking import Check
from sim.studies.calibrate.emulating import Emulator, learn
from sim.studies.calibrate.evidence import FOLDER, OBSERVATIONS, SERIES, Evidence, read_evidence
from sim.studies.calibrate.posterior_weights import Sample, model_discrepancy, speaking, weigh, weighted_quantiles
from sim.studies.calibrate.simulating import APART, as_known, inputs
from sim.studies.validate.quantities import QUANTITIES

ROOT = Path(__file__).parents[2]
SLOPES = np.array([[3.0, 0.0, 0.0, 0.0], [0.0, 2.0, -1.0, 0.0]])
"""What two observations read: straight lines of the inputs; the fourth input moves nothing."""
SD = (0.3, 0.3)


@pytest.fixture(scope="module")
def runs() -> Runs:
    luck = np.random.default_rng(7)
    places = luck.random((200, 4))
    return Runs(places, (places - 0.5) @ SLOPES.T + 0.02 * luck.standard_normal((200, 2)))


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(["population.goods=vehicles"])


def test_an_emulator_finds_lines_and_parabolas_and_tells_its_error() -> None:
    luck = np.random.default_rng(3)
    places = luck.random((300, 6))
    off = places - 0.5
    said = 1.0 + 2.0 * off[:, 0] + 3.0 * (off[:, 1] ** 2 - 1.0 / 12.0) + 0.1 * luck.standard_normal(300)
    (found,) = learn(places, said[:, None], 1)
    assert found.constant == pytest.approx(1.0, abs=0.03)
    assert (found.linear[0], found.square[1]) == (pytest.approx(2.0, abs=0.1), pytest.approx(3.0, abs=0.3))
    assert found.error == pytest.approx(0.1, rel=0.25)
    assert found.reach()[:2] == pytest.approx([2.0, 0.75], abs=0.1)
    assert found.reach()[2:].max() < 0.1


def test_rows_that_do_not_tell_an_observation_are_left_out() -> None:
    places = np.random.default_rng(3).random((100, 2))
    said = places[:, :1].copy()
    said[::4] = np.nan
    (found,) = learn(places, said, 1)
    assert found.says(np.array([[0.9, 0.5]])) == pytest.approx([0.9], abs=0.05)


def test_the_posterior_of_a_line_is_the_known_one(runs: Runs) -> None:
    """Read 0.9 +- 0.3 of 3 (u - 1/2): u is normal around 0.8 with 0.1, cut off at 1."""
    belief = believe(runs, (0.9, 0.0), SD, 1)
    u = np.linspace(0.0, 1.0, 100_001)
    density = np.exp(-0.5 * ((u - 0.8) / 0.1) ** 2)
    known = weighted_quantiles(u, density, (0.05, 0.5, 0.95))
    assert belief.sample.quantiles((0.05, 0.5, 0.95))[:, 0] == pytest.approx(known, abs=0.02)
    assert belief.sample.size >= 1000.0
    assert belief.model_discrepancy.tolist() == [0.0, 0.0]


def test_what_no_observation_tells_keeps_its_range(runs: Runs) -> None:
    belief = believe(runs, (0.9, 0.0), SD, 1)
    assert speaking(belief.emulators, belief.sd).tolist() == [True, True, True, False]
    assert belief.sample.quantiles((0.05, 0.5, 0.95))[:, 3] == pytest.approx([0.05, 0.5, 0.95], abs=0.04)


def test_rows_belong_together(runs: Runs) -> None:
    """The second observation tells 2 u2 - u3 alone: in every row the two inputs go up and down together."""
    sample = believe(runs, (0.0, 0.0), (0.3, 0.1), 1).sample
    rows = sample.rows(100, sample.places[:, 0])
    assert np.corrcoef(rows[:, 1], rows[:, 2])[0, 1] > 0.6
    assert rows[:, 0].tolist() == sorted(rows[:, 0])
    assert np.quantile(rows[:, 1], 0.5) == pytest.approx(sample.quantiles((0.5,))[0, 1], abs=0.08)


def test_what_the_model_cannot_say_is_told_and_does_not_push(runs: Runs) -> None:
    gap = model_discrepancy(runs.said, np.array([3.0, 0.0]))
    assert gap == pytest.approx([3.0 - 1.47, 0.0], abs=0.05)
    belief = believe(runs, (3.0, 0.0), SD, 1)
    assert belief.sd[0] == pytest.approx(np.hypot(0.3, gap[0]), rel=0.02)
    assert belief.sample.quantiles((0.5,))[0, 0] < 0.9


def test_a_contradiction_is_refused() -> None:
    says = Emulator(0.0, np.array([1.0]), np.array([0.0]), 0.001, 1.0)
    with pytest.raises(SimError, match="effective sample size"):
        weigh([says, says], np.array([-0.4999, 0.4999]), np.array([1e-7, 1e-7]), 1, 1)


def test_known_truths_are_found_again(runs: Runs) -> None:
    truths, intervals = recovered(runs, SD, 1)
    covered = ((truths >= intervals[:, 0]) & (truths <= intervals[:, 1])).sum(axis=0)
    assert len(truths) == 50
    assert all(41 <= count <= 49 for count in covered), covered
    assert (intervals[:, 1] - intervals[:, 0])[:, 0].mean() < 0.45  # an interval that says nothing is 0.9 wide


def test_weighted_quantiles_by_hand() -> None:
    assert weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.2, 0.3]), (0.1, 0.4, 0.9)).tolist() == [1.0, 2.0, 3.0]


def test_rows_are_steps_through_the_weights() -> None:
    sample = Sample(np.array([[0.1], [0.2], [0.3]]), np.array([0.5, 0.25, 0.25]), 3)
    assert sample.rows(4, np.array([0.0, 1.0, 2.0])).ravel().tolist() == [0.1, 0.1, 0.2, 0.3]


# --- evidence


def test_evidence_grows_with_the_date_and_holds_nothing_later() -> None:
    early, middle, late = (read_evidence(cutoff) for cutoff in ("2023-12", "2024-06", "2024-12"))
    assert set(early.names) < set(middle.names) < set(late.names)
    for evidence in (early, middle, late):
        assert all(each.known <= evidence.cutoff for each in evidence.observations.values())
        assert all(month <= evidence.cutoff for series in evidence.monthly.values() for month in series)
        assert set(each.quantity for each in evidence.observations.values()) <= set(QUANTITIES)


def test_a_shape_is_taken_from_the_monthly_series(tmp_path: Path) -> None:
    (tmp_path / OBSERVATIONS).write_text(
        "x: {title: {zh: 甲, en: a}, quantity: sales_change, given: {base: ['2023-01', '2023-02'], months: ['2024-01']}, "
        "sd: 0.1, known: 2024-01, source: test, grade: B}\n",
        encoding="utf-8",
    )
    series = "month,series,value\n2023-01,retail_total,100\n2023-02,retail_total,300\n2024-01,retail_total,400\n"
    (tmp_path / SERIES).write_text(series, encoding="utf-8")
    assert read_evidence("2024-01", tmp_path).observed == (pytest.approx(np.log(2.0)),)


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        (OBSERVATIONS, "x: {sd: -1}", "x"),
        (OBSERVATIONS, "{}", "(file)"),
        (SERIES, "month,series,value\n", "(file)"),
        (SERIES, "month,series,value\n2023-01,retail_total,many\n", "row 2, column value"),
        (SERIES, "month,series,value\n2023-01,retail_total,1_5\n", "row 2, column value"),
        (SERIES, "month,series,value\n2023-01,retail_total,1,480\n", "row 2"),
        (SERIES, "month,series,value\n2023-13,retail_total,1\n", "row 2, column month"),
        (SERIES, "month,series,value\n2023-1,retail_total,1\n", "row 2, column month"),
        (SERIES, "month,series,value,value\n2023-01,retail_total,1,2\n", "row 1, column value"),
        (SERIES, "month,series,value\n2023-01,retail_total,1\n2023-01,retail_total,2\n", "row 3, column month"),
        (SERIES, 'month,series,value\n2023-01,"retail_total,1\n', "row 2"),
        (SERIES, "month,series,value\n2023-01,retail_total,1\0\n", "row 2"),
    ],
)
def test_bad_evidence_is_refused_with_file_and_key(tmp_path: Path, name: str, content: str, key: str) -> None:
    for file in (OBSERVATIONS, SERIES):
        (tmp_path / file).write_text((ROOT / FOLDER / file).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_evidence("2024-12", tmp_path)
    assert caught.value.file.en.endswith(name)
    assert caught.value.key.en.startswith(key)


# --- what the model makes of it


def test_only_what_evidence_on_cars_can_speak_about_is_calibrated(settings: Settings) -> None:
    names = inputs(settings)
    assert {"behaviour.price_sensitivity", "products.car.survival.shape"} <= set(names)
    assert not {name for name in names if name.startswith(("region.", "products.truck", "pots."))} | set(APART) & set(names)


def test_a_draw_takes_its_row_of_the_posterior(settings: Settings) -> None:
    name, free = "behaviour.price_sensitivity", "behaviour.social_weight"
    rows = Parameters(title=Title(zh="甲", en="a"), places={name: (0.1, 0.9), "behaviour.entry_scale": (0.2, 0.8)})
    told = settings.model_copy(update={"parameters": rows})
    both = {(place(told, name, d, 2), place(told, "behaviour.entry_scale", d, 2)) for d in (1, 2)}
    assert both == {(0.1, 0.2), (0.9, 0.8)}
    plain = settings.model_copy(update={"parameters": Parameters(title=rows.title)})
    drawn, without = draw_settings(told, 1, 2), draw_settings(plain, 1, 2)
    assert drawn.behaviour.social_weight == without.behaviour.social_weight, free
    assert drawn.behaviour.price_sensitivity != without.behaviour.price_sensitivity


@pytest.mark.parametrize("places", [{"a": [0.1, 0.2], "b": [0.3]}, {"a": [1.0]}, {"a": [0.0]}])
def test_places_that_fit_no_row_are_refused(places: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError, match=r"row|less than|greater than"):
        Parameters.model_validate({"title": {"zh": "甲", "en": "a"}, "places": places})


def test_the_file_of_settings_reads_back(tmp_path: Path) -> None:
    import yaml

    places: dict[str, NDArray[np.float64]] = {"behaviour.foresight": np.linspace(0.1, 0.9, 45), "b.*.c": np.full(45, 0.5)}
    told = Parameters(
        title=Title(zh="甲", en="a"), cutoff="2024-12", found_for="x", places={n: tuple(c.tolist()) for n, c in places.items()},
        discrepancy={"elv_recovered": 0.104, "sales": 0.02},
    )  # fmt: skip
    back = Parameters.model_validate(yaml.safe_load(settings_file(told)))
    assert back.rows == 45
    assert back.discrepancy == told.discrepancy
    assert back.places["b.*.c"] == told.places["b.*.c"]
    assert back.places["behaviour.foresight"] == pytest.approx(told.places["behaviour.foresight"], abs=5e-4)


def test_the_shipped_posterior_was_found_for_the_shipped_settings(settings: Settings) -> None:
    shipped = settings.parameters
    assert shipped.cutoff == "2024-12"
    assert shipped.rows >= 100
    assert set(shipped.places) <= set(inputs(settings))
    evidence = read_evidence(shipped.cutoff)
    assert shipped.found_for == found_for(as_known(settings, shipped.cutoff), evidence), "run: python -m sim calibrate --write"


# --- what the model cannot say


def two_observations(settings: Settings, *carried_to: str | None) -> Evidence:
    """The first two of the shipped observations, carried to these quantities, at values that the runs do not reach."""
    shipped = list(read_evidence("2024-12").observations.items())[:2]
    both = {name: each.model_copy(update={"carried_to": to}) for (name, each), to in zip(shipped, carried_to, strict=True)}
    return Evidence("2024-12", both, (4.0, 3.0), {})


def test_what_no_values_reach_is_carried_to_forecasts_by_the_largest_gap(runs: Runs, settings: Settings) -> None:
    belief = believe(runs, (4.0, 3.0), SD, 1)
    first, second = np.round(belief.model_discrepancy, 3).tolist()
    assert first > 0.0
    assert second > 0.0

    def found(*carried_to: str | None) -> dict[str, float]:
        evidence = two_observations(settings, *carried_to)
        return dict(concluded(["a", "b", "c", "d"], runs, belief, evidence, settings).parameters.discrepancy)

    assert found(None, None) == {}
    assert found("sales", "elv_recovered") == {"sales": first, "elv_recovered": second}
    assert found("sales", "sales") == {"sales": max(first, second)}
    reached = carried(two_observations(settings, "sales", "sales"), np.zeros(2))
    assert reached == {}


def test_where_a_gap_is_carried_to_makes_no_posterior_another(settings: Settings) -> None:
    one, other = (two_observations(settings, to, None) for to in (None, "sales"))
    assert found_for(settings, one) == found_for(settings, other)


def test_a_calibration_is_not_run_on_what_moves_with_nobodys_doing(settings: Settings) -> None:
    """Runs that learn what the inputs do have neither shocks to the nation nor the discrepancy of an earlier calibration."""
    asked = []
    earlier = settings.parameters.model_copy(update={"discrepancy": {"elv_recovered": 0.1}})

    class Done(Exception):
        pass

    def plans(these: list[Plan], *_: object) -> None:
        asked.extend(these)
        raise Done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulating, "ensembles", plans)
        with pytest.raises(Done):
            simulating.simulate(settings, read_evidence("2024-12"), earlier, 4, SerialExecutor(), silent)
    assert len(asked) == 3
    assert all(plan.settings == undisturbed(plan.settings) for plan in asked)


# --- what people read


def test_the_page_and_the_figure_tell_what_was_found(runs: Runs, settings: Settings) -> None:
    shipped = read_evidence("2024-12")
    two = dict(list(shipped.observations.items())[:2])
    evidence = Evidence("2024-12", two, (0.9, 3.0), {})
    found = concluded(["a", "b", "c", "d"], runs, believe(runs, evidence.observed, SD, 1), evidence, settings)
    assert set(found.parameters.places) == {"a", "b", "c"}
    quantiles = {
        f"{side}_{q}": [0.8, v] for side in ("prior", "posterior") for q, v in (("p05", 0.7), ("p50", 0.9), ("p95", 1.1))
    }
    observed = {
        "id": list(two),
        "observed": [0.9, 3.0],
        "sd": SD,
        "model_discrepancy": [0.0, 1.5],
        "explained_variance": [1.0, 1.0],
    }
    inputs_table = pd.DataFrame({"input": found.names, "speaks": found.speaking, "covered": [45, 40, 49, 50]})
    told = Check(
        pd.DataFrame({**observed, **quantiles}), inputs_table.assign(p05=0.1, p50=[0.8, 0.5, 0.6, 0.5], p95=0.9), 50, runs
    )
    assert told.bounds == (41, 49)
    assert told.as_wanted == 2
    assert moved(told.inputs)["input"].tolist() == ["a", "c", "b"]
    text = page(found, told, evidence, 100)
    assert "intervals of 2 of 4 inputs cover 41 to 49" in text
    assert text.count("**outside**") == 1
    assert "| `a` | 0.10 | 0.80 | 0.90 | 45 of 50 |" in text
    for language in ("zh", "en"):
        drawn = figure(told, evidence, settings.model_copy(update={"language": language}))
        drawn.figure.canvas.draw()
        assert len(drawn.figure.axes[0].get_yticklabels()) == 2


def test_rows_are_ordered_so_that_neighbours_say_alike(runs: Runs, settings: Settings) -> None:
    evidence = replace(two_observations(settings, None, None), observed=(0.0, 0.0))
    found = concluded(["a", "b", "c", "d"], runs, believe(runs, (0.0, 0.0), (1.0, 3.0), 1), evidence, settings)
    first = np.array(found.parameters.places["a"])
    assert abs(np.corrcoef(first, np.arange(first.size))[0, 1]) > 0.95  # in its errors, what a says differs most
