"""Titles and all text of users are text, never a language: on the terminal, in figures, documents, workbooks and tables."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
from doc_pages import ROOT
from matplotlib.text import Text
from report_frames import TARGETS, TITLES, target, target_table
from rich.console import Console
from small_tree import product, refusal, scenario, write, write_tree
from xlsxwriter import Workbook

from sim.report.blocks import Command, Document, Grid, Heading, Paragraph
from sim.report.csv_file import csv_bytes
from sim.report.docx_file import docx_bytes
from sim.report.drawing import canvas
from sim.report.figure_files import png
from sim.report.pdf_file import pdf_bytes
from sim.report.plain_text import fit, unformulated
from sim.report.sheets import SAFE, Sheet, formats
from sim.report.terminal import show_table, terminal
from sim.report.terminal_tables import print_targets
from sim.report.words import Words
from sim.schema.bricks import Title

ODD = (
    "Subsidy [for] cars", "新[/试点]", "[bold red]x[/]", "$_$", "a $\\frac$ b_2^", ":smile:", "=1+1", "+1", "-1", "@SUM(A1)",
    "<b>&amp;</b>", "<script>", "_x000B_", "{runs}", "%s", "https://a.b", "\\n",
)  # fmt: skip
"""Text that some program would read as a language of its own."""
UNPRINTABLE = ("\x0b", "\x00", "\x1b", "\x7f", "\x9b", "\ufffe", "\u202e", "\x85")
"""Characters that no reader sees, and that Word, Excel or a terminal cannot hold or would obey."""
ANY = pytest.mark.parametrize("text", ODD)


def document(text: str) -> Document:
    grid = Grid(text, text, [text, text], [[text, text]], [1.0, 1.0], text)
    blocks = [Heading(1, "", text), Paragraph(text), Command(text), grid]
    return Document(text, text, text, blocks, chinese=True, footer=text, stamp=text, stamp_told=text)


# the terminal


@ANY
def test_the_terminal_prints_a_title_letter_by_letter(text: str) -> None:
    file = io.StringIO()
    console = terminal(file=file, width=120)
    show_table(console, text, [text, "x"], [[text, "1"]])
    console.print(text)
    assert file.getvalue().count(text) == 4
    file = io.StringIO()
    odd = {"nev_stock": target(title=Title(zh=text, en=text), unit=Title(zh="-", en="-"))}
    words, console = Words("zh", TITLES), terminal(file=file, width=160)
    print_targets(target_table()[:1].assign(holds=False), odd, words, console, runs=24, draws=12)
    heading = text[:1].upper() + text[1:]
    assert file.getvalue().count(heading) >= 3, "in the table, in the note on few units, in that on seed variance"


def test_rows_of_a_narrow_table_stay_apart_and_no_number_is_cut() -> None:
    titles = [f"废旧家电回收量与2023年之比（{year}年）" for year in (2025, 2026, 2027)]
    numbers = ["≥ 10,000", "8,123", "10,456", "12,789", "62% ~", "63%"]
    file = io.StringIO()
    show_table(terminal(file=file, width=80), "a", ["目标", "目标值", "P5", "P50", "P95", "修正前", "修正后"], [
        [title, *numbers] for title in titles
    ])  # fmt: skip
    lines = file.getvalue().splitlines()
    assert max(sum(2 if ord(letter) > 0x2E7F else 1 for letter in line) for line in lines) <= 80
    text = "".join(line.split("  ")[0].strip() for line in lines)
    assert all(title in text for title in titles)
    assert all(sum(number in line for line in lines) == 3 for number in numbers)


def test_no_verb_opens_a_console_of_its_own() -> None:
    opened = [p.name for p in sorted((ROOT / "sim").rglob("*.py")) if "Console(" in p.read_text(encoding="utf-8")]
    assert opened == ["terminal.py"]
    assert isinstance(terminal(), Console)


# figures


@ANY
def test_a_figure_writes_a_title_letter_by_letter(text: str) -> None:
    figure, (axis,) = canvas(text, [text], stamp=text)
    axis.set_title(text)
    axis.set_xticks([0.0], [text])
    assert png(figure)
    parts = [part for part in figure.findobj(Text) if isinstance(part, Text) and text in part.get_text()]
    assert len(parts) >= 5
    assert not any(part.get_parse_math() or part.get_usetex() for part in parts)


# documents


@pytest.mark.parametrize("text", [*ODD, *(f"a{letter}b" for letter in UNPRINTABLE)])
def test_word_and_pdf_hold_any_text(text: str) -> None:
    content = docx_bytes(document(text))
    opened = docx.Document(io.BytesIO(content))
    shown = fit(text)
    said = [paragraph.text for paragraph in opened.paragraphs]
    assert said.count(shown) == 10
    assert [cell.text for row in opened.tables[0].rows for cell in row.cells] == [shown.replace(" ", "\u00a0")] * 2 + [
        shown, shown.replace(" ", "\u00a0")
    ]  # fmt: skip
    assert pdf_bytes(document(text)).startswith(b"%PDF")


# workbooks and tables


@pytest.mark.parametrize("text", [*ODD, *(f"a{letter}b" for letter in UNPRINTABLE)])
def test_a_workbook_holds_text_as_text(text: str) -> None:
    sink = io.BytesIO()
    book = Workbook(sink, SAFE)
    sheet = Sheet(book, "a", formats(book), {}, "&P")
    sheet.text(0, 0, text)
    sheet.value(1, 0, text)
    sheet.heads(2, [text])
    book.close()
    cells = [openpyxl.load_workbook(io.BytesIO(sink.getvalue()))["a"].cell(row, 1) for row in (1, 2, 3)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value for cell in cells} == {fit(text)}
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(sink.getvalue())).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1"])
def test_a_table_has_nothing_that_a_spreadsheet_would_calculate(text: str) -> None:
    content = csv_bytes(pd.DataFrame({"id": ["a"], "title": [text], "value": [-1.5]}))
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert row == {"id": "a", "title": f"'{text}", "value": "-1.5"}


@pytest.mark.parametrize("text", ["-5", "+0.5", "1e6", "-1.5e-3", "新能源", "", "a=b"])
def test_numbers_and_plain_text_of_a_table_stay_as_they_are(text: str) -> None:
    assert unformulated(text) == text


# what is refused at reading


@pytest.mark.parametrize("letter", UNPRINTABLE)
def test_an_unprintable_character_in_a_title_is_refused_at_reading(tmp_path: Path, letter: str) -> None:
    root = write_tree(tmp_path)
    odd: dict[str, Any] = {**product(), "title": {"zh": f"轿{letter}车", "en": "car"}}
    write(root, "configs/products/car.yaml", odd)
    error = refusal(root, [])
    assert error.key.en in ("title.zh", "line 3")
    assert f"U+{ord(letter):04X}" in str(error.value)
    assert error.file.en == "configs/products/car.yaml"


def test_an_unprintable_character_on_the_command_line_is_refused(tmp_path: Path) -> None:
    root = write_tree(tmp_path)
    write(root, "scenarios/mine.yaml", scenario("mine"))
    error = refusal(root, ["policy.car_scrappage.title.zh=a\x1b[31mb"])
    assert "U+001B" in str(error.value)
    assert "\x1b" not in str(error)


def test_the_titles_of_the_targets_are_shown_as_headings() -> None:
    assert Words("en", promises={n: t.title for n, t in TARGETS.items()}).promise("nev_stock") == "New-energy vehicles in use"
