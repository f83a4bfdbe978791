"""The terminal: what is printed is text, never markup, emoji codes or numbers to be coloured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from sim.report.wrapping import wrapped

NAME_CELLS = 16
"""Half-width characters that a name gets at least."""
GAP, EDGES = 2, 2
"""Half-width characters between two columns, and those at both edges together."""


def terminal(file: IO[str] | None = None, width: int | None = None) -> Console:
    """The console of a verb; it writes to the standard output unless a file is given."""
    return Console(file=file, width=width, markup=False, emoji=False, highlight=False)


def print_note(text: str, console: Console, style: str | None = None) -> None:
    """A paragraph, broken where Chinese and English may be."""
    console.print("\n".join(wrapped(text, console.width - 1)), style=style)


def show_table(console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: names on the left, folded where they are too long and never cut, then numbers on the right."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.padding = (0, 1, 0, 0)
    table.add_column(heads[0], overflow="fold", min_width=NAME_CELLS)
    for head in heads[1:]:
        table.add_column(head, justify="right", no_wrap=True)
    room = name_room(console.width, heads[1:], [row[1:] for row in rows])
    for name, *cells in rows:
        table.add_row("\n".join(wrapped(name, room)), *cells)
    console.print(table)


def name_room(width: int, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Half-width characters that the columns of numbers leave to the names: these break there, and numbers nowhere."""
    columns = zip(heads, *rows, strict=True)
    taken = sum(max(cell_len(cell) for cell in column) + GAP for column in columns)
    return max(width - taken - EDGES, NAME_CELLS)
