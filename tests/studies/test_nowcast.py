"""The nowcast on a small ensemble of the model: cover, error, levels; what it tells, writes and refuses.

``tests/data/nowcast/small_ensemble.parquet`` holds seven monthly series of 64 runs, as ``observable`` gives them, of
``python -m sim forecast population.goods=vehicles population.scale=0.05 ensemble.draws=64 ensemble.seeds=1``; whole numbers.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_runs import FAKE, settings_of
from left_out import actuals_of, left_out, without

from sim.config import load_settings
from sim.errors import BadInput
from sim.report.words import Words
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.schema.uncertainty import EXACT, MeasurementErrors
from sim.settings import Settings
from sim.studies.nowcast.driving import KNOWN, OTHER, drivers
from sim.studies.nowcast.misfits import FAR, deviations, misfits, told
from sim.studies.nowcast.revised_tables import by_year, remaining, so_far
from sim.studies.nowcast.revising import Revision, revise, values_of
from sim.studies.nowcast.run_cube import Cube, cube_of
from sim.studies.nowcast.verb import nowcast

DATA = Path(__file__).parents[1] / "data" / "nowcast" / "small_ensemble.parquet"
SALES, STOCK, USED = ("new_registrations", ""), ("nev_stock", ""), ("used_car_transactions", "")
SERIES = (SALES, STOCK, USED, ("elv_recovered", ""), ("outlay", ""))
YEAR = ("2024-01", "2024-12")


@cache
def cube() -> Cube:
    return cube_of(pd.read_parquet(DATA).astype({"month": str, "indicator": str, "group": str, "value": float}))


@cache
def settings(language: str = "zh") -> Settings:
    return load_settings(
        ["population.goods=vehicles", "population.scale=0.05", "ensemble.draws=64", "ensemble.seeds=1", f"language={language}"]
    )


def errors() -> MeasurementErrors:
    return settings().uncertainty.measurement


def revised(rows: pd.DataFrame, error: float = 0.1) -> Revision:
    return revise(without(cube(), 6), rows, error, errors())


def scaled(key: tuple[str, str], by: float) -> pd.DataFrame:
    """The middle of the runs in 2024, times a factor."""
    place = cube().places[key]
    rows = [
        (month, *key, float(np.median(cube().values[:, place, n])) * by)
        for n, month in enumerate(cube().months)
        if month.startswith("2024")
    ]
    return pd.DataFrame(rows, columns=["month", "indicator", "group", "value"])


# the forecast holds -------------------------------------------------------------------------------------------------


def test_draws_that_are_left_out_are_covered_and_missed_by_less_than_without_actuals() -> None:
    """24 months of actuals of each of 50 draws in turn; the year after them."""
    scores, effective = left_out(cube(), SERIES, 0.1, errors())
    assert {key: 41 <= score.covered <= 49 for key, score in scores.items()} == dict.fromkeys(SERIES, True)
    assert {key: score.error < 0.7 * score.error_before for key, score in scores.items()} == dict.fromkeys(SERIES, True)
    assert effective > 0.5


@pytest.mark.parametrize("by", [0.75, 1.3])
def test_a_level_that_no_run_has_is_taken_over_by_all_months(by: float) -> None:
    found = revised(scaled(USED, by))
    years = by_year(found, 0.05).set_index(["indicator", "group", "year"]).sort_index().loc[USED]
    for year in ("2023", "2025", "2027"):
        assert years.loc[year, "p50_after"] / years.loc[year, "p50_before"] == pytest.approx(by, rel=0.12), year
    growth = settings().targets["used_car_transactions"]
    assert growth.relative_to is not None
    before, after = (np.median(values_of(each, growth)) for each in (found.before, found.after))
    assert after == pytest.approx(before, rel=0.1)


def test_known_months_are_as_they_were_in_every_run_and_others_are_not() -> None:
    rows = actuals_of(cube(), 6, [SALES], ("2024-03", "2024-08"), EXACT)
    found = revised(rows)
    place = found.after.places[SALES]
    months = [found.after.months.index(month) for month in rows["month"]]
    assert (found.after.values[:, place, months] == rows["value"].to_numpy()).all()
    assert np.ptp(found.after.values[:, place, months[-1] + 1]) > 0.0
    assert found.effective > 0.5 * len(found.before.draws)


def test_series_of_few_units_are_marked_as_that() -> None:
    found = revised(scaled(USED, 1.0))
    marks = {scale: by_year(found, scale).groupby("indicator")["few"].any() for scale in (1.0, 0.05, 0.01)}
    assert marks[1.0][lambda few: few].index.tolist() == ["claims"], "there are none in the first years"
    assert marks[0.01]["elv_recovered"], "some fifty are simulated in a year"
    assert not marks[0.01]["outlay"], "money is no unit"


def test_months_may_begin_anywhere_and_have_gaps() -> None:
    rows = actuals_of(cube(), 6, [SALES, STOCK], ("2024-05", "2025-11"), EXACT)
    gappy = revised(rows[~rows["month"].isin(["2024-09", "2025-02"])])
    whole = revised(rows)
    tables = (by_year(each, 0.05).set_index(["indicator", "group", "year"]).sort_index() for each in (gappy, whole))
    one, other = (table.loc[(*STOCK, "2026")] for table in tables)
    assert one["p50_after"] == pytest.approx(other["p50_after"], rel=0.03)
    assert set(so_far(gappy)["months"]) == {7, 10}


def test_the_same_question_has_the_same_answer() -> None:
    rows = actuals_of(cube(), 6, SERIES, YEAR, errors())
    first, second = revised(rows), revised(rows)
    assert np.array_equal(first.after.values, second.after.values, equal_nan=True)


# what is told -------------------------------------------------------------------------------------------------------


def test_the_series_that_was_off_drives_the_revision_of_its_promise() -> None:
    found = revised(pd.concat([scaled(STOCK, 1.1), scaled(("elv_recovered", ""), 1.0)]))
    table = drivers(found, settings(), ["nev_stock"])
    effects = table.set_index(["indicator", "group"])["effect"]
    assert effects.abs().idxmax() == STOCK
    assert effects[STOCK] > 0.0
    assert set(table["indicator"]) == {"nev_stock", "elv_recovered", KNOWN, OTHER}
    before, after = (np.median(values_of(each, settings().targets["nev_stock"])) for each in (found.before, found.after))
    assert effects.sum() == pytest.approx(after - before, rel=0.15)
    assert abs(effects[OTHER, ""]) < 0.25 * abs(after - before), "runs off the middle, which are drawn to the actuals"


def test_months_that_are_known_move_no_year_without_any() -> None:
    found = revised(pd.concat([scaled(("elv_recovered", ""), 1.2), scaled(USED, 0.8)]))
    assert settings().targets["elv_recovered"].by.startswith("2025"), "the months are those of 2024"
    effects = drivers(found, settings(), ["elv_recovered"]).set_index(["indicator", "group"])["effect"]
    assert effects[KNOWN, ""] == 0.0
    assert effects["elv_recovered", ""] > 5.0 * abs(effects[OTHER, ""])


def test_money_that_is_left_is_what_later_months_pay() -> None:
    found = revised(actuals_of(cube(), 6, SERIES, YEAR, errors()))
    (line,) = remaining(found, "2025-12").to_dict("records")
    place = found.after.places["outlay", ""]
    later = [n for n, month in enumerate(found.after.months) if month > "2025-12"]
    assert line["mean"] == pytest.approx(found.after.values[:, place, later].sum(axis=1).mean())


@pytest.mark.parametrize(("by", "far"), [(1.0, False), (1.5, True)])
def test_a_series_far_off_is_named_with_its_gap_and_what_would_have_to_differ(by: float, far: bool) -> None:
    found = revised(scaled(SALES, by))
    assert bool(np.abs(deviations(found)).max() > FAR) is far
    for language, words in (("zh", "新车注册登记量（2024年）：实际比模型中位数高"), ("en", "New-vehicle registrations (2024)")):
        lines = told(misfits(found, settings(language)), Words.of(settings(language)))
        assert bool(lines) is far
        if far:
            (line,) = lines
            assert line.startswith(words)
            assert "python -m sim local" in line
            assert re.search(r"\d%", line)
            assert not re.search(r"[a-z_]+\.[a-z_*]+", line), "inputs are named as people call them"


# the verb ------------------------------------------------------------------------------------------------------------


WORDS = ("targets.nev_stock.by=2024-12", "uncertainty.measurement.stocks=0.005")


def faked(root: Path, draws: int = 12) -> Settings:
    """Settings whose runs the fake has left in the store."""
    chosen = settings_of(root, *WORDS, f"ensemble.draws={draws}", "ensemble.seeds=2")
    list(carry_out([Plan.of(chosen)], Store(root / "results"), SerialExecutor(), silent, FAKE))
    return chosen.model_copy(update={"output": str(root / "o")})


def written(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["month,indicator,group,value", *rows]), encoding="utf-8")
    return path


def test_the_verb_writes_its_tables_and_says_what_a_later_file_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = written(tmp_path / "a.csv", "2024-01,nev_stock,,1040", "2024-02,nev_stock,,1050")
    second = written(tmp_path / "b.csv", "2024-02,nev_stock,,1060", "2024-03,nev_stock,,1060")
    assert nowcast(faked(tmp_path), [first, second], {"data_to": "2024-06"}) == 0
    told_of = capsys.readouterr().out
    assert "2024-02 nev_stock：a.csv 为 1050，以后给出的 b.csv 为 1060，取后者" in told_of
    assert "有效样本量" in told_of
    table = pd.read_csv(tmp_path / "o" / "so_far.csv")
    assert table[["months", "actual"]].to_numpy().tolist() == [[3, 1060.0]]
    (line,) = pd.read_csv(tmp_path / "o" / "targets.csv").to_dict("records")
    assert line["p50"] == pytest.approx(1060.0, abs=15.0)
    assert line["p95"] - line["p05"] < 60.0, "the runs differ by 110"
    for name in ("by_year", "drivers", "remaining"):
        assert set(pd.read_csv(tmp_path / "o" / f"{name}.csv")["trial"]) == {False}


def test_actuals_beyond_all_runs_end_in_a_statement_and_nothing_is_written(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "2024-01,nev_stock,,9000")
    with pytest.raises(BadInput) as caught:
        nowcast(faked(tmp_path), [path], {"data_to": "2024-06"})
    value, remedy = caught.value.parts("en")["value"], caught.value.remedy
    assert value.startswith("New-energy vehicles in use (2024): what happened lies")
    assert "above the median of the runs" in value
    assert "error=0.3" in remedy.en
    assert "单位" in remedy.zh
    assert not (tmp_path / "o").exists()


def test_too_few_draws_are_refused_before_anything_is_run(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "2024-01,nev_stock,,1000")
    with pytest.raises(BadInput) as caught:
        nowcast(settings_of(tmp_path, "ensemble.draws=4"), [path], {"data_to": "2024-06"})
    assert (caught.value.key.en, caught.value.value) == ("ensemble.draws", 4)
    assert not (tmp_path / "results").exists()


def test_a_group_that_no_run_has_is_refused_by_row(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "2024-01,nev_stock,,1040", "2024-01,used_car_transactions,bev,5")
    with pytest.raises(BadInput) as caught:
        nowcast(faked(tmp_path), [path], {"data_to": "2024-06"})
    assert "第 3 行" in caught.value.key.zh


@pytest.mark.parametrize("options", [{"error": 0.0}, {"error": "much"}, {"data_to": "soon"}])
def test_options_that_cannot_be_are_refused(tmp_path: Path, options: dict[str, object]) -> None:
    path = written(tmp_path / "a.csv", "2024-01,nev_stock,,1000")
    with pytest.raises(BadInput):
        nowcast(settings_of(tmp_path, "ensemble.draws=12"), [path], options)
