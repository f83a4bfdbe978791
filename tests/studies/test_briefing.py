"""The monthly briefing: one page in either language, lights that follow the chances, money that adds up, refusals."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
from left_out import actuals_of, without
from test_nowcast import SALES, STOCK, USED, cube, faked, settings, written

from sim.cli import main, verbs
from sim.config import load_settings
from sim.errors import BadInput
from sim.report.blocks import DENSE, Grid
from sim.report.one_page import on_one_page
from sim.report.pdf_file import pdf_pages
from sim.runs.ensemble import Ensemble
from sim.schema.uncertainty import EXACT
from sim.studies.briefing.briefing_page import COLOURS, Brief, page
from sim.studies.briefing.helping import Help, helping
from sim.studies.briefing.monthly import ChanceMove, News, changes, news, spending
from sim.studies.briefing.verb import briefing
from sim.studies.common.output import output_folder, write_csv
from sim.studies.nowcast.asking import Answer
from sim.studies.nowcast.revised_tables import remaining
from sim.studies.nowcast.revising import revise

DAY = dt.date(2026, 3, 5)
SERIES = (SALES, STOCK, USED, ("outlay", ""), ("claims", "car_scrappage"))
BOTH = pytest.mark.parametrize("language", ["zh", "en"])
EMPTY_POTS = pd.DataFrame({"pot": ["cars"], "month": ["2026-01"], "opened": [0]})


def answer(language: str = "zh", last: str = "2026-02") -> Answer:
    """Of the small ensemble, after what its seventh run has up to a month."""
    rows = actuals_of(cube(), 6, SERIES, ("2024-01", last), EXACT)
    found = revise(without(cube(), 6), rows, 0.1, settings().uncertainty.measurement)
    result = Ensemble(settings(language), 63, (), {}, 63, {})
    result.__dict__["frames"] = {"pots": EMPTY_POTS}  # cached: the pots of no run
    return Answer(result, found, [])


@cache
def promises(language: str) -> pd.DataFrame:
    """A table of 29 promises, as many as the plan has."""
    targets = load_settings([f"language={language}"]).targets
    lights = ["red", "amber", "green", "none"]
    rows = [
        {"id": name, "light": lights[n % 4], "probability": (0.05, 0.5, 0.95, np.nan)[n % 4], "probability_before": 0.4,
         "holds": n % 4 != 3, "defined": 63, "defined_before": 63, "runs": 63}
        for n, name in enumerate(targets)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def brief(language: str) -> Brief:
    """The fullest page that there can be: every promise, three of everything."""
    found = answer(language)
    whole = load_settings([f"language={language}", "population.scale=0.05"])
    full = replace(found.result, settings=whole)
    full.__dict__["frames"] = {"pots": EMPTY_POTS}
    return Brief(
        answer=found._replace(result=full),
        month="2026-02",
        first=False,
        targets=promises(language),
        spending=spending(found, "2026-02"),
        paid_known=False,
        news=[News(USED, 1560.0, 1310.0, 2.0), News(SALES, 3740.0, 3400.0, 1.4),
              News(("claims", "car_scrappage"), 160.0, 254.0, -1.1)],
        changes=[ChanceMove(name, 0.42, 0.55, USED) for name in list(whole.targets)[:3]],
        helps=[Help(m, "nev_stock", 120.0, 0.02) for m in ("car_scrappage", "car_replacement", "truck_scrappage")],
        source="runs",
        costs=pd.Series({"car_scrappage": 7.7e7, "car_replacement": 1.04e8}),
    )  # fmt: skip


# the page -----------------------------------------------------------------------------------------------------------


@BOTH
def test_the_fullest_page_fits_on_one_page_in_type_that_can_be_read(language: str) -> None:
    document = page(brief(language), DAY)
    word, pdf = on_one_page(document)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    assert re.search(rb"/FontFile2", pdf), "the shipped type is not embedded"
    assert pdf_pages(replace(document, dense=DENSE.shrunk(2.0)))[1] > 1, "the page is not full enough to be a test"
    file = docx.Document(io.BytesIO(word))
    texts = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    smallest = min(run.font.size.pt for p in file.paragraphs for run in p.runs if run.text.strip())
    assert smallest >= 4.5
    told = {"zh": ("红", "黄", "绿"), "en": ("red", "amber", "green")}[language]
    assert sum(text in told for text in texts) == sum(promises(language)["light"] != "none") >= 21


@BOTH
def test_the_page_speaks_one_language_and_names_what_it_rests_on(language: str) -> None:
    document = page(brief(language), DAY)
    text = "\n".join(block.text for block in document.blocks if hasattr(block, "text"))
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    told = text + "\n".join(" ".join([grid.caption, grid.source, *grid.headings, *chain(*grid.rows)]) for grid in grids)
    assert bool(re.search("[一-鿿]", told.replace("东昌政发", ""))) is (language == "zh")
    assert "python -m sim contribution" in told, "an association is said to be one"
    assert {"zh": "工作专班", "en": "work group"}[language] in document.title
    assert {"zh": "二手车交易量1,560辆，高19%", "en": "Used-vehicle transfers 1,560 vehicles, 19% above"}[language] in text
    assert {"zh": "160笔，低37%", "en": "160 claims, 37% below"}[language] in text, "numbers have units"
    assert document.stamp


def test_red_comes_first_and_every_light_has_its_ground() -> None:
    grid = next(block for block in page(brief("zh"), DAY).blocks if isinstance(block, Grid))
    lights = [row[1] for row in grid.rows] + [row[5] for row in grid.rows if row[5]]
    assert lights == sorted(lights, key=["红", "黄", "绿", "—"].index)
    assert list(grid.colours.values()) == list(COLOURS.values())
    assert [grid.alignment(n, "40%") for n in range(8)] == ["left", "right", "right", "right"] * 2
    assert grid.alignment(1, "红") == grid.alignment(5, "绿") == "centre"
    assert list(grid.seconds) == [4]


# what it is made of -------------------------------------------------------------------------------------------------


def test_news_are_the_numbers_of_the_month_the_most_surprising_first() -> None:
    earlier, now = answer(last="2026-01"), answer()
    found = news(earlier.revision, now.revision, "2026-02")
    assert {each.key for each in found} == set(SERIES)
    place = cube().months.index("2026-02")
    for each in found:
        assert each.actual == cube().values[6, cube().places[each.key], place]
    sizes = [abs(each.deviations) for each in found]
    assert sizes == sorted(sizes, reverse=True)


def test_spending_of_known_months_is_what_was_paid_and_years_hold_it() -> None:
    table = spending(answer(), "2026-02")
    assert table["period"].tolist() == ["2026 02", "2026", "2027"]
    part, year = table.iloc[0], table.iloc[1]
    months = [cube().months.index(month) for month in ("2026-01", "2026-02")]
    assert part["p05"] == part["p95"] == pytest.approx(cube().values[6, cube().places["outlay", ""], months].sum())
    assert year["p05"] > part["p50"]


def test_a_promise_whose_chance_has_moved_is_told_with_what_moved_it(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {"2026-01": 0.30, "2026-02": 0.55}

    def chances(each: Answer) -> pd.DataFrame:
        last = "2026-02" if np.isfinite(each.revision.known.values[0, cube().months.index("2026-02")]) else "2026-01"
        return pd.DataFrame({"id": ["nev_stock", "elv_recovered"], "probability": [tables[last], 0.1]})

    monkeypatch.setattr("sim.studies.briefing.monthly.target_table", chances)
    (change,) = changes(answer(last="2026-01"), answer())
    assert (change.target, change.before, change.after) == ("nev_stock", 0.30, 0.55)
    assert change.driver in {*SERIES, ("known", "")}


def test_measures_are_ranked_by_paired_runs_where_there_are_any(tmp_path: Path) -> None:
    found = answer()
    chosen = settings().model_copy(update={"output": str(tmp_path / "o")})
    table = pd.DataFrame(
        [(q, m, value, value, value, 8) for m, gain, cost in
         (("car_scrappage", 400.0, 4e7), ("car_replacement", 500.0, 1e7), ("bus_renewal", 100.0, 0.0), ("car_loans", -9.0, 1e6))
         for q, value in (("nev_stock", gain), ("outlay", cost))],
        columns=["quantity", "measure", "contribution", "p05", "p95", "pairs"],
    )  # fmt: skip
    with output_folder("contribution", [chosen]) as folder:
        write_csv(folder / "contributions.csv", table)
    known = found._replace(result=replace(found.result, settings=chosen))
    helps, source = helping(known, {"nev_stock": 1000.0})
    assert source == "contribution"
    assert helps == [Help("car_replacement", "nev_stock", 500.0, 0.5), Help("car_scrappage", "nev_stock", 100.0, 0.1)]


def test_without_paired_runs_how_the_runs_differ_ranks_those_that_pay_for_what_they_bring(tmp_path: Path) -> None:
    """Two made measures in the place of the shipped ones: a yuan of one brings twice what a yuan of the other does."""
    luck, found = np.random.default_rng(4), answer()
    paid = np.exp(0.2 * luck.normal(size=(63, 2))) * np.array([4e7, 4e7])
    keys = (("outlay", "measure:car_scrappage"), ("outlay", "measure:car_replacement"), STOCK)
    values = np.zeros((63, 3, 60))
    values[:, :2, 30] = paid
    values[:, 2, :] = (30_000.0 + paid @ np.array([4e-5, 2e-5]) + 20.0 * luck.normal(size=63))[:, None]
    before = replace(found.revision.before, values=values, keys=keys)
    helps, source = helping(found._replace(revision=replace(found.revision, before=before)), {"nev_stock": 1000.0})
    assert source == "runs"
    assert [each.measure for each in helps] == ["car_scrappage", "car_replacement"]
    assert helps[0].effect == pytest.approx(400.0, rel=0.25)
    assert helps[1].effect == pytest.approx(200.0, rel=0.25)


def test_costs_are_what_is_still_to_be_paid() -> None:
    left = remaining(answer().revision, "2026-02").set_index("measure")["mean"]
    assert left[""] > 0.0


# the verb ------------------------------------------------------------------------------------------------------------


@BOTH
def test_the_verb_writes_both_files_and_its_tables(tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["2024-01,nev_stock,,1040", "2024-02,nev_stock,,1050", "2024-03,nev_stock,,1060"]
    path = written(tmp_path / "a.csv", *rows)
    chosen = faked(tmp_path).model_copy(update={"language": language})
    assert briefing(chosen, [path], {"data_to": "2024-06"}) == 0
    assert "briefing.pdf" in capsys.readouterr().out
    folder = tmp_path / "o"
    assert {file.name for file in folder.iterdir() if not file.name.startswith(".")} == {
        "briefing.docx", "briefing.pdf", "targets.csv", "spending.csv", "measures.csv",
    }  # fmt: skip
    (line,) = pd.read_csv(folder / "targets.csv").to_dict("records")
    assert (line["light"], line["probability"]) == ("green", 1.0)
    assert docx.Document(str(folder / "briefing.docx")).tables


def test_a_first_month_is_compared_with_the_forecast(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "2024-01,nev_stock,,1040")
    assert briefing(faked(tmp_path), [path], {"data_to": "2024-06"}) == 0
    heads = [cell.text for cell in docx.Document(str(tmp_path / "o" / "briefing.docx")).tables[0].rows[0].cells]
    assert heads[2] == "初始"


@pytest.mark.parametrize(
    ("rows", "key"),
    [(["2024-01,nev_stock,,many"], "value"), (["2027-01,nev_stock,,5"], "month"), (["2024-01,nix,,5"], "indicator")],
)
def test_bad_rows_are_refused_before_anything_is_run(tmp_path: Path, rows: list[str], key: str) -> None:
    path = written(tmp_path / "a.csv", *rows)
    with pytest.raises(BadInput) as caught:
        briefing(faked(tmp_path), [path], {"data_to": "2024-06"})
    assert key in caught.value.key.en
    assert not (tmp_path / "o").exists()


def test_the_command_line_refuses_a_briefing_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert "briefing" in verbs()
    assert main(["briefing", "language=en"]) == 2
    assert "type briefing actuals.csv" in capsys.readouterr().err
