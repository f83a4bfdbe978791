"""Cases are predicted before they are scored; what is wrong with a case is told before anything runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from toy_cases import TITLE, toy

from sim.cli import main
from sim.clock import parse_month
from sim.config import load_settings
from sim.errors import BadInput, ResultsDamaged
from sim.markets.prices import Paths
from sim.runs.draws import undisturbed
from sim.runs.executors import SerialExecutor
from sim.runs.reference_year.anchor_keys import solved_for
from sim.runs.schedule import silent
from sim.settings import Settings
from sim.studies.common.output import left_by, output_folder
from sim.studies.report.verb import scorecard
from sim.studies.validate.band_rules import RULES
from sim.studies.validate.case import Case, chosen, load_case, shipped
from sim.studies.validate.case_market import discounted
from sim.studies.validate.scorecard import page
from sim.studies.validate.scoring import Sides, Verdict, predict, prepared, read_scorecard, score, write_scorecard
from sim.studies.validate.sealing import made_with, read_predictions, write_predictions

GIVEN = {"measures": ["programme"], "months": ["2010-03", "2010-04"]}


def predicted(case: Case, folder: Path) -> float:
    values = predict(prepared([case], 0.1, str(folder)), 0, SerialExecutor(), silent)
    return values["toy"]["toy_claims"][0]


def test_a_programme_that_nobody_can_use_has_no_claims(tmp_path: Path) -> None:
    assert predicted(Case.model_validate(toy(age_min=40)), tmp_path) == 0.0


def test_money_for_ten_claims_pays_ten(tmp_path: Path) -> None:
    assert predicted(Case.model_validate(toy(money=30_001)), tmp_path) == pytest.approx(10.0)


def test_predictions_cannot_be_changed_after_they_were_written(tmp_path: Path) -> None:
    write_predictions(tmp_path, {"toy": {"toy_claims": [0.1, 0.2]}}, {"code": "abc"})
    assert read_predictions(tmp_path)["predictions"] == {"toy": {"toy_claims": [0.1, 0.2]}}
    path = tmp_path / "predictions.json"
    written = path.read_text()
    for old, new in (("0.1", "0.9"), ("abc", "abd"), ('"written": "2', '"written": "1')):
        assert old in written
        path.write_text(written.replace(old, new))
        with pytest.raises(ResultsDamaged, match="changed after"):
            read_predictions(tmp_path)


def test_the_digest_covers_case_code_parameters_and_time(tmp_path: Path) -> None:
    settings, case = load_settings([]), Case.model_validate(toy())
    made = made_with([case], settings, "sim.studies.validate.scoring")
    other = made_with([case], settings, "sim.studies.validate.case")
    drawn = settings.parameters.model_copy(update={"places": {}})
    changed = made_with([Case.model_validate(toy(amount=2999))], settings.model_copy(update={"parameters": drawn}), "sim.clock")
    assert {name for name in made if made[name] != other[name]} == {"code"}
    assert {name for name in made if made[name] != changed[name]} == {"cases", "code", "parameters", "settings"}
    assert len({write_predictions(tmp_path, {}, each) for each in (made, other, changed)}) == 3
    assert json.loads((tmp_path / "predictions.json").read_text())["written"].endswith("+00:00")


def test_the_median_is_scored_against_band_and_simple_forecasts() -> None:
    case = toy()
    case["scores"][0] |= {"observed": 1.0, "low": 0.8, "high": 1.2, "naive": {"no_change": 0.0, "elasticity": 0.7}}
    (verdict,) = score([Case.model_validate(case)], {"toy": {"toy_claims": [0.5, 0.9, 1.3]}})
    assert (verdict.predicted, verdict.passed, verdict.best_naive, verdict.beats_naive) == (0.9, True, 0.7, True)


def test_draws_that_say_nothing_are_left_out_of_the_median() -> None:
    (verdict,) = score([Case.model_validate(toy())], {"toy": {"toy_claims": [float("nan"), 3.0, float("-inf"), 5.0]}})
    assert verdict.predicted == 4.0


@pytest.mark.parametrize(
    ("told", "band"),
    [
        ({"standard_error": 0.02}, (0.36, 0.44)),
        ({"rule": "share"}, (0.30, 0.50)),
        ({"rule": "effect"}, (0.20, 0.60)),
        ({"rule": "count"}, (0.26, 0.54)),
    ],
)
def test_a_band_is_two_standard_errors_or_follows_a_stated_rule(told: dict[str, Any], band: tuple[float, float]) -> None:
    content = {"id": "x", "quantity": "claims_total", "title": TITLE, "source": "s", "observed": 0.4, **told}
    (told_score,) = Case.model_validate(toy() | {"scores": [content]}).scores
    assert told_score.band is not None
    assert told_score.band[1:] == pytest.approx(band)


def test_a_rule_for_effects_is_never_narrower_than_five_points() -> None:
    assert RULES["effect"].half(-0.01) == 0.05
    assert RULES["effect"].half(-0.3) == 0.15


def test_the_page_tells_grade_rule_time_and_seal_and_what_is_no_test() -> None:
    content = toy()
    content["scores"][0] = content["scores"][0] | {"rule": "count", "grade": "B", "observed": 10.0, "low": None, "high": None}
    content["scores"].append({"id": "open", "quantity": "claims_total", "title": TITLE})
    case = Case.model_validate(content)
    verdicts = score([case], {"toy": {"toy_claims": [9.0], "open": [9.0]}})
    sealed = {"hash": "0123456789abcdef", "written": "2026-11-26T11:00:00+00:00"}
    told = page([case], verdicts, load_settings([]), sealed)
    assert "Observed: worked out (grade B; band: a count, a rate or a ratio: 35% to either side)." in told
    assert "`0123456789ab`" in told
    assert "2026-11-26T11:00:00+00:00" in told
    assert "1 of 1 passed" in told
    assert told.count("prediction only") == 1


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> list[Sides]:
    return prepared(shipped(), 0.01, str(tmp_path_factory.mktemp("results")))


def test_shipped_cases_have_settings_and_quantities_with_their_arguments(every: list[Sides]) -> None:
    assert {side.case.id for side in every} == {case.id for case in shipped()}


def test_cases_are_asked_of_the_inputs_alone_as_no_shock_of_this_nation_happened_there(every: list[Sides]) -> None:
    assert load_settings([]) != undisturbed(load_settings([]))
    for settings in (each for side in every for each in (side.under, side.other)):
        assert settings == undisturbed(settings)


@pytest.mark.parametrize("case", shipped(), ids=lambda case: case.id)
def test_shipped_numbers_lie_in_their_bands_and_say_where_they_come_from(case: Case) -> None:
    assert all(told.band and told.band[1] <= told.band[0] <= told.band[2] and told.source for told in case.scores)
    assert all(told.grade is not None for told in case.scores if told.rule is not None or case.policy)


def test_open_cases_are_held_out_of_the_calibration() -> None:
    own = [case for case in shipped() if case.market is not None]
    assert len(own) >= 12
    used = {told.id for case in own for told in case.scores if told.calibrated}
    assert used == {"us_july", "us_august", "us_september", "us_inframarginal", "us_paid_back"}, (
        "ranges were chosen with these in view"
    )


def test_a_price_cut_leaves_the_reference_year_alone() -> None:
    case = chosen("elasticity_nev")
    assert case.discount is not None
    settings = load_settings(["population.goods=vehicles"])
    cut = discounted(settings, case.discount)
    before, after = (Paths(s.market) for s in (settings, cut))
    for month, left in (("2023-12", 1.0), ("2024-01", 0.95), ("2024-07", 0.95)):
        assert after.at("price_bev", parse_month(month)) == left * before.at("price_bev", parse_month(month))
    assert solved_for(cut) == solved_for(settings)


def changed(place: str, value: Any) -> dict[str, Any]:
    """The toy with one entry set, or left out where the value is None."""
    content = toy()
    *above, last = place.split(".")
    node: Any = content
    for part in above:
        node = node[int(part)] if isinstance(node, list) else node[part]
    if value is None:
        del node[last]
    else:
        node[int(last) if isinstance(node, list) else last] = value
    return content


ONE = {"id": "x", "quantity": "claims_total", "title": TITLE}


@pytest.mark.parametrize(
    ("place", "value", "key"),
    [
        ("policy.programme.versions.v1.grants.ice.amount", -1, "scrappage_subsidy.versions.v1.grants.ice.amount"),
        ("typo", 1, "typo"),
        ("market.goods.car.age_shares", {0: 0.5}, "market.goods.car"),
        ("until", None, "file"),
        ("policy.programme.versions.v1.announced", "2010-02-30", "versions.v1.announced"),
        ("policy.programme.versions.v1.window", {"start": "2010-03-01", "end": "2010-02-01"}, "versions.v1.window"),
        ("policy.programme.versions.v1.window.start", "2009-02-01", "file"),
        ("until", "2010-02", "file"),
        ("market.season", [1.0] * 11, "market"),
        ("market.goods", {"cars": {"stock": 9, "sales": 1, "price": 1, "retired": 1, "first_buyer_share": 0}}, "market.goods"),
        ("market.goods.car.used_transactions", None, "market.goods.car.used_transactions"),
        ("market.goods.car.use_years", 9, "market.goods.car.use_years"),
        ("market.goods.car.sales", 9999, "market.goods.car"),
        ("market.goods.car.mix", {"ice_economy": 1.0}, "market.goods.car.mix"),
        ("market.goods.car.fleets", {"taxi": 0.1}, "market.goods.car.fleets"),
        ("market.paths", {"incomes": [["2010-01", 1.0]]}, "market.paths"),
        ("policy.programme.pot", "purse", "policy.programme.pot"),
        ("policy.programme.pot", None, "pots"),
        ("market.goods.car.age_shares", {50: 1.0}, "market.goods.car.age_shares.50"),
        ("scores", [ONE, ONE], "file"),
        ("scores", [{**ONE, "quantity": "sales"}], "scores.quantity"),
        ("scores", [{**ONE, "given": {"measure": "programme"}}], "scores.given"),
        ("scores", [{**ONE, "given": {"measures": ["rebate"]}}], "scores.given"),
        ("scores", [{**ONE, "given": {"months": "2010-03 to 2011-03"}}], "scores.given"),
        ("scores", [{**ONE, "quantity": "claims_between", "given": {"period": "2010-03-31 to 2010-03-01"}}], "scores.given"),
        ("scores", [{**ONE, "quantity": "quarter_on_quarter", "given": {"quarter": "2009Q1"}}], "scores.given"),
        ("scores", [{**ONE, "quantity": "size_share", "given": {"sizes": ["tiny"], "months": ["2010-03"]}}], "scores.given"),
        ("scores", [{**ONE, "over": {"case": "us_cars_2009", "given": {"months": ["2010-12"]}}}], "scores.given"),
        ("scores", [{**ONE, "observed": 1.0}], "scores.0"),
        ("scores", [{**ONE, "observed": 1.0, "source": "s", "rule": "count", "standard_error": 1.0}], "scores.0"),
        ("scores", [{**ONE, "rule": "count"}], "scores.0"),
    ],
)
def test_a_case_with_an_error_is_refused_with_file_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, value: Any, key: str
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(json.dumps(changed(place, value)))
    with pytest.raises(BadInput):
        prepared([load_case(path, str(path))], 0.1, str(tmp_path / "results"))
    for language in ("en", "zh"):
        assert main(["validate", f"case={path}", f"language={language}", f"results.folder={tmp_path / 'results'}"]) == 2
        told = capsys.readouterr().err
        assert str(path) in told
        assert key in told or (key == "file" and "（文件）" in told)
    assert not (tmp_path / "results").exists()


def test_an_unknown_case_is_told_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "case=us_cars_2008"]) == 2
    assert "us_cars_2009" in capsys.readouterr().err


def test_the_verb_leaves_predictions_and_scorecard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "toy.yaml"
    path.write_text(json.dumps(toy(age_min=40)))
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
    case = Case.model_validate(toy(age_min=40))
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


@pytest.mark.parametrize(
    "scores",
    [[], [{"id": "open", "quantity": "claims_per_thousand", "title": TITLE, "given": GIVEN}]],
)
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
