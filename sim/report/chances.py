"""How a chance of meeting a promise is shown: as a number, as undetermined, or as a mark with the sentence that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil, sqrt
from typing import Any, Literal

import pandas as pd

from sim.report.numerals import number, percent
from sim.report.words import Words
from sim.schema.target import Target
from sim.verdict import MINIMUM_UNITS

FEW, PARTIAL = "#", "~"
"""Marks for too few simulated units, and for values in some of the runs only."""
SIGNS = {">=": "≥", "<=": "≤"}
Standing = Literal["met", "risk", "missed", "unknown"]
SAFE, LOST = 0.9, 0.1
"""Chances from which a promise counts as met, and below which as missed."""
MARKS: Mapping[Standing, str] = {"met": "✓", "risk": "~", "missed": "×", "unknown": "?"}
Row = Mapping[Any, Any]


def standing(row: Row) -> Standing:
    """What becomes of a promise, by its chance; unknown where that cannot be told, or not of every run."""
    if not determined(row):
        return "unknown"
    chance = row["probability"]
    return "met" if chance >= SAFE else "risk" if chance >= LOST else "missed"


def determined(row: Row) -> bool:
    """Whether the chance can be told, and every run has a say in it."""
    return bool(row["holds"]) and row["defined"] == row["runs"] > 0


def chance_cell(row: Row, words: Words) -> str:
    """The chance of a row of the target table in a few letters."""
    if not row["holds"]:
        return FEW
    if not row["defined"]:
        return words.phrase("undetermined")
    return percent(row["probability"]) + (f" {PARTIAL}" if row["defined"] < row["runs"] else "")


def chance_words(row: Row, words: Words) -> str:
    """The same in running text, without marks."""
    if determined(row):
        return percent(row["probability"])
    if not row["holds"]:
        return words.phrase("needs_scale", scale=f"{row['least_scale']:.2g}")
    if not row["defined"]:
        return words.phrase("defined_in_none", runs=row["runs"])
    return words.phrase("chance_of_some", chance=percent(row["probability"]), defined=row["defined"], runs=row["runs"])


def chance_notes(frame: pd.DataFrame, targets: Mapping[str, Target], words: Words) -> list[str]:
    """What the marks in the target table mean, for those that are there."""
    few = frame[~frame["holds"].astype(bool)]
    partial = frame[frame["defined"] < frame["runs"]]

    def titles(rows: pd.DataFrame) -> str:
        return words.phrase("enumeration").join(words.heading(targets[str(name)].title) for name in rows["id"])

    by_scale = [
        words.phrase("from_scale", scale=f"{scale:.2g}", titles=titles(rows)) for scale, rows in few.groupby("least_scale")
    ]
    some = [
        words.phrase("defined_in", title=words.heading(targets[row["id"]].title), defined=row["defined"], runs=row["runs"])
        for row in partial.to_dict("records")
    ]
    return [*_told("few_units", by_scale, words), *_told("partly_defined", some, words)]


def chance_error(draws: int, words: Words) -> list[str]:
    """To how many points the chances are known at the worst, by the number of draws; nothing where nothing was drawn.

    Seeds of one draw are much alike and do not count. The standard error of a share p of n is sqrt(p (1 - p) / n), largest
    at a half.
    """
    points = number(ceil(50.0 / sqrt(draws))) if draws > 1 else ""
    return [words.phrase("chance_error", draws=number(draws), points=points)] if points else []


def _told(name: str, parts: Iterable[str], words: Words) -> list[str]:
    listed = words.phrase("separator").join(parts)
    return [words.phrase(name, listed=listed, minimum=MINIMUM_UNITS)] if listed else []
