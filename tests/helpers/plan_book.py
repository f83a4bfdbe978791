"""The form of the budget filled in as a finance officer would."""

from __future__ import annotations

import io
from collections.abc import Mapping

import openpyxl

from sim.studies.budget.plan_form import COLUMNS, TABS
from sim.studies.common.form_layout import HEAD_ROW

PLACES = {column.name: n for n, column in enumerate(COLUMNS, start=1)}
BASIS = "区财政局会议纪要"


def filled_plan(book: bytes, values: Mapping[str, object], column: str = "new") -> bytes:
    """The workbook with new values by code, each with a reason; ``column``: where they stand instead."""
    opened, left = openpyxl.load_workbook(io.BytesIO(book)), dict(values)
    for name in TABS.values():
        for row in opened[name].iter_rows(min_row=HEAD_ROW + 2):
            code = row[PLACES["code"] - 1].value
            if code in left:
                row[PLACES[column] - 1].value = left.pop(code)
                row[PLACES["basis"] - 1].value = BASIS
    assert not left, left
    sink = io.BytesIO()
    opened.save(sink)
    return sink.getvalue()
