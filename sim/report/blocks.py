"""What a document is made of, whatever the file format: headings, paragraphs, tables, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """``level`` 1 to 3, numbered 一、(一)1. in Chinese and 1, 1.1, 1.1.1 in English; ``mark`` is that number."""

    level: int
    mark: str
    text: str

    @property
    def line(self) -> str:
        """Number and text as printed."""
        return self.mark + self.text


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Command:
    """A line to be typed, in type of one width."""

    text: str


@dataclass(frozen=True)
class Grid:
    """A table: caption with number, unit, cells, source. ``widths`` are relative; the first column is text, set left.

    A row of one cell is a heading over the rows that follow, across all columns; it never ends a page.
    """

    caption: str
    unit: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    source: str
    texts: int = 1
    """Leading columns that are set left."""
    halves: int = 1
    """Tables that stand side by side in this one, each with columns of the same kind."""
    colours: Mapping[str, str] = field(default_factory=dict)
    """Text of a cell -> colour of its ground, as six hexadecimal digits; white for all others."""

    @property
    def titles(self) -> Sequence[int]:
        """Places of the rows that are headings."""
        return [place for place, row in enumerate(self.rows) if len(row) == 1]

    def alignment(self, column: int, text: str) -> Literal["left", "centre", "right"]:
        """Texts are set left, coloured marks in the middle, numbers right."""
        if column % self._period < self.texts:
            return "left"
        return "centre" if text in self.colours else "right"

    @property
    def seconds(self) -> Sequence[int]:
        """First columns of the tables that have another one on their left."""
        return range(self._period, len(self.headings), self._period)

    @property
    def _period(self) -> int:
        return len(self.headings) // self.halves


@dataclass(frozen=True)
class Picture:
    """A figure that lies on the disk, with its caption."""

    caption: str
    path: Path


Block = Heading | Paragraph | Command | Grid | Picture


@dataclass(frozen=True)
class Sizes:
    """Type of a document, in points, and its margins; all lines are ``leading`` times as high as their type."""

    title: float
    subtitle: float
    heading: float
    body: float
    caption: float
    cell: float
    small: float
    """Units, sources, stamps."""
    leading: float
    margin_mm: float

    def shrunk(self, by: float) -> Sizes:
        """The same with smaller type on the same margins."""
        names = ("title", "subtitle", "heading", "body", "caption", "cell", "small")
        return replace(self, **{name: getattr(self, name) * by for name in names})


DENSE = Sizes(
    title=17.0, subtitle=10.0, heading=11.5, body=10.0, caption=9.5, cell=8.5, small=7.5, leading=1.35, margin_mm=15.0
)
"""For a document that must fit on one page."""


@dataclass(frozen=True)
class Document:
    """A whole document."""

    title: str
    subtitle: str
    signed: str
    """Line at the end: who made it, and when."""
    blocks: Sequence[Block]
    chinese: bool
    footer: str
    stamp: str = ""
    """Word that marks a trial, on every page."""
    stamp_told: str = ""
    """The same with its reason, above the text."""
    dense: Sizes | None = None
    """Type of a document that is set closely; None: as documents are usually set."""


_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese, as headings count."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


class Outline:
    """Counts headings, tables and figures while a document is written."""

    def __init__(self, *, chinese: bool) -> None:
        self._chinese = chinese
        self._counts = [0, 0, 0]
        self._named = {"grid": 0, "picture": 0}

    def heading(self, level: int, text: str) -> Heading:
        """The next heading of a level."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (3 - level)
        count = self._counts[level - 1]
        if not self._chinese:
            return Heading(level, ".".join(str(n) for n in self._counts[:level]) + " ", text)
        marks = (f"{chinese_number(count)}、", f"（{chinese_number(count)}）", f"{count}．")
        return Heading(level, marks[level - 1], text)

    def caption(self, kind: str, text: str) -> str:
        """The next table's (``grid``) or figure's (``picture``) caption."""
        self._named[kind] += 1
        word = {"grid": ("表", "Table "), "picture": ("图", "Figure ")}[kind][0 if self._chinese else 1]
        return f"{word}{self._named[kind]}  {text}"
