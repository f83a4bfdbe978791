"""Cases are predicted before they are scored, and what they ask of the runs is what the page says."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.cli import main
from sim.clock import parse_month
from sim.config import load_settings
from sim.errors import BadInput, ResultsDamaged
from sim.markets.prices import Paths
from sim.runs.executors import SerialExecutor
from sim.runs.reference_year.anchor_keys import solved_for
from sim.runs.schedule import silent
from sim.settings import Settings
from sim.studies.common.output import left_by, output_folder
from sim.studies.report.verb import scorecard
from sim.studies.validate import quantities as q
from sim.studies.validate.case import Case, chosen, load_case, shipped
from sim.studies.validate.case_market import discounted, settings_of, shifted, without
from sim.studies.validate.scoring import (
    Verdict,
    check,
    predict,
    read_predictions,
    read_scorecard,
    score,
    write_predictions,
    write_scorecard,
)

ROOT = Path(__file__).parents[2]
YEAR = [f"2024-{month:02d}" for month in range(1, 13)]
TITLE = {"zh": "名", "en": "name"}
GIVEN = {"measures": ["programme"], "months": ["2010-03", "2010-04"]}


def toy(**programme: Any) -> dict[str, Any]:
    """A market of 3,000 households with a generous programme in its second year."""
    told = {"announced": "2010-02-20", "start": "2010-03-01", "end": "2010-06-30", "amount": 3000, "money": 1e9, **programme}
    market = {
        "households": 3000, "cars": 3600, "new_cars": 260, "first_buyer_share": 0.2, "used_transactions": 400, "scrapped": 220,
        "new_price": 15000, "income": 30000, "age_shares": {age: 0.0625 for age in range(16)}, "reference_year": 2009,
        "simulated_households": 3000,
    }  # fmt: skip
    months = {"months": ["2010-03", "2010-04", "2010-05", "2010-06"]}
    claims = {"id": "toy_claims", "quantity": "claims_per_thousand", "given": {"measures": ["programme"], **months}}
    common = {"title": TITLE, "observed": 0.0, "low": -1e-9, "high": 1e-9, "source": "worked out"}
    return {
        "id": "toy", "title": TITLE, "market": market, "programme": told, "until": "2010-08", "scores": [{**claims, **common}],
    }  # fmt: skip


def predicted(case: Case, folder: Path) -> float:
    values = predict([case], 1.0, 0, str(folder), SerialExecutor(), silent)
    return float(values["toy"]["toy_claims"][0])


def test_a_programme_that_nobody_can_use_has_no_claims(tmp_path: Path) -> None:
    assert predicted(Case.model_validate(toy(min_age=40)), tmp_path) == 0.0


def test_money_for_ten_claims_pays_ten(tmp_path: Path) -> None:
    people = 3000 * load_settings([]).region.baseline["household_size"].value
    assert predicted(Case.model_validate(toy(scrap=False, money=30_001)), tmp_path) == pytest.approx(1000.0 * 10.0 / people)


def view(monthly: dict[str, list[float]], other: dict[str, list[float]], claims: list[int]) -> q.View:
    """A year of the district, worked out by hand."""

    def frame(values: dict[str, list[float]]) -> pd.DataFrame:
        return pd.DataFrame(
            [
                (month, *name.partition("/")[::2], value)
                for name, row in values.items()
                for month, value in zip(YEAR, row, strict=True)
            ],
            columns=["month", "indicator", "group", "value"],
        )

    ledger = pd.DataFrame({"month": YEAR, "measure": "programme", "payer": "central", "claims": claims})
    settings = load_settings(["population.goods=vehicles", "population.scale=0.5"])
    case = Case.model_validate({"id": "hand", "title": TITLE})
    return q.View(case, settings, frame(monthly), frame(other), ledger)


@pytest.fixture(scope="module")
def year() -> q.View:
    sold = [100.0] * 6 + [120.0, 150.0] + [80.0, 90.0, 100.0, 100.0]
    return view({"new_registrations": sold}, {"new_registrations": [100.0] * 12}, [0] * 6 + [20, 40] + [0] * 4)


def test_sales_are_counted_over_the_base_months(year: q.View) -> None:
    assert q.sales_index(year, ["2024-08"], ["2024-04", "2024-05", "2024-06"]) == pytest.approx(1.5)


def test_of_120_claims_70_were_induced(year: q.View) -> None:
    assert q.inframarginal(year, ["2024-07", "2024-08"]) == pytest.approx(1.0 - 70.0 / 120.0)


def test_30_of_70_are_paid_back(year: q.View) -> None:
    assert q.paid_back(year, ["2024-07", "2024-08"], ["2024-09", "2024-10"]) == pytest.approx(30.0 / 70.0)


def test_half_of_the_claims_are_in_eight_days_into_the_second_month(year: q.View) -> None:
    assert q.half_way(year, ["programme"], ["2024-07", "2024-08"], 1) == pytest.approx(31 + 31 * 20.0 / 80.0)


def test_claims_that_fall_are_counted(year: q.View) -> None:
    assert q.claims_inversions(year, "programme", ["2024-07", "2024-08", "2024-09"]) == 1.0


def test_a_logistic_share_has_its_slope() -> None:
    share = [1.0 / (1.0 + math.exp(-(-1.0 + 0.4 * n / 12.0))) for n in range(12)]
    parts = {"new_registrations": [100.0] * 12, "new_registrations/bev": [60.0 * s for s in share]}
    parts["new_registrations/phev"] = [40.0 * s for s in share]
    assert q.nev_slope(view(parts, parts, [0] * 12), "2024-01", "2024-12") == pytest.approx(0.4)


def test_changes_on_log_scales(year: q.View) -> None:
    base = ["2024-04", "2024-05", "2024-06"]
    assert q.sales_change(year, ["2024-08"], base) == pytest.approx(math.log(1.5))
    assert q.log_ratio(year, "new_registrations", ["2024-07", "2024-08"], base) == pytest.approx(math.log(1.35))
    assert q.log_claims_growth(year, "programme", "2024-07", "2024-08") == pytest.approx(math.log(2.0))
    assert q.log_claims_growth(year, "programme", "2024-08", "2024-09") == -math.inf
    assert math.isnan(q.log_claims_growth(year, "programme", "2024-06", "2024-07"))


def test_the_change_of_the_nev_share_is_one_of_its_logit() -> None:
    parts = {"new_registrations": [100.0] * 12, "new_registrations/bev": [10.0] * 6 + [30.0] * 6}
    parts["new_registrations/phev"] = [10.0] * 6 + [20.0] * 6
    told = view(parts, parts, [0] * 12)
    assert q.nev_change(told, YEAR[6:], YEAR[:6]) == pytest.approx(math.log(1.0) - math.log(0.25))


def test_scrapping_is_formal_and_informal_together() -> None:
    """Ten in a hundred more vehicles end after prices have fallen by a tenth: log 1.1 / log 0.9."""
    with_it = {"elv_recovered": [6.0] * 12, "informal_retirements": [5.0] * 12}
    without_it = {"elv_recovered": [4.0] * 12, "informal_retirements": [6.0] * 12}
    told = view(with_it, without_it, [0] * 12)
    assert q.scrap_elasticity(told, YEAR, 0.1) == pytest.approx(math.log(1.1) / math.log(0.9))


def test_predictions_cannot_be_changed_after_they_were_written(tmp_path: Path) -> None:
    write_predictions(tmp_path, {"toy": {"toy_claims": [0.1, 0.2]}})
    assert read_predictions(tmp_path) == {"toy": {"toy_claims": [0.1, 0.2]}}
    path = tmp_path / "predictions.json"
    path.write_text(path.read_text().replace("0.1", "0.9"))
    with pytest.raises(ResultsDamaged, match="changed after"):
        read_predictions(tmp_path)


def test_the_median_is_scored_against_band_and_simple_forecasts() -> None:
    case = toy()
    case["scores"][0] |= {"observed": 1.0, "low": 0.8, "high": 1.2, "naive": {"no_change": 0.0, "elasticity": 0.7}}
    (verdict,) = score([Case.model_validate(case)], {"toy": {"toy_claims": [0.5, 0.9, 1.3]}})
    assert (verdict.predicted, verdict.passed, verdict.best_naive, verdict.beats_naive) == (0.9, True, 0.7, True)


@pytest.mark.parametrize("case", shipped(), ids=lambda case: case.id)
def test_shipped_cases_have_settings_and_known_quantities(case: Case, tmp_path: Path) -> None:
    settings = settings_of(case, 0.01, str(tmp_path))
    without(settings, case)
    if case.discount is not None:
        discounted(settings, case.discount)
    assert {told.quantity for told in case.scores} <= set(q.QUANTITIES)
    assert all(told.band[1] <= told.band[0] <= told.band[2] for told in case.scores if told.band)
    assert all(told.band for told in case.scores)
    check(case)


def test_a_price_cut_leaves_the_reference_year_alone() -> None:
    case = chosen("elasticity_nev")
    assert case.discount is not None
    settings = load_settings(["population.goods=vehicles"])
    cut = discounted(settings, case.discount)
    before, after = (Paths(s.market) for s in (settings, cut))
    for month, left in (("2023-12", 1.0), ("2024-01", 0.95), ("2024-07", 0.95)):
        assert after.at("price_bev", parse_month(month)) == left * before.at("price_bev", parse_month(month))
    assert solved_for(cut) == solved_for(settings)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"programme": {"amount": -1}}, "programme.amount"),
        ({"typo": 1}, "typo"),
        ({"market": {"age_shares": {0: 0.5}}}, "market"),
        ({"until": None}, "file"),
        ({"programme": {"announced": "2010-02-30"}}, "programme.announced"),
        ({"programme": {"end": "2010-13-01"}}, "programme.end"),
        ({"programme": {"start": "2010-01-01"}}, "programme"),
        ({"programme": {"announced": "2009-01-10", "start": "2009-02-01"}}, "file"),
        ({"until": "2010-02"}, "file"),
        ({"scores": [{"id": "x", "quantity": "sales", "title": TITLE}]}, "scores.quantity"),
        (
            {"scores": [{"id": "x", "quantity": "claims_growth", "title": TITLE, "given": {"measure": "programme"}}]},
            "scores.given",
        ),
        ({"scores": [{"id": "x", "quantity": "season", "title": TITLE, "observed": 1.0}]}, "scores.0"),
    ],
)
def test_a_case_with_an_error_is_refused_with_file_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], key: str
) -> None:
    content = toy()
    for name, value in change.items():
        content[name] = {**content[name], **value} if isinstance(value, dict) else value
    path = tmp_path / "broken.yaml"
    path.write_text(json.dumps(content))
    with pytest.raises(BadInput):
        check(load_case(path, str(path)))
    assert main(["validate", f"case={path}", "language=en", f"results.folder={tmp_path / 'results'}"]) == 2
    told = capsys.readouterr().err
    assert str(path) in told or "toy" in told
    assert key in told
    assert not (tmp_path / "results").exists()


def test_an_unknown_case_is_told_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "case=us_cars_2008"]) == 2
    assert "us_cars_2009" in capsys.readouterr().err


def test_the_verb_leaves_predictions_and_scorecard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "toy.yaml"
    path.write_text(json.dumps(toy(min_age=40)))
    words = [f"results.folder={tmp_path / 'results'}", "ensemble.draws=0", "executor=serial"]
    assert main(["validate", f"case={path}", "language=en", *words]) == 0
    assert "1 of 1 passed" in capsys.readouterr().out
    (folder,) = left_by("validate", load_settings([words[0]]))
    card = read_scorecard(folder)
    assert card is not None
    assert (card["case"], card["draws"]) == (str(path), 0)
    assert [(each["id"], each["passed"]) for each in card["verdicts"]] == [("toy_claims", True)]
    assert scorecard(load_settings([words[0]])) is None, "one case is not the scorecard of a report"


def test_a_report_takes_the_scorecard_of_its_own_assumptions_wherever_that_lies(tmp_path: Path) -> None:
    case = Case.model_validate(toy(min_age=40))
    usual = load_settings([f"results.folder={tmp_path / 'results'}"])
    verdicts = score([case], {"toy": {"toy_claims": [0.0]}})

    def leave(values: Sequence[Verdict], settings: Settings, name: str | None = None) -> None:
        with output_folder("validate", [settings]) as folder:
            write_scorecard(folder, list(values), name, settings)

    assert scorecard(usual) is None
    leave(verdicts, usual)
    leave([], usual.model_copy(update={"output": str(tmp_path / "o")}), "one_case")
    for words in ([], ["scenario=no_policy"], ["population.scale=0.05", "ensemble.draws=3"], [f"output={tmp_path / 'o'}"]):
        found = scorecard(load_settings([f"results.folder={tmp_path / 'results'}", *words]))
        assert found is not None, words
        assert [each["id"] for each in found] == ["toy_claims"]
    for word in ("behaviour.price_sensitivity=3", "parameters=prior"):
        assert scorecard(load_settings([f"results.folder={tmp_path / 'results'}", word])) is None, word


@pytest.mark.parametrize(
    "word", ["scenario=no_policy", "behaviour.price_sensitivity=3", "population.goods=vehicles", "clock.end=2025-12"]
)
def test_settings_that_no_case_would_heed_are_refused(capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert main(["validate", word, "language=en"]) == 2
    assert word in capsys.readouterr().err


@pytest.mark.parametrize("scores", [[], [{"id": "open", "quantity": "claims_per_thousand", "title": TITLE, "given": GIVEN}]])
def test_a_case_without_measured_numbers_is_a_prediction_and_no_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], scores: list[dict[str, Any]]
) -> None:
    path = tmp_path / "toy.yaml"
    path.write_text(json.dumps(toy() | {"scores": scores}))
    words = [f"results.folder={tmp_path / 'results'}", "ensemble.draws=0", "executor=serial"]
    assert main(["validate", f"case={path}", "language=en", *words]) == 0
    told = capsys.readouterr().out
    assert "prediction only" in told
    assert "passed" not in told.replace("passes within", "")
    (folder,) = left_by("validate", load_settings([words[0]]))
    verdicts = (read_scorecard(folder) or {})["verdicts"]
    assert [(each["passed"], each["observed"]) for each in verdicts] == [(None, None)]
    assert verdicts[0]["predicted"] > 0.0


def test_a_leap_day_of_the_country_has_a_day_in_the_model() -> None:
    market = Case.model_validate(toy()).market
    assert market is not None
    assert shifted("2012-02-29", market) == "2026-02-28"
