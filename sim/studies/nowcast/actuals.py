"""Read what has happened so far, and refuse rows that say nothing the model knows."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.errors import BadInput

COLUMNS = ("month", "indicator", "value")
OPTIONAL = "group"
SHOWN = 5
"""Bad rows that are named in full."""


class Fault(NamedTuple):
    """One thing that is wrong with a row."""

    row: int
    column: str
    value: str
    allowed: str


def read_actuals(path: Path, months: Collection[str], groups: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """month, indicator, group, value; raises BadInput that names file, rows, columns and what is allowed.

    ``months``: of the clock; ``groups``: of each indicator. The first line holds the names of the columns.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, "file", str(path), "a CSV file in UTF-8", str(error)) from error
    reader = csv.DictReader(text.splitlines())
    names = [name.strip() for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in names]
    unknown = [name for name in names if name not in (*COLUMNS, OPTIONAL)]
    if missing or unknown:
        allowed = "columns month, indicator, value and, if wanted, group"
        raise _refused(path, "row 1", ",".join(names), allowed, "name the columns in the first line")
    reader.fieldnames = names
    faults: list[Fault] = []
    rows = []
    for row in reader:
        cells = {name: (row.get(name) or "").strip() for name in (*COLUMNS, OPTIONAL)}
        found = _faults(reader.line_num, cells, months, groups)
        faults += found
        if not found:
            rows.append((cells["month"], cells["indicator"], cells["group"], float(cells["value"]), reader.line_num))
    table = pd.DataFrame(rows, columns=["month", "indicator", "group", "value", "line"])
    twice = table[table.duplicated(["month", "indicator", "group"])]
    faults += [Fault(int(r.line), "month", str(r.month), "each month, indicator and group once") for r in twice.itertuples()]
    if faults:
        raise _named(path, sorted(faults))
    if table.empty:
        raise _refused(path, "rows", "none", "at least one row below the names of the columns", "enter what happened")
    return table.drop(columns="line")


def _faults(line: int, cells: Mapping[str, str], months: Collection[str], groups: Mapping[str, Collection[str]]) -> list[Fault]:
    """What is wrong with one row."""
    name, group = cells["indicator"], cells["group"]
    checks: list[tuple[str, Callable[[], bool], str]] = [
        ("month", lambda: cells["month"] in months, f"a month from {min(months)} to {max(months)}, as in {min(months)}"),
        ("indicator", lambda: name in groups, "one of " + ", ".join(sorted(groups))),
        ("value", lambda: _is_number(cells["value"]), "a finite number, not negative"),
    ]
    if name in groups:
        known = sorted(one for one in groups[name] if one)
        allowed = ("empty, or " if "" in groups[name] else "") + "one of " + ", ".join(known or ["(no groups)"])
        checks.append(("group", lambda: group in groups[name], allowed))
    return [Fault(line, column, cells[column], allowed) for column, holds, allowed in checks if not holds()]


def _is_number(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and value >= 0.0


def _named(path: Path, faults: list[Fault]) -> BadInput:
    listed = "; ".join(f"row {f.row}, column {f.column} ({f.value!r})" for f in faults[:SHOWN])
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    first = faults[0]
    return _refused(path, listed + more, first.value, first.allowed, "mend these rows; nothing was run")


def _refused(path: Path, key: str, value: str, allowed: str, remedy: str) -> BadInput:
    return BadInput(file=path.name, key=key, value=value, allowed=allowed, remedy=remedy)
