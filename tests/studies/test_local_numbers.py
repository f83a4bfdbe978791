"""The workbook of a district's numbers is complete, and what departments fill in becomes a district, or is refused in words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from local_book import PLACES, ROOT, SOURCE, filled, rows_of, settings_copy

from sim import cli
from sim.config import load_settings
from sim.config.region_saving import baseline_rows
from sim.schema.bricks import Quantity
from sim.settings import Settings
from sim.studies.common.form_layout import HEAD_ROW
from sim.studies.local.contradictions import within_bounds
from sim.studies.local.district_numbers import Numbers, numbers_of
from sim.studies.local.form import COLUMNS, GUIDE
from sim.studies.local.number_sheets import template_book
from sim.studies.local.rule_book import rule_book

HOME = "dongchangfu"
CHINESE = re.compile("[一-鿿]")
Reads = Callable[..., int]
SUFFIXES = ("stock", "sales", "retired", "recovered")
GIVEN: dict[str, object] = {
    "machine_tool_stock": 24000, "lift_stock": 10000, "niii_diesel_trucks": 7200, "niii_nonoperating_diesel_trucks": 5000,
    "passenger_cars": 348300, "household_cars": 301300, "bus_stock": "1,100", "urban_share": "72%", "emr_system_stock": 1000,
    **{f"season.{month}": 2500 for month in range(1, 13)},
}  # fmt: skip


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    dates = {row["indicator"]: row["date"] for row in baseline_rows(ROOT, HOME, "A")}
    return numbers_of(ROOT, load_settings([], ROOT), dates)


@pytest.fixture(scope="module")
def book(numbers: Numbers) -> bytes:
    return template_book(numbers, HOME)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return settings_copy(tmp_path_factory.mktemp("local"))


@pytest.fixture
def read(shared: Path, tmp_path: Path, book: bytes, monkeypatch: pytest.MonkeyPatch) -> Reads:
    """Fill the workbook in, read it into a copy of the settings, and return the exit code."""
    monkeypatch.setenv("SIM_ROOT", str(shared))
    monkeypatch.chdir(tmp_path)

    def carry_out(
        values: dict[str, object],
        name: str = "mine",
        others: dict[str, dict[str, object]] | None = None,
        words: tuple[str, ...] = (),
        language: str = "en",
    ) -> int:
        path = tmp_path / "填好的表.xlsx"
        path.write_bytes(filled(book, values, others))
        again = [] if any(word.startswith("replace=") for word in words) else ["replace=true"]
        return cli.main(["local", "read", str(path), f"name={name}", f"language={language}", *again, *words])

    return carry_out


def region(root: Path, name: str = "mine") -> Any:
    return load_settings([f"region={name}"], root).region


def test_every_number_of_the_region_has_its_words(numbers: Numbers) -> None:
    held = numbers.settings.region
    wanted = set(held.baseline)
    wanted |= {f"organisations.{name}.{what}" for name in held.organisations for what in ("turnover", "spread")}
    wanted |= {f"vintages.{product}.{year}" for product, years in held.vintages.items() for year in years}
    wanted |= {f"season.{month}" for month in range(1, 13)} | {f"ownership_by_quintile.{n}" for n in range(1, 6)}
    wanted |= {f"income_quintiles.{group}.{n}" for group in held.income_quintiles for n in range(1, 6)}
    assert set(numbers.listed) == wanted
    for code, number in numbers.listed.items():
        for words in (number.title, number.means, number.department):
            assert CHINESE.search(words.zh), code
            assert words.en, code
            assert not CHINESE.search(words.en), code
        assert number.quantity.source, code
        assert re.fullmatch(r"2023(-12-31)?", number.date), code


def test_no_two_numbers_have_the_same_title(numbers: Numbers) -> None:
    for language in ("zh", "en"):
        titles = [getattr(number.title, language) for number in numbers.listed.values()]
        assert len(set(titles)) == len(titles), language


def test_the_words_name_nothing_that_is_not_there(numbers: Numbers) -> None:
    held = numbers.settings
    assert set(numbers.named) <= set(held.region.baseline)
    assert set(numbers.families.categories) == {name for name, product in held.products.items() if product.stock is not None}
    assert set(numbers.families.classes) == set(held.region.organisations)
    assert {words.subject for words in numbers.named.values()} <= set(numbers.subjects.subjects)


def test_every_estimate_is_what_its_kind_may_be(numbers: Numbers) -> None:
    for code, number in numbers.listed.items():
        assert number.table or within_bounds(number.kind, number.quantity.value), code


def test_every_name_in_the_rules_is_a_number_of_the_district(numbers: Numbers) -> None:
    rules = rule_book(ROOT, numbers.settings)
    known = {*numbers.settings.region.baseline, *numbers.derived}
    told = {name for whole, parts in rules.wholes.items() for name in (whole, *parts)}
    told |= {name for group in rules.ones for name in group}
    told |= {name for number, powers in rules.scales_with.items() for name in (number, *powers)}
    told |= {
        name
        for check in rules.checks
        for terms in (check.left, check.at_most or check.equals or ())
        for t in terms
        for name in t
    }
    told |= {
        *rules.capacity.values(),
        *(name for bands in rules.bands.values() for band in bands for name in (band.count, *band.of)),
    }
    told |= {name for margins in rules.owner_shares.values() for margin in margins for name in margin.names}
    assert told <= known


def test_the_workbook_shows_each_number_once_with_its_estimate(numbers: Numbers, book: bytes) -> None:
    opened = openpyxl.load_workbook(io.BytesIO(book))
    rows = rows_of(opened)
    assert set(rows) == set(numbers.listed)
    assert opened.sheetnames[0] == GUIDE
    for code, row in rows.items():
        number = numbers.listed[code]
        assert row[PLACES["estimate"] - 1].value == pytest.approx(number.quantity.value, abs=0.51 if number.table else 0.0), (
            code
        )
        assert row[PLACES["department"] - 1].value == f"{number.department.zh}\n{number.department.en}"
        assert all(row[PLACES[column.name] - 1].value is None for column in COLUMNS if column.filled), code


def test_a_category_counts_in_its_own_unit(numbers: Numbers) -> None:
    told = {code: numbers.unit_words(numbers.listed[code]) for code in ("bus_stock", "gas_pipe_sales", "trucks", "season.1")}
    assert told == {
        "bus_stock": ("辆", "buses"), "gas_pipe_sales": ("公里/年", "km/year"), "trucks": ("辆", "vehicles"),
        "season.1": ("辆", "vehicles"),
    }  # fmt: skip


def test_only_the_cells_to_be_filled_in_are_open_and_each_checks_what_is_typed(book: bytes) -> None:
    opened = openpyxl.load_workbook(io.BytesIO(book))
    for sheet in opened.worksheets[1:]:
        assert sheet.protection.sheet
        ruled = {cell for rule in sheet.data_validations.dataValidation for cell in str(rule.sqref).split()}
        for row in sheet.iter_rows(min_row=HEAD_ROW + 2):
            for cell, column in zip(row, COLUMNS, strict=True):
                assert cell.protection.locked != column.filled, cell.coordinate
                assert (cell.coordinate in ruled) == column.filled, cell.coordinate
    rule = next(r for r in opened["人口与收入"].data_validations.dataValidation if r.type == "decimal" and r.formula2)
    assert (float(rule.formula1), float(rule.formula2)) == (0.0, 1.0)


def test_a_workbook_filled_in_with_todays_values_gives_the_same_region(
    read: Reads, shared: Path, numbers: Numbers, capsys: pytest.CaptureFixture[str]
) -> None:
    todays = {code: number.quantity.value for code, number in numbers.listed.items()}
    counts = {code for code, number in numbers.listed.items() if number.table and number.kind == "count"}
    assert read({code: round(value) if code in counts else value for code, value in todays.items()}) == 0, (
        capsys.readouterr().err
    )
    before, after = region(shared, HOME), region(shared)
    assert {name: q.value for name, q in after.baseline.items()} == {name: q.value for name, q in before.baseline.items()}
    assert {q.grade for q in after.baseline.values()} == {"A"}
    assert {(q.low, q.source) for q in after.baseline.values()} == {(None, SOURCE)}
    for name, held in after.organisations.items():
        assert held.turnover == Quantity(
            value=before.organisations[name].turnover.value, unit="yuan/month", source=SOURCE, grade="A"
        )
    for product, years in before.vintages.items():
        assert after.vintages[product] == pytest.approx(years, abs=1e-4)
    assert after.season == pytest.approx(before.season, abs=1e-3)
    assert after.income_quintiles["urban"] == pytest.approx(before.income_quintiles["urban"], abs=1e-4)
    assert after.ownership_by_quintile == pytest.approx(before.ownership_by_quintile, abs=1e-2)
    assert load_settings(["region=mine"], shared).products == load_settings([], shared).products


@pytest.fixture(scope="module")
def mine(shared: Path, book: bytes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A district of which some numbers were given, and what was printed; the folder holds what was left behind."""
    place = tmp_path_factory.mktemp("given")
    path = place / "a.xlsx"
    others = {"lift_stock": {"true_grade": "B"}, "bus_stock": {"true_date": "2023年12月"}, "urban_share": {"true_date": 2023}}
    path.write_bytes(filled(book, GIVEN, others))
    words = [str(path), "name=some", "language=en", "confirm=[emr_system_stock]", f"output={place}"]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as printed:
        patch.setenv("SIM_ROOT", str(shared))
        assert cli.main(["local", "read", *words]) == 0
    return place, printed.getvalue()


