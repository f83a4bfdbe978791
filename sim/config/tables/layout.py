"""Find the header of a table, and with it the encoding and the delimiter that make sense of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sim.config.strict_yaml import read_bytes
from sim.config.tables.cell_reading import Reader, blank, likeness, narrow
from sim.config.tables.csv_text import LIMIT_BYTES, Cell, Line, csv_lines
from sim.config.tables.decoding import decoded
from sim.config.tables.faults import Fault, Faulty
from sim.config.tables.workbook import ZIPPED, read_sheet, refuse_other_files
from sim.errors import Both

DELIMITERS = {
    ",": Both("逗号", "commas"),
    ";": Both("分号", "semicolons"),
    "\t": Both("制表符", "tabs"),
    "，": Both("全角逗号", "full-width commas"),
}
TITLE_ROWS = 50
"""The header is looked for in so many rows."""
REMARKS = ("备注", "remark", "remarks")
NUMBERING = ("序号", "no.")
"""Heads of a first column that only numbers the rows."""
UNIT = ("单位", "unit")
MULTIPLES = ("万", "亿", "千", "百", "%", "thousand", "million", "000")


class Column(NamedTuple):
    """A column, the heads it goes by beside its name, and how its cells are read."""

    name: str
    heads: tuple[str, ...]
    read: Reader
    required: bool = True


@dataclass(frozen=True)
class Layout:
    """A table taken apart: where each column stands, and the rows below the header."""

    header: Line
    titles: list[Line]
    places: dict[str, int]
    """Column -> where it stands in a row."""
    unread: list[int]
    """Columns of remarks, and a first column of row numbers."""
    body: list[Line]
    told: list[Both]
    """How the file was taken."""

    def head(self, name: str) -> str:
        """A column as the file heads it."""
        return narrow(self.header.cells[self.places[name]]) if name in self.places else name


class _Candidate(NamedTuple):
    """One way to take a file apart."""

    lines: Callable[[], Iterable[Line]]
    told: list[Both]


def lay_out(path: Path, columns: Sequence[Column], sheet: str | None = None) -> Layout:
    """Read a file and find its header; raises Faulty where there is none, or its heads are not those of the columns."""
    raw = read_bytes(path, str(path), LIMIT_BYTES)
    nearest, failed = 0, []
    best = Fault(1, "", "", _wanted(columns), Both("在第一行写列名", "name the columns in the first row"))
    for candidate in _candidates(raw, sheet):
        try:
            for line in islice(candidate.lines(), TITLE_ROWS):
                places = _places(line, columns)
                if all(places[column.name] for column in columns if column.required):
                    return _taken_apart(list(candidate.lines()), line, columns, candidate.told)
                if (count := sum(map(bool, places.values()))) > nearest:
                    nearest, best = count, _incomplete(line, places, columns)
        except Faulty as fault:
            failed.append(fault)
    if failed and not nearest:
        raise failed[0]
    raise Faulty(best)


def _candidates(raw: bytes, sheet: str | None) -> Iterator[_Candidate]:
    if raw.startswith(ZIPPED):
        found = read_sheet(raw, sheet)
        told = [Both(f"读取工作表“{found.title}”", f"read the sheet {found.title}")]
        hidden = [Both(f"隐藏的工作表“{name}”未读取", f"the hidden sheet {name} was not read") for name in found.hidden]
        yield _Candidate(lambda: found.lines, told + hidden)
        return
    refuse_other_files(raw)
    texts = decoded(raw)
    if not texts:
        allowed = Both("UTF-8、GB18030 或 UTF-16 编码的文本，或 .xlsx", "text in UTF-8, GB18030 or UTF-16, or .xlsx")
        raise Faulty(Fault(0, "", "?", allowed, Both("另存为“CSV UTF-8”或 .xlsx", "save it as “CSV UTF-8” or .xlsx")))
    for encoding, text in texts:
        for delimiter, name in DELIMITERS.items():
            usual = encoding.startswith("utf-8") and delimiter == ","
            odd = Both(f"按 {encoding.upper()} 编码、{name.zh}分隔读取", f"read as {encoding.upper()}, separated by {name.en}")
            yield _Candidate(_csv(text, delimiter), [] if usual else [odd])


def _csv(text: str, delimiter: str) -> Callable[[], Iterable[Line]]:
    return lambda: csv_lines(text, delimiter)


def _empty(line: Line) -> bool:
    return all(map(blank, line.cells))


def _places(line: Line, columns: Sequence[Column]) -> dict[str, list[int]]:
    """Where each column is named in a row."""
    heads = [likeness(cell) for cell in line.cells]
    known = {column.name: {column.name, *map(likeness, column.heads)} for column in columns}
    return {name: [n for n, head in enumerate(heads) if head in like] for name, like in known.items()}


def _taken_apart(lines: list[Line], header: Line, columns: Sequence[Column], told: list[Both]) -> Layout:
    places = _places(header, columns)
    for name, found in places.items():
        if len(found) > 1:
            raise Faulty(_twice(header, name, found))
    unread = [n for n, cell in enumerate(header.cells) if likeness(cell) in (REMARKS if n else REMARKS + NUMBERING)]
    named = {n for found in places.values() for n in found} | set(unread)
    for n, cell in enumerate(header.cells):
        if n not in named and not blank(cell):
            remedy = Both("改名或删除该列", "rename or delete the column")
            raise Faulty(Fault(header.number, narrow(cell), narrow(cell), _wanted(columns), remedy))
    titles = [line for line in lines if line.number < header.number and not _empty(line)]
    for line in titles:
        _refuse_multiples(line)
    body = [line for line in lines if line.number > header.number and not _empty(line)]
    return Layout(header, titles, {name: found[0] for name, found in places.items() if found}, unread, body, told)


def _refuse_multiples(line: Line) -> None:
    """Above the header a unit such as 万元 would hold for every number of the table."""
    text = " ".join(likeness(cell) for cell in line.cells)
    if any(word in text for word in UNIT) and any(word in text for word in MULTIPLES):
        raise Faulty(Fault(
            line.number, "", text, Both("以辆、台、元等为单位的数字", "numbers in single vehicles, units or yuan"),
            Both("按单个单位换算数字，删除该行", "convert the numbers to single units and delete the row"),
        ))  # fmt: skip


def _wanted(columns: Sequence[Column]) -> Both:
    names = [f"{column.heads[0]} ({column.name})" if column.heads else column.name for column in columns]
    return Both("表头含这些列：" + "、".join(names), "a header with the columns " + ", ".join(names))


def _incomplete(line: Line, places: dict[str, list[int]], columns: Sequence[Column]) -> Fault:
    missing = [column.name for column in columns if column.required and not places[column.name]]
    cells = ",".join(narrow(cell) for cell in line.cells)
    remedy = Both("补上缺少的列：" + "、".join(missing), "add what is missing: " + ", ".join(missing))
    return Fault(line.number, "", cells, _wanted(columns), remedy)


def _twice(header: Line, name: str, found: list[int]) -> Fault:
    heads: list[Cell] = [header.cells[n] for n in found]
    allowed = Both("每列一个名称，各出现一次", "each column once")
    remedy = Both("删除或改名其中一列", "delete or rename one of the two")
    return Fault(header.number, name, ", ".join(map(narrow, heads)), allowed, remedy)
