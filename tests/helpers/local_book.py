"""Workbooks of local numbers filled in as departments would, and a copy of the settings to read them into."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

from sim.studies.common.form_layout import HEAD_ROW
from sim.studies.local.form import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
PLACES = {column.name: n for n, column in enumerate(COLUMNS, start=1)}
SOURCE = "车管所台账"


def settings_copy(place: Path) -> Path:
    """The shipped settings in a folder that a test may write to."""
    for folder in ("configs", "scenarios"):
        shutil.copytree(ROOT / folder, place / folder)
    return place


def filled(book: bytes, values: Mapping[str, object], others: Mapping[str, Mapping[str, object]] | None = None) -> bytes:
    """The workbook with true values by code, each with a source; ``others``: code -> column -> what stands there instead."""
    opened = openpyxl.load_workbook(io.BytesIO(book))
    left = dict(values)
    for code, row in rows_of(opened).items():
        if code in left:
            row[PLACES["true"] - 1].value = left.pop(code)
            row[PLACES["true_source"] - 1].value = SOURCE
        for column, value in (others or {}).get(code, {}).items():
            row[PLACES[column] - 1].value = value
    assert not left, left
    sink = io.BytesIO()
    opened.save(sink)
    return sink.getvalue()


def rows_of(opened: Any) -> dict[str, tuple[Any, ...]]:
    """Rows of numbers by code."""
    return {
        row[0].value: row for sheet in opened.worksheets[1:] for row in sheet.iter_rows(min_row=HEAD_ROW + 2) if row[0].value
    }
