"""A table of the program's own as a frame."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from sim.config.tables.records import Record, records


def read_frame(path: Path, shown: str, texts: tuple[str, ...]) -> pd.DataFrame:
    """Numbers under any heads, beside some columns of text; an empty cell is not a number."""
    heads, rows = records(path, shown, texts)
    return pd.DataFrame([[_value(row, head, texts) for head in heads] for row in rows], columns=heads)


def _value(row: Record, head: str, texts: tuple[str, ...]) -> str | float:
    if head in texts:
        return row.text(head)
    return row.number(head) if row.cells[head] else math.nan
