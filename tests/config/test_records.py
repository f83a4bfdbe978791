"""The project's own tables are read exactly as written."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from sim.config.tables.frame import read_frame
from sim.config.tables.records import records
from sim.errors import BadInput


def kept(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_the_program_writes_is_read_back_to_the_last_digit(tmp_path: Path) -> None:
    frame = pd.DataFrame({"measure": ["a", "b, c"], "share": [0.1 + 0.2, math.nan], "small": [1e-07, 123456789.0]})
    path = kept(tmp_path, frame.to_csv(index=False))
    pd.testing.assert_frame_equal(read_frame(path, "t.csv", ("measure",)), frame)


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    assert list(read_frame(kept(tmp_path, "measure,share\n"), "t.csv", ("measure",)).columns) == ["measure", "share"]


BAD = [
    ("measure,share\na,0,5\n", "row 2"),
    ("measure,share\na\n", "row 2"),
    ("measure,share,share\na,1,2\n", "row 1, column share"),
    ("measure,share\na,1_0\n", "row 2, column share"),
    ("measure,share\na,inf\n", "row 2, column share"),
    ("measure,share\na,１\n", "row 2, column share"),
    ("measure,share\n,1\n", "row 2, column measure"),
    ('measure,share\n"a,1\n', "row 2"),
    ("measure,share\na\0,1\n", "row 2"),
    ("name,share\na,1\n", "column measure"),
]


@pytest.mark.parametrize(("text", "key"), BAD, ids=[repr(text) for text, _ in BAD])
def test_anything_else_is_refused_by_row(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_frame(kept(tmp_path, text), "t.csv", ("measure",))
    assert (caught.value.file.en, caught.value.key.en) == ("t.csv", key)


def test_a_line_break_within_quotes_is_text(tmp_path: Path) -> None:
    _, (row,) = records(kept(tmp_path, 'measure,share\n"a\nb",1\n'), "t.csv", ("measure",))
    assert (row.row, row.text("measure"), row.number("share")) == (2, "a\nb", 1.0)
