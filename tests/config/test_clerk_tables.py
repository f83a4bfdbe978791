"""However a clerk writes a table down, the values read are those that were meant, or it is refused by row."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from clerk_tables import FORM, MONTHS, NUMBERS, TITLES, Fact, Manner, csv_bytes, grid, xlsx_bytes
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.config.tables.reading import ReadTable, read_table
from sim.errors import BadInput

unhurried = settings(deadline=None)
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
PLAIN = Manner("utf-8", ",", "2024-01", "plain", 0, False, False, True, "\n", False, False, False, 0, None)
FACTS = (Fact(2024, 1, "new_registrations", 2480.0), Fact(2024, 10, "new_registrations", 1300.0))

facts = st.lists(
    st.builds(
        Fact,
        st.integers(2023, 2026),
        st.integers(1, 12),
        st.sampled_from(sorted(TITLES)),
        st.one_of(st.integers(0, 10**7), st.integers(0, 10**7).map(lambda tenths: tenths / 10)).map(float),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda fact: fact[:3],
)
CLEAR_MONTHS, CLEAR_NUMBERS = sorted(set(MONTHS) - {"date", "2024.1", "Jan-24"}), ["percent", "plain", "thousands"]


def manners(months: Sequence[str], numbers: Sequence[str], quoted: Sequence[bool], remarks: Sequence[str | None]) -> Any:
    """Ways to write a table that differ in all that a file can differ in."""
    return st.builds(
        Manner,
        encoding=st.sampled_from(ENCODINGS),
        delimiter=st.sampled_from((",", ";", "\t", "，")),
        month=st.sampled_from(months),
        number=st.sampled_from(numbers),
        name=st.integers(0, 2),
        chinese_heads=st.booleans(),
        wide=st.booleans(),
        quoted=st.sampled_from(quoted),
        newline=st.sampled_from(("\n", "\r\n", "\r")),
        title=st.booleans(),
        total=st.booleans(),
        blank_rows=st.booleans(),
        blank_columns=st.integers(0, 2),
        remarks=st.sampled_from(remarks),
    )


clear = manners(CLEAR_MONTHS, CLEAR_NUMBERS, [True], [None, "初步数"])
any_text = manners(sorted(set(MONTHS) - {"date"}), sorted(set(NUMBERS) - {"number"}), [True, False], [None, "初步数", "480"])
any_book = manners(sorted(MONTHS), sorted(NUMBERS), [True], [None, "初步数", "480"])


def read(raw: bytes, name: str = "table") -> ReadTable:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        return read_table(path, FORM, "en")


def values(table: ReadTable) -> list[Fact]:
    return [Fact(int(r["month"][:4]), int(r["month"][5:]), r["indicator"], r["value"]) for _, r in table.rows]


def same(found: Sequence[Fact], meant: Sequence[Fact]) -> bool:
    return [f[:3] for f in found] == [m[:3] for m in meant] and all(
        f.value == pytest.approx(m.value, rel=1e-12) for f, m in zip(found, meant, strict=True)
    )


@unhurried
@given(facts, any_text)
@example(FACTS, Manner("gb18030", ",", "2024-01", "thousands", 1, True, False, False, "\r\n", False, False, False, 0, "480"))
@example(FACTS, Manner("utf-8", ",", "2024-01", "thousands", 0, False, False, False, "\n", False, False, False, 1, None))
@example(FACTS, Manner("utf-8", ",", "2024.1", "plain", 0, False, False, False, "\n", False, False, False, 0, None))
def test_a_text_means_what_was_meant_or_is_refused(meant: Sequence[Fact], manner: Manner) -> None:
    try:
        found = values(read(csv_bytes(grid(meant, manner), manner)))
    except BadInput:
        return
    assert same(found, meant)


@unhurried
@given(facts, clear)
def test_what_a_spreadsheet_saves_as_text_is_read(meant: Sequence[Fact], manner: Manner) -> None:
    assert same(values(read(csv_bytes(grid(meant, manner), manner))), meant)


@unhurried
@given(facts, any_book)
def test_a_workbook_means_what_was_meant_or_is_refused(meant: Sequence[Fact], manner: Manner) -> None:
    doubtful = manner.month not in (*CLEAR_MONTHS, "date") or manner.number not in (*CLEAR_NUMBERS, "number")
    try:
        found = values(read(xlsx_bytes(grid(meant, manner))))
    except BadInput:
        assert doubtful or manner.remarks == "480"
        return
    assert same(found, meant)


@unhurried
@given(st.binary(max_size=400))
@example(b"month,indicator,value\n2024-01,new_registrations,4\x0080\n")
@example(b"PK\x03\x04month,indicator,value")
def test_any_bytes_are_refused_and_never_break_the_reader(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read(raw)


@pytest.mark.parametrize("month", MONTHS)
def test_how_a_month_is_read_is_told(month: str) -> None:
    written = Manner(**{**vars(PLAIN), "month": month})
    cells = grid(FACTS[:1], written)
    raw = xlsx_bytes(cells) if month == "date" else csv_bytes(cells, written)
    if month in ("2024.1", "Jan-24"):
        with pytest.raises(BadInput) as caught:
            read(raw)
        assert caught.value.key.en == "row 2, column month"
        return
    told = read(raw).told
    shown = str(MONTHS[month](2024, 1))
    assert [line for line in told if "sheet" not in line] == (
        [] if month == "2024-01" else [f"column month: read {shown} as 2024-01"]
    )


HEADS = "month,indicator,value"


def table(*rows: str, head: str = HEADS) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


REFUSED: list[tuple[str, bytes, str, str]] = [
    ("more cells than heads", table("2024-01,outlay,2,480"), "row 2", "3 cells"),
    ("a number split before a remark", table("2024-01,outlay,2,480", head=HEADS + ",remark"), "row 2, column remark", "words"),
    ("a cell under no head", table("2024-01,outlay,2,480", head=HEADS + ","), "row 2", "3 cells"),
    ("a column twice", table("2024-01,outlay,2,3", head=HEADS + ",数值"), "row 1, column value", "once"),
    ("a column that nobody knows", table("2024-01,outlay,2,3", head=HEADS + ",mean"), "row 1, column mean", "columns"),
    ("a column missing", table("2024-01,2", head="month,value"), "row 1", "indicator"),
    ("underscores", table("2024-01,outlay,1_300"), "row 2, column value", "without a unit"),
    ("powers of ten", table("2024-01,outlay,1e3"), "row 2, column value", "without a unit"),
    ("digits of another script", table("2024-01,outlay,١٢"), "row 2, column value", "without a unit"),
    ("a small figure", table("2024-01,outlay,2²"), "row 2, column value", "without a unit"),
    ("thousands that are none", table('2024-01,outlay,"12,34"'), "row 2, column value", "without a unit"),
    ("a negative number", table("2024-01,outlay,-5"), "row 2, column value", "zero or more"),
    ("a number without end", table("2024-01,outlay," + "9" * 400), "row 2, column value", "without a unit"),
    ("no value", table("2024-01,outlay"), "row 2, column value", "without a unit"),
    ("a month twice, in two ways", table("2024-01,outlay,1", "2024/1,outlay,2"), "row 3, column month", "one row for each"),
    ("no such month", table("2024-13,outlay,1"), "row 2, column month", "a month"),
    ("no such day", table("2024/2/30,outlay,1"), "row 2, column month", "a month"),
    ("a month beyond the bounds", table("2028-01,outlay,1"), "row 2, column month", "from 2023-01 to 2027-12"),
    ("a zero byte", table("2024-01,outlay,4\x0080"), "row 2", "control characters"),
    ("a quote that never closes", table('2024-01,"outlay,4' + "\n2024-02,outlay,5" * 50), "row 2", "quotes"),
    ("text behind a quote", table('2024-01,"out"lay,4'), "row 2", "quotes"),
    ("a unit above the header", table("month,indicator,value", "2024-01,outlay,4", head="单位：万元"), "row 1", "single"),
    ("a subtotal", table("2024-01,outlay,4", "小计,outlay,4"), "row 3, column month", "a month"),
    ("nothing below the header", table(), "(file)", "at least one row"),
    ("nothing", b"", "row 1", "columns"),
    ("a page of the web", b"<html><table></table></html>", "(file)", ".xlsx"),
    ("an old workbook", b"\xd0\xcf\x11\xe0" + bytes(100), "(file)", ".xlsx"),
    ("too many columns", b"," * 500, "(file)", "at most"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "key", "allowed"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_could_mean_two_things_is_refused_by_row(raw: bytes, key: str, allowed: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(raw)
    error = caught.value
    assert (error.key.en, allowed in error.allowed.en, bool(error.remedy.en)) == (key, True, True)
    assert error.file.en.endswith("table")
    assert len(str(error.value)) < 100


def test_every_bad_row_is_counted_and_the_first_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        read(table(*(f"2024-{month:02d},outlay,many" for month in range(1, 13))))
    assert caught.value.key.en == "; ".join(f"row {n}, column value" for n in range(2, 7)) + "; and 7 more"


TOTALS = [
    ("合计,outlay,30", "row 4 is a total, adds up, and is no data"),
    ("合计,,30", "row 4 is a total, adds up, and is no data"),
    (",合计,30", "row 4 is a total, adds up, and is no data"),
    ("Total,outlay,31", "note: row 4 says 31 in all, but the rows sum to 30: please check; the total is no data"),
    ("合计,nev_stock,30", "note: row 4 says 30 in all, but the rows sum to 0: please check; the total is no data"),
]


@pytest.mark.parametrize(("row", "told"), TOTALS, ids=[row for row, _ in TOTALS])
def test_a_total_is_checked_and_never_taken_for_data(row: str, told: str) -> None:
    found = read(table("2024-01,outlay,10", "2024-02,outlay,20", row))
    assert [fact.value for fact in values(found)] == [10.0, 20.0]
    assert found.told == [told]


def test_totals_of_years_hold_for_the_rows_since_the_last_and_for_all() -> None:
    found = read(table("2024-01,outlay,1", "合计,outlay,1", "2025-01,outlay,2", "合计,outlay,2", "总计,outlay,3"))
    assert [line.split(" ")[1] for line in found.told if "adds up" in line] == ["3", "5", "6"]


def test_remarks_titles_and_unread_columns_are_told() -> None:
    rows = ["东昌府区,,,", "序号,month,indicator,value", "1,2024-01,outlay,5", "数据来源：区财政局,,,"]
    assert read("\n".join(rows).encode()).told == [
        "row 1 stands above the header and is no data: 东昌府区",
        "the column 序号 is not read",
        "row 4 is a remark and no data: 数据来源:区财政局",
    ]


def test_many_cells_of_one_kind_are_told_in_part_and_counted() -> None:
    told = read(table(*(f"2024/{month},outlay,5" for month in range(1, 13)))).told
    assert told[0] == "column month: read 2024/1 as 2024-01"
    assert told[-1] == "column month: 6 more read in the same way"
    assert len(told) == 7


def test_the_only_sheet_with_content_is_read_and_hidden_ones_are_told(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["month", "indicator", "value"])
    book.active.append([dt.date(2024, 1, 31), "outlay", 5])
    hidden = book.create_sheet("名录")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.create_sheet("空表")
    book.save(tmp_path / "a.xlsx")
    found = read((tmp_path / "a.xlsx").read_bytes())
    assert values(found) == [Fact(2024, 1, "outlay", 5.0)]
    assert found.told[:2] == ["read the sheet Sheet", "the hidden sheet 名录 was not read"]
    hidden.sheet_state = "visible"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(BadInput, match="one sheet with content"):
        read((tmp_path / "a.xlsx").read_bytes())
    assert values(read_table(tmp_path / "a.xlsx", FORM, "en", "Sheet")) == [Fact(2024, 1, "outlay", 5.0)]


def test_a_formula_that_was_never_worked_out_is_refused() -> None:
    cells = [["month", "indicator", "value"], ["2024-01", "outlay", "=1+1"]]
    with pytest.raises(BadInput) as caught:
        read(xlsx_bytes([list(row) for row in cells]))
    assert (caught.value.key.en, caught.value.value) == ("row 2", "=1+1")