@pytest.fixture(scope="module")
def before(shared: Path) -> Settings:
    return load_settings([], shared)


@pytest.fixture(scope="module")
def after(shared: Path, mine: tuple[Path, str]) -> Settings:
    return load_settings(["region=some"], shared)


def test_a_stock_that_is_doubled_takes_its_dependents_along_as_the_rule_says(before: Settings, after: Settings) -> None:
    was, now = before.region.baseline, after.region.baseline
    for name in ("machine_tool_stock", "machine_tool_sales", "machine_tool_retired", "machine_tool_recovered"):
        assert now[name].value == 2.0 * was[name].value
    stock, sales = now["machine_tool_stock"], now["machine_tool_sales"]
    assert (stock.grade, stock.low, stock.source) == ("A", None, SOURCE)
    assert (sales.grade, sales.low, sales.high) == ("C", 1440.0, 2160.0)
    assert sales.source.startswith("re-scaled x 2 with machine_tool_stock: ")
    kept, moved = (each.products["machine_tool"].end_of_life.capacity_per_year for each in (before, after))
    assert (moved.value, moved.high) == (2.0 * kept.value, 2.0 * (kept.high or 0.0))


def test_what_nobody_gave_and_nothing_moves_stays_as_it_was_written(shared: Path, mine: tuple[Path, str]) -> None:
    rows = {name: {r["indicator"]: r for r in baseline_rows(shared, name, "A")} for name in (HOME, "some")}
    moved = {name for name, row in rows["some"].items() if row != rows[HOME][name]}
    scaled = {f"{good}_{suffix}" for good in ("machine_tool", "lift", "emr_system", "bus") for suffix in SUFFIXES}
    untouched = {
        name for name in rows[HOME] if name.startswith(("organisations_", "mechanisation_", "camera_", "tractor_", "new_mix_"))
    }
    assert moved >= scaled
    assert moved.isdisjoint(untouched | {"population", "households", "income_urban", "used_bought_age"})


