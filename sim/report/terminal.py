"""The terminal: what is printed is text, never markup, emoji codes or numbers to be coloured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from rich import box
from rich.console import Console
from rich.table import Table

NAME_CELLS = 16
"""Half-width characters that a name gets at least."""


def terminal(file: IO[str] | None = None, width: int | None = None) -> Console:
    """The console of a verb; it writes to the standard output unless a file is given."""
    return Console(file=file, width=width, markup=False, emoji=False, highlight=False)


def show_table(console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: names on the left, folded where they are too long and never cut, then numbers on the right."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.padding = (0, 1, 0, 0)
    table.add_column(heads[0], overflow="fold", min_width=NAME_CELLS)
    for head in heads[1:]:
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)
