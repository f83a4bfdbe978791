"""What to count first: from stored runs to the list, the workbook and the report."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from findings_made import DAY, found, words
from known_draws import DECIDES, keep_draws, typed
from local_book import filled

from sim.cli import main
from sim.config import load_settings
from sim.config.sources import find_root
from sim.errors import BadInput, Both
from sim.report.scenario_report import report
from sim.runs.plan import Plan
from sim.runs.store.folder import Store
from sim.schema.bricks import Quantity
from sim.studies.count.counting_list import counted, ordered
from sim.studies.count.list_kept import list_for, list_of_region
from sim.studies.count.stored_draws import OUTLAY, StoredDraws, stored_draws
from sim.studies.count.unknown_numbers import UnknownNumber, unknown_numbers
from sim.studies.local.filled_sheets import entries, open_book
from sim.studies.local.number_sheets import template_book
from sim.studies.local.order_sheet import HEAD_ROW, SHEET
from sim.studies.local.verb import local_numbers

ENSEMBLE = ("ensemble.draws=24", "ensemble.seeds=2")
NAME = f"region.baseline.{DECIDES}"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    keep_draws(typed(folder, *ENSEMBLE))
    return folder


@pytest.fixture(scope="module")
def told(kept: Path) -> Path:
    """The folder that the verb has left."""
    assert main(["count", *typed(kept, *ENSEMBLE), f"output={kept / 'out'}"]) == 0
    return kept / "out"


def numbers_like(count: int) -> list[UnknownNumber]:
    """Numbers of no meaning, the half of them held by somebody."""
    plain = Quantity(value=1.0, unit="-", source="test", grade="C", low=0.5, high=2.0)
    held = (None, Both("统计局", "Statistics"))
    return [UnknownNumber(f"n{n}", Both(f"数{n}", f"number {n}"), plain, held[n % 2], Both("-", "-")) for n in range(count)]


def draws_of(outlay: Any, margins: dict[str, Any] | None = None) -> StoredDraws:
    """Stored draws of these outcomes [draws, seeds]."""
    count, seeds = outlay.shape
    return StoredDraws(tuple(range(1, count + 1)), count, seeds, margins or {}, outlay, ())


# the verb -----------------------------------------------------------------------------------------------------------


def test_the_number_that_decides_is_the_one_to_count_first(told: Path) -> None:
    kept = json.loads((told / "count_first.json").read_text(encoding="utf-8"))
    first = kept["numbers"][0]
    assert (first["number"], first["code"]) == (NAME, DECIDES)
    assert first["department"]["en"] == "Vehicle administration (traffic police)"
    assert first["points"][0] > 0.2
    assert first["points"][1] < first["points"][0] < first["points"][2]
    assert first["yuan"][0] > 0.0
    assert len(kept["numbers"]) <= 3, "the others are noise"


def test_the_table_holds_every_number_for_every_outcome_in_doubt(told: Path) -> None:
    table = pd.read_csv(told / "count_first.csv")
    outcomes = set(table["outcome"])
    assert {"nev_stock", OUTLAY} <= outcomes
    assert (table.groupby("outcome")["number"].nunique() == table["number"].nunique()).all()
    assert set(table.loc[table["number"] == NAME, "stands_out"]) == {True}
    assert table["trial"].all()


def test_a_figure_lies_beside_the_list(told: Path) -> None:
    drawn = pd.read_csv(told / "figures" / "count_first.csv")
    assert drawn["number"].iloc[0] == "新车注册登记量"
    assert (told / "figures" / "count_first.png").stat().st_size > 10_000


def test_the_screen_says_who_holds_the_number_and_what_it_brings(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", *typed(kept, *ENSEMBLE), f"output={kept / 'again'}", "language=en"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "1. new registrations (held by Vehicle administration (traffic police))" in said
    assert "most for New-energy vehicles in use" in said
    assert "misplanned money avoided" in said
    assert "draws (ensemble.draws=" in said


def test_an_ensemble_that_was_interrupted_is_used_as_far_as_it_is_stored(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept / "results", tmp_path / "results")
    settings = load_settings(typed(tmp_path, *ENSEMBLE))
    plan, store = Plan.of(settings), Store(tmp_path / "results")
    shutil.rmtree(store.place(plan.key(3, 1)))
    stored = stored_draws(settings, "")
    assert (len(stored.draws), stored.asked, 3 in stored.draws) == (23, 24, False)
    assert stored.outlay.shape == (23, 2)


# what is refused ----------------------------------------------------------------------------------------------------


def test_without_stored_runs_it_is_said_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", *typed(tmp_path, *ENSEMBLE), "language=en"]) == 2
    said = capsys.readouterr().err
    assert "0 of 24" in said
    assert "run python -m sim forecast population.goods=vehicles" in said
    assert "ensemble.draws=24" in said
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("draws", [0, 1, 19])
def test_too_few_draws_are_refused(tmp_path: Path, draws: int) -> None:
    with pytest.raises(BadInput, match=r"ensemble\.draws"):
        stored_draws(load_settings(typed(tmp_path, f"ensemble.draws={draws}")), "")


@pytest.mark.parametrize("word", ["short=0.5", "short=much", "show=0", "show=2.5"])
def test_options_out_of_bounds_are_refused_by_name(tmp_path: Path, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", *typed(tmp_path, *ENSEMBLE), word, "language=en"]) == 2
    assert word.partition("=")[0] in capsys.readouterr().err


# the list -----------------------------------------------------------------------------------------------------------


def test_nothing_is_ranked_where_all_is_luck() -> None:
    outlay = 1e8 + 1e6 * np.random.default_rng(1).standard_normal((40, 2))
    found_here = counted(draws_of(outlay), load_settings(["ensemble.draws=40"]), numbers_like(60), 3.0)
    assert found_here.order == []
    assert not found_here.table["stands_out"].any()
    assert found_here.outcomes["luck"].iloc[0] > 0.8


def test_a_promise_that_every_run_meets_is_not_in_doubt() -> None:
    sure = {"nev_stock": np.ones((40, 2)), "elv_recovered": -np.ones((40, 2))}
    found_here = counted(draws_of(np.full((40, 2), 5.0), sure), load_settings(["ensemble.draws=40"]), numbers_like(3), 3.0)
    assert found_here.outcomes.empty
    assert found_here.order == []


def test_numbers_are_ordered_by_the_better_of_their_two_places() -> None:
    rows = [
        ("a", "nev_stock", 0.10, True), ("a", OUTLAY, 1.0, True), ("b", "nev_stock", 0.08, True), ("c", OUTLAY, 9.0, True),
        ("b", "elv_recovered", 0.05, True), ("d", "nev_stock", 0.50, False), ("e", OUTLAY, 5.0, True),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["number", "outcome", "value", "stands_out"])
    assert ordered(table) == ["b", "c", "a", "e"]


# names --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everything() -> list[UnknownNumber]:
    root = find_root()
    return unknown_numbers(root, load_settings([]), local_numbers(root, "dongchangfu", []))


def test_every_uncertain_number_has_a_name_in_both_languages(everything: list[UnknownNumber]) -> None:
    assert len(everything) > 1000
    assert all(number.title.zh and number.title.en and number.title.en.isascii() for number in everything)
    titles = [number.title for number in everything]
    assert len(set(titles)) == len(titles)


def test_names_and_units_are_words_and_no_keys_of_files(everything: list[UnknownNumber]) -> None:
    told = {number.name: number for number in everything}
    assert not [each.unit.zh for each in everything if not re.search("[一-鿿]", each.unit.zh)], "units that are not Chinese"
    keys = re.compile(r"\b[vy]20\d\d\b|[a-z]+_[a-z0-9]+|january|april|july|october")
    assert not [each.title.zh for each in everything if keys.search(each.title.zh)]
    assert not [each.title.en for each in everything if re.search(r"\b[vy]20\d\d\b|summer_", each.title.en)]
    late = told["pots.trade_in.tranches.y2025.instalments.april.delay_days"].title
    assert late.zh.startswith("汽车以旧换新资金（2025年，4月批次）")
    assert "(2025, April instalment)" in late.en
    assert "（2024年规定）" in told["policy.car_replacement.versions.v2024.amount_scale"].title.zh


def test_what_the_workbook_asks_for_is_held_by_somebody_and_how_people_decide_by_nobody(
    everything: list[UnknownNumber],
) -> None:
    held = {number.name: number.department for number in everything}
    assert all(held[number.name] for number in everything if number.code)
    assert {number.department for number in everything if number.name.startswith("behaviour.")} == {None}
    assert held["pots.trade_in.tranches.y2026.amount"].en == "Finance"


def test_numbers_that_no_run_reads_are_not_asked_for(everything: list[UnknownNumber]) -> None:
    names = {number.name for number in everything}
    assert not any(name.startswith("uncertainty.measurement") for name in names)
    assert "region.baseline.civil_vehicles" not in names, "kept to check others against"
    root = find_root()
    vehicles = unknown_numbers(root, load_settings(["population.goods=vehicles"]), local_numbers(root, "dongchangfu", []))
    fewer = {number.name for number in vehicles}
    assert fewer < names
    assert "region.baseline.washer_stock" in names - fewer
    assert "pots.appliances.tranches.y2026.amount" in names - fewer
    assert "region.baseline.organisations_hospital" in names - fewer
    assert NAME in fewer
    beyond = {"region.baseline.mechanisation_harvest", "market.path_factor.price_appliance"}
    assert beyond <= names - fewer, "work in the fields and prices of appliances bear on no automobile"
    assert "market.path_factor.price_bev" in fewer


# the workbook and the report ----------------------------------------------------------------------------------------


def test_the_workbook_says_what_to_count_first_and_can_still_be_read(told: Path, tmp_path: Path) -> None:
    numbers = local_numbers(find_root(), "dongchangfu", [])
    order = json.loads((told / "count_first.json").read_text(encoding="utf-8"))
    book = template_book(numbers, "dongchangfu", order)
    sheet = openpyxl.load_workbook(io.BytesIO(book))[SHEET]
    assert [cell.value for cell in sheet[HEAD_ROW + 2]][:2] == [1, DECIDES]
    path = tmp_path / "b.xlsx"
    path.write_bytes(filled(book, {DECIDES: 28_000}))
    read = entries(open_book(path), numbers)
    assert list(read.entries) == [DECIDES]
    assert not any(SHEET in line.zh for line in read.told)
    assert SHEET not in openpyxl.load_workbook(io.BytesIO(template_book(numbers, "dongchangfu"))).sheetnames


def test_the_list_is_found_again_for_its_settings_and_for_its_region(kept: Path) -> None:
    assert main(["count", *typed(kept, *ENSEMBLE)]) == 0
    settings = load_settings(typed(kept, *ENSEMBLE))
    assert list_for(settings)["numbers"][0]["number"] == NAME
    assert list_for(load_settings(typed(kept, *ENSEMBLE, "scenario=no_policy"))) is None
    other = load_settings(typed(kept))
    assert list_of_region(other, "dongchangfu")["numbers"][0]["number"] == NAME
    assert list_of_region(other, "example_county") is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_tells_what_to_count_first(told: Path, language: str) -> None:
    order = json.loads((told / "count_first.json").read_text(encoding="utf-8"))
    text = words(report(found(language, count_first=order), DAY))
    assert order["numbers"][0]["title"][language] in text
    assert order["numbers"][0]["department"][language] in text
    assert "python -m sim count" not in text


def test_a_report_without_it_says_what_to_type() -> None:
    assert "python -m sim count scenario=enacted" in words(report(found(), DAY))


def test_a_report_ranks_nothing_below_the_noise() -> None:
    order = {"region": "dongchangfu", "boundary": "A", "runs": 48, "outcomes": [], "numbers": []}
    assert "48 simulated runs cannot tell single numbers apart" in words(report(found("en", count_first=order), DAY))