def test_a_departments_own_estimate_keeps_the_width_of_the_range(before: Settings, after: Settings) -> None:
    was, now = before.region.baseline["lift_stock"], after.region.baseline["lift_stock"]
    assert (was.low, was.value, was.high) == (7200.0, 9000.0, 10800.0)
    assert (now.grade, now.low, now.value, now.high) == ("B", 8000.0, 10000.0, 12000.0)


def test_counts_of_old_diesel_trucks_move_the_registration_years(before: Settings, after: Settings) -> None:
    was, now = before.region.vintages["truck"], after.region.vintages["truck"]
    old = {year: share for year, share in now.items() if year <= 2012}
    assert {year: pytest.approx(2.0 * was[year], abs=2e-6) for year in old} == old
    assert now[2013] == pytest.approx(1.5 * was[2013], abs=2e-6)  # half of the year lies before mid-2013
    assert now[2015] == pytest.approx(was[2015], abs=2e-6)
    assert now[2022] < was[2022]
    assert sum(now.values()) == pytest.approx(1.0, abs=1e-5)


def test_who_owns_the_stock_follows_the_counts_of_owners(before: Settings, after: Settings) -> None:
    assert before.products["car"].owner_shares == {"firm": 0.05, "institution": 0.02}
    assert after.products["car"].owner_shares == pytest.approx({"firm": 0.10, "institution": 0.04}, abs=1e-4)


def test_a_table_gives_shares_and_the_level_that_it_adds_up_to(after: Settings) -> None:
    assert after.region.season == pytest.approx([1.0] * 12)
    assert (after.region.baseline["new_registrations"].value, after.region.baseline["new_registrations"].grade) == (30000, "A")


def test_numbers_and_dates_as_clerks_write_them_are_read(after: Settings) -> None:
    found = after.region.baseline
    assert (found["bus_stock"].value, found["urban_share"].value) == (1100, 0.72)


def test_what_was_interpreted_is_told(mine: tuple[Path, str]) -> None:
    assert "read 1,100 as 1100" in mine[1]
    assert "read 72% as 0.72" in mine[1]


def test_a_number_far_off_is_taken_once_it_is_confirmed(after: Settings) -> None:
    assert after.region.baseline["emr_system_stock"].value == 1000


def test_what_changed_is_listed_with_what_it_was_scaled_with(mine: tuple[Path, str]) -> None:
    place, printed = mine
    assert "forecast -m region=dongchangfu,some" in printed
    with (place / "changes_some.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["number"]: row for row in csv.DictReader(file)}
    assert len(rows) == 405
    assert [rows[name]["how"] for name in ("lift_stock", "lift_sales", "camera_stock")] == ["given", "scaled", "stands"]
    assert (rows["lift_sales"]["with"], rows["new_registrations"]["how"], rows["season.1"]["how"]) == (
        "lift_stock",
        "given",
        "table",
    )


TOLD_WRONG: list[tuple[dict[str, object], dict[str, dict[str, object]], list[str]]] = [
    (
        {"civil_vehicles": 300000, "passenger_cars": 290000, "trucks": 60000},
        {},
        ["350,000 against 300,000", "civil vehicles in use", "机动车保有"],
    ),
    (
        {"lift_recovered": 500, "lift_retired": 400},
        {},
        ["lifts of residential buildings: recovered formally", "500 against 400"],
    ),
    ({"households": 300000}, {}, ["resident population", "within 10.0% of"]),
    ({"new_mix_bev_mini": 0.7, "new_mix_bev_family": 0.5}, {}, ["1.2 against 1"]),
    ({"trucks": 4.7}, {}, ["correct trucks in use", "a whole number above 0"]),
    ({"trucks": 5}, {}, ["ten thousands", "confirm=[trucks]"]),
    ({"urban_share": 70}, {}, ["a number from 0 to 1"]),
    ({"trucks": "约5万"}, {}, ["约5万", "a number without a unit"]),
    ({"trucks": 50000}, {"trucks": {"unit": "万辆"}}, ["万辆", "restore the unit"]),
    ({"trucks": 50000}, {"trucks": {"true_source": None}}, ["say where trucks in use comes from"]),
    ({"trucks": 50000}, {"trucks": {"true_date": "2024-12-31"}}, ["of the year 2023", "nowcast"]),
    ({"trucks": 50000}, {"trucks": {"true_grade": "D"}}, ["A or B"]),
    ({"trucks": 50000}, {"trucks": {"code": "lorries"}}, ["lorries", "a code of the workbook"]),
    ({"season.1": 2000}, {}, ["all cells of the table or none", "2, 3, 4"]),
    ({}, {}, ["at least one true value"]),
]


@pytest.mark.parametrize(
    ("values", "others", "said"), TOLD_WRONG, ids=lambda given: " ".join(given) if isinstance(given, dict) else None
)
def test_what_cannot_be_is_told_by_sheet_and_row_and_nothing_is_written(
    values: dict[str, object], others: dict[str, dict[str, object]], said: list[str], read: Reads, shared: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    before = sorted(path.name for path in (shared / "configs" / "region").rglob("*"))
    assert read(values, name="refused", others=others) == 2
    told = capsys.readouterr().err
    assert "填好的表.xlsx" in told
    for words in said:
        assert words in told, told
    if values:
        assert re.search(r"row \d+", told), told
    assert sorted(path.name for path in (shared / "configs" / "region").rglob("*")) == before


def test_contradictions_are_told_in_chinese_too(read: Reads, capsys: pytest.CaptureFixture[str]) -> None:
    assert read({"lift_recovered": 500, "lift_retired": 400}, language="zh") == 2
    told = capsys.readouterr().err
    assert "工作表“建筑与住宅”第" in told
    assert "住宅电梯正规回收 不超过 住宅电梯全年退出" in told
    assert "核对这些数字" in told


@pytest.mark.parametrize(("name", "said"), [("Mine", "lower-case"), (HOME, "choose another"), ("1st", "lower-case")])
def test_a_name_that_will_not_do_is_refused_first(
    name: str, said: str, read: Reads, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read({"trucks": 50000}, name=name) == 2
    assert said in capsys.readouterr().err


def test_a_region_is_replaced_only_on_request(read: Reads, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read({"trucks": 50000}, name="twice") == 0
    assert read({"trucks": 51000}, name="twice", words=("replace=false",)) == 2
    assert region(shared, "twice").baseline["trucks"].value == 50000


def test_another_workbook_is_refused(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIM_ROOT", str(shared))
    path = tmp_path / "other.xlsx"
    other = openpyxl.Workbook()
    other.active["A1"] = "名称"
    other.save(path)
    assert cli.main(["local", "read", str(path), "name=other", "language=en"]) == 2
    assert "make the workbook anew" in capsys.readouterr().err
